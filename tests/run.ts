/** `deno task ok`, `test`, `test:soak`, `test:jsr`: runs a plan and ends with `N passed, N failed`. */
import config from "../deno.json" with { type: "json" };
import { jsrImportMap } from "./run/jsr_import_map.ts";
import { type Ended, type Runner, runSteps } from "./run/run_steps.ts";
import { type Plan, PLANS } from "./run/suites.ts";

const WORK = ".kav";

const runner: Runner = {
  deno,
  denoBeside,
  report(path) {
    try {
      return Deno.readTextFileSync(path);
    } catch {
      return undefined;
    }
  },
  print: (line) => console.log(line),
  nowMs: () => performance.now(),
};

async function deno(args: readonly string[], limitMs: number, jobs = 1): Promise<Ended> {
  const env = { DENO_JOBS: String(jobs) };
  const child = new Deno.Command("deno", { args: [...args], env, stdin: "null" }).spawn();
  return await endOf(child, limitMs);
}

async function denoBeside(args: readonly string[], limitMs: number) {
  const child = new Deno.Command("deno", {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const texts = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
  const end = await endOf(child, limitMs);
  return { ...end, output: (await Promise.all(texts)).join("") };
}

async function endOf(child: Deno.ChildProcess, limitMs: number): Promise<Ended> {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, limitMs);
  const { code } = await child.status;
  clearTimeout(timer);
  return { code, timedOut };
}

function jsrFlags(): string[] {
  const path = `${WORK}/jsr_import_map.json`;
  const root = new URL("../", import.meta.url).href;
  Deno.writeTextFileSync(path, jsrImportMap(config.imports, root));
  return [`--import-map=${path}`, "--no-lock"];
}

async function main(plan: string | undefined): Promise<number> {
  if (plan === undefined || !Object.hasOwn(PLANS, plan)) {
    console.error(`Cannot run: a plan is ${Object.keys(PLANS).join(", ")}, received ${plan}`);
    return 2;
  }
  // Reports of an earlier run must not be taken for this one's.
  Deno.mkdirSync(`${WORK}/junit`, { recursive: true });
  for (const { name } of Deno.readDirSync(`${WORK}/junit`)) {
    Deno.removeSync(`${WORK}/junit/${name}`);
  }
  return await runSteps(PLANS[plan as Plan], runner, plan === "jsr" ? jsrFlags() : []);
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args[0]));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    // Permission is given for a command of this name, and for no other.
    console.error("Cannot run deno: it must be on the PATH (npx puts it there)");
    Deno.exit(1);
  }
}
