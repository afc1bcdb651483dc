/** `deno task business`: the businesses that Kav answers for, over the API of greeting-builder. */
import { openSession, WRONG_ARGUMENTS } from "./api/command_line.ts";
import { BUSINESS_HELP, parseBusinessArguments } from "./business/arguments.ts";
import { runBusinessCommand } from "./business/business_command.ts";
import { getEnv } from "./environment.ts";

async function readText(path: string): Promise<string> {
  if (path !== "-") return await Deno.readTextFile(path);
  return await new Response(Deno.stdin.readable).text();
}

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseBusinessArguments(args);
  if (parsed.kind === "help") {
    console.log(BUSINESS_HELP);
    return 0;
  }
  if (parsed.kind === "problem") {
    console.error(`${parsed.problem} (\`deno task business --help\` tells what there is)`);
    return WRONG_ARGUMENTS;
  }
  const session = openSession(parsed.api, getEnv);
  return session ? await runBusinessCommand(session, parsed.request, readText) : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
