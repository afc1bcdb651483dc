/** A process that calls, and measures. Answers each task with its report; ends when its standard input does. */
import { eachLine } from "../lines.ts";
import { callerVoice } from "./caller_voice.ts";
import { callAll } from "./callers.ts";
import type { CallersTask } from "./reports.ts";

if (import.meta.main) {
  const voice = callerVoice();
  console.log("null");
  for await (const line of eachLine(Deno.stdin.readable)) {
    console.log(JSON.stringify(await callAll(JSON.parse(line) as CallersTask, voice)));
  }
  Deno.exit(0);
}
