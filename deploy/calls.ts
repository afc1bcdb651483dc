/** `deno task calls`: what happened on calls, from the records in Redis. */
import { SystemClock } from "shared/clock/system_clock.ts";
import { RedisStores } from "shared/store/redis_stores.ts";
import { WRONG_ARGUMENTS } from "./api/command_line.ts";
import { CALLS_HELP, type CallsRequest, parseCallsArguments } from "./calls/arguments.ts";
import { runCallsCommand } from "./calls/calls_command.ts";
import { coloured, plain } from "./calls/paint.ts";
import { redisTarget } from "./calls/target.ts";
import { getEnv } from "./environment.ts";
import { readUpFile } from "./up_file.ts";

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseCallsArguments(args);
  if (parsed.kind === "help") {
    console.log(CALLS_HELP);
    return 0;
  }
  if (parsed.kind === "problem") {
    console.error(`${parsed.problem} (\`deno task calls --help\` tells what there is)`);
    return WRONG_ARGUMENTS;
  }
  const target = redisTarget({ get: getEnv, upFile: readUpFile });
  if (!target.ok) {
    console.error(target.problem);
    return 1;
  }
  return await inRedis(target, parsed.request);
}

async function inRedis(
  { url, origin }: { readonly url: string; readonly origin: string },
  request: CallsRequest,
): Promise<number> {
  const stores = await RedisStores.connect({
    ...{ url, clock: new SystemClock() },
    onEvent: ({ kind, reason }) => kind === "corrupt" && console.error(`not readable: ${reason}`),
  });
  try {
    const paint = Deno.stdout.isTerminal() && !Deno.noColor ? coloured : plain;
    const desk = { store: stores.callRecords, print: console.log, note: console.error, paint };
    return await runCallsCommand(desk, request);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`Cannot read the records of calls in the Redis of ${origin}: ${why}`);
    return 1;
  } finally {
    await stores.close();
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
