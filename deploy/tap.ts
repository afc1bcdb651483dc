/** `deno task tap`: what the bus says, as readable lines, without the NATS CLI. */
import { getEnv } from "./environment.ts";
import { parseTapArguments, TAP_HELP } from "./tap/arguments.ts";
import { tap } from "./tap/tap.ts";
import { tapTarget } from "./tap/target.ts";
import { readUpFile } from "./up_file.ts";

const encoder = new TextEncoder();

/** False when the reader has gone, as `head` does. */
function print(line: string): boolean {
  let rest = encoder.encode(`${line}\n`);
  try {
    while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}

async function run(args: readonly string[]): Promise<void> {
  const request = parseTapArguments(args);
  if (request.kind === "help") return console.log(TAP_HELP);
  if (request.kind === "problem") {
    throw new Error(`${request.problem} (\`deno task tap --help\` tells what there is)`);
  }
  const target = tapTarget({ server: request.server, get: getEnv, upFile: readUpFile });
  if (!target.ok) throw new Error(target.problem);
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stopped.abort());
  }
  const { login, origin } = target;
  await tap({ request, login, origin, print, note: console.error, signal: stopped.signal });
}

if (import.meta.main) {
  try {
    await run(Deno.args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    Deno.exit(1);
  }
  Deno.exit(0);
}
