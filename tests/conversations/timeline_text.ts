import { textOf } from "./expectations.ts";
import type { Outcome } from "./expectations.ts";

/** Twilio's own traffic, of which there is too much to read. */
const QUIET = new Set(["media", "mark", "echoed", "spoke", "pressed", "webhook", "clear"]);

/** Tokens and parameters say nothing to a reader. */
function withoutUrls(name: string, value: unknown): unknown {
  return ["url", "parameters", "strippedQuery", "streamSid"].includes(name) ? undefined : value;
}

/** A call as one reads it: who has said and done what, when, since the stream was open. */
export function timelineText({ stage, played }: Outcome): string {
  const originMs = played.openedMs;
  const rows: { atMs: number; text: string }[] = [];
  const add = (atMs: number, text: string) => rows.push({ atMs, text });
  for (const utterance of played.heard()) {
    const { words, cutMs } = utterance;
    add(words[0]!.fromMs, `KAV     ${textOf(utterance)}`);
    if (cutMs === undefined) continue;
    const { word, framesHeard, frames } = words.at(-1)!;
    add(cutMs, `CUT     in ${word}: ${framesHeard} of ${frames} frames`);
  }
  for (const { what, fromMs, toMs } of played.lines) {
    add(fromMs, `CALLER  ${what}`);
    add(toMs, `        (end of: ${what})`);
  }
  for (const { what, fromMs } of played.keys) add(fromMs, `KEY     ${what}`);
  for (const { atMs, kind, ...event } of played.call.timeline.entries) {
    if (!QUIET.has(kind)) add(atMs, `twilio  ${kind} ${JSON.stringify(event, withoutUrls)}`);
  }
  for (const { atMs, line } of stage.log) {
    const text = line.trim().replace(/^\S+ /, "").replace(` call=${played.call.callSid}`, "");
    if (atMs >= originMs) add(atMs, `log     ${text}`);
  }
  return rows.sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, text }) => `${(atMs - originMs).toFixed(0).padStart(7)}  ${text}`).join("\n");
}
