/** `deno task install`: the Debian packages that are needed, those given or the ones of the embedded engines. */
import { type Finished, installPackages, type Machine } from "./debian_packages.ts";
import { blockServiceStarts } from "./policy_rc.ts";

/** The speech recogniser and its English model. */
const ENGINES = ["libpocketsphinx3", "pocketsphinx-en-us"];

const APT_LISTS = "/var/lib/apt/lists";
const POLICY_RC = "/usr/sbin/policy-rc.d";

const machine: Machine = {
  run,
  isRoot: () => Deno.uid() === 0,
  async hasPackageLists() {
    try {
      for await (const { name } of Deno.readDir(APT_LISTS)) {
        if (name.includes("_Packages")) return true;
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return false;
  },
  blockServiceStarts: () => blockServiceStarts(POLICY_RC),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  print: (line) => console.error(line),
};

let running: Deno.ChildProcess | undefined;
let interrupted = false;

async function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Finished> {
  if (interrupted) return { code: 130, output: "interrupted" };
  try {
    running = new Deno.Command(command, {
      args: [...args],
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) {
      return { code: 127, output: String(error) };
    }
    throw error;
  }
  const { code, stdout, stderr } = await running.output();
  running = undefined;
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Ends what runs, so that this process ends in order and puts back what it has changed. */
function interrupt(): void {
  interrupted = true;
  try {
    running?.kill("SIGTERM");
  } catch {
    // It has ended at this very moment.
  }
}

if (import.meta.main) {
  Deno.addSignalListener("SIGINT", interrupt);
  Deno.addSignalListener("SIGTERM", interrupt);
  await installPackages(Deno.args.length ? Deno.args : ENGINES, machine);
  Deno.exit(interrupted ? 130 : 0);
}
