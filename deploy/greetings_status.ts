/** `deno task greetings:status`: whether every business has its greeting, over the API of greeting-builder. */
import { SystemClock } from "shared/clock/system_clock.ts";
import { openSession, WRONG_ARGUMENTS } from "./api/command_line.ts";
import { getEnv } from "./environment.ts";
import { parseStatusArguments, STATUS_HELP } from "./greetings_status/arguments.ts";
import { greetingsStatus } from "./greetings_status/status_command.ts";

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseStatusArguments(args);
  if (parsed.kind === "help") {
    console.log(STATUS_HELP);
    return 0;
  }
  if (parsed.kind === "problem") {
    console.error(`${parsed.problem} (\`deno task greetings:status --help\` tells what there is)`);
    return WRONG_ARGUMENTS;
  }
  const session = openSession(parsed.api, getEnv);
  if (!session) return 1;
  const times = { clock: new SystemClock(), wallMs: () => Date.now() };
  return await greetingsStatus(session, parsed.request, times);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
