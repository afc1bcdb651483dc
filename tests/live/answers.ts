/** What callers of the live tests do and hear. */
import { assertEquals } from "@std/assert";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import { type Hearing, hearingOf } from "../end_to_end/heard.ts";
import { type Digit, textOfKey } from "../end_to_end/text_of_key.ts";
import { type BenchCall, type LiveKav, LONG_MS } from "./live_kav.ts";

const recognition = PocketSphinxRecognizer.available() === true;
/** Longer than the longest answer but key 9's, on a machine with other work. */
const ANSWER_MS = 30_000;

export interface Answer extends Hearing {
  /** From the key to the first sound of the answer. */
  readonly afterMs: number;
}

/** A call whose greeting, whichever, has been heard to its end. */
export async function greeted(kav: LiveKav): Promise<BenchCall> {
  const placed = await kav.place();
  await placed.call.untilMark("greeting_end", LONG_MS);
  return placed;
}

/** As many of them, at the same moment. */
export function greetedMany(kav: LiveKav, count: number): Promise<BenchCall[]> {
  return Promise.all(Array.from({ length: count }, () => greeted(kav)));
}

/** An utterance has been played to its end. */
export const isEnd = ({ name, cleared }: { readonly name: string; readonly cleared: boolean }) =>
  /^u\d+:end$/.test(name) && !cleared;

/** Key `digit` is pressed; its answer is heard whole, in order, unchanged. */
export async function hearsKey(
  kav: LiveKav,
  placed: BenchCall,
  digit: Digit,
  utterance: number,
): Promise<Answer> {
  const { call } = placed;
  const said = await kav.speech(textOfKey(kav.business, digit));
  const pressedMs = call.nowMs - call.startedMs;
  call.press(digit);
  await call.untilMark(`u${utterance}:end`, ANSWER_MS);
  const hearing = await heardWhole(kav, placed, said, pressedMs);
  return { ...hearing, afterMs: hearing.fromMs - pressedMs };
}

/** Asks by voice where there is recognition, else by key; hears the whole answer. */
export async function hearsQuestion(
  kav: LiveKav,
  placed: BenchCall,
  utterance: number,
): Promise<void> {
  const { call } = placed;
  const askedMs = call.nowMs - call.startedMs;
  if (recognition) await call.say("where are you located");
  else call.press("2");
  await call.untilMark(`u${utterance}:end`, ANSWER_MS);
  await heardWhole(kav, placed, await kav.speech(textOfKey(kav.business, "2")), askedMs);
}

/** As `hearingOf`; where that fails, with what Kav tells of the call. */
async function heardWhole(
  kav: LiveKav,
  { call, telemetry }: BenchCall,
  said: Uint8Array,
  afterMs: number,
): Promise<Hearing> {
  try {
    return hearingOf(call.heardTrack(), said, afterMs);
  } catch (cause) {
    const turns = await kav.turns(call).catch(() => []);
    const { tx, rx, call: events } = telemetry;
    const told = JSON.stringify({ turns, tx, rx, events });
    throw new Error(`Cannot hear what was said to ${call.callSid}: ${told}`, { cause });
  }
}

/** Nothing of what was sent is missing, so far as the call's telemetry tells. */
export function assertNothingLost({ call, telemetry }: BenchCall): void {
  const flaws = telemetry.tx.filter(({ drops, lost }) => drops + lost > 0);
  assertEquals(flaws, [], `seconds with loss of ${call.callSid}`);
}

export function underrunsOf({ telemetry }: BenchCall): number {
  return telemetry.tx.reduce((sum, { underruns }) => sum + underruns, 0);
}

/** Nobody takes the call: its caller is told so. @returns how long its stream was open, ms */
export async function getsFallback(kav: LiveKav): Promise<number> {
  const { call } = await kav.place();
  const { by, code, verbs } = await call.untilEnded(LONG_MS);
  assertEquals([by, code], ["kav", 1000]);
  assertEquals(verbs.map(({ verb }) => verb), ["Connect", "Redirect", "Say", "Hangup"]);
  const { fallback } = kav.business;
  const said = verbs.find((verb) => verb.verb === "Say");
  assertEquals(said?.text.trim(), fallback.do === "say" && fallback.text.trim());
  const [start] = call.timeline.of("stream_started");
  const [end] = call.timeline.of("stream_ended");
  return end!.atMs - start!.atMs;
}
