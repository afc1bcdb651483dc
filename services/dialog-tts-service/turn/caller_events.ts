/** PURE. What follows from what the caller does. */
import type { KeypadEntry } from "shared/store/stores.ts";
import { DigitCollector, type EntryProgress } from "./digit_collector.ts";
import type { Talk } from "./talk.ts";
import type { ResultEvent } from "./turn_events.ts";

/** An interruption without words was none: what it silenced goes on. */
const FALSE_INTERRUPTION_MS = 2_000;

/** Speech that lasts interrupts; no word of it is known yet. */
export function interrupt(talk: Talk, nowMs: number): void {
  const { floor, voice: { onsetMs, isSustained } } = talk;
  const of = floor.speaking;
  if (talk.leaving || !of || !isSustained || !floor.isUnder(onsetMs)) return;
  talk.silence("barge_in", onsetMs);
  talk.interruption = { of, dueMs: nowMs + FALSE_INTERRUPTION_MS };
}

/** Something of the speech in progress is known. */
export function hearPartial(talk: Talk, onsetMs: number, text: string, nowMs: number): void {
  talk.voice.heard(onsetMs, nowMs);
  if (talk.options.isBackchannel(text)) return;
  talk.voice.worded();
  talk.interruption = undefined;
  talk.idle.answered(nowMs);
}

export function hearResult(talk: Talk, result: ResultEvent, nowMs: number): void {
  if (talk.leaving) return;
  const text = talk.taken.take(result);
  if (text === undefined) return;
  talk.voice.concluded(nowMs);
  if (text === null) return hearRejection(talk, result, nowMs);
  const isOver = talk.floor.isUnder(result.onsetMs);
  if ((isOver || talk.interruption) && talk.options.isBackchannel(text)) {
    if (talk.interruption) talk.resumeInterrupted();
    return;
  }
  if (isOver) talk.silence("barge_in", result.onsetMs);
  talk.interruption = talk.entry = undefined;
  talk.idle.answered(nowMs);
  takeBackReply(talk);
  talk.waiting.add({ text, receivedMs: nowMs, id: result.id });
}

/** Nothing was made out. It is answered only where nothing else goes on. */
function hearRejection(talk: Talk, { id }: ResultEvent, nowMs: number): void {
  if (talk.interruption) return talk.resumeInterrupted();
  const { floor, entry, waiting } = talk;
  if (entry || floor.thinking || floor.speaking?.interruptible) return;
  waiting.add({ text: null, receivedMs: nowMs, id });
}

/** A reply of which nothing was heard yet is made anew, with what came meanwhile. */
function takeBackReply(talk: Talk): void {
  const { takenBack } = talk.floor;
  if (!takenBack) return;
  talk.waiting.putBack(takenBack);
  talk.silence("superseded");
}

export function pressKey(talk: Talk, digit: string, nowMs: number): void {
  if (talk.leaving) return;
  talk.idle.answered(nowMs);
  const asked = entryAsked(talk);
  if (!talk.entry) {
    talk.silence("key");
    talk.interruption = undefined;
    talk.waiting.clear();
  }
  if (asked) talk.entry ??= new DigitCollector(asked, nowMs);
  if (talk.entry) progress(talk, talk.entry.press(digit, nowMs), nowMs);
  else talk.ask({ input: { kind: "key", digit }, receivedMs: nowMs });
}

/** No further digit has come in time. */
export function endEntry(talk: Talk, nowMs: number): void {
  if (talk.entry) progress(talk, talk.entry.timeOver(), nowMs);
}

/** The digits that what is spoken asks for, or what was silenced. */
function entryAsked({ floor, interruption }: Talk): KeypadEntry | undefined {
  const action = (floor.speaking ?? interruption?.of)?.action;
  return action?.do === "collect" ? action.entry : undefined;
}

function progress(talk: Talk, how: EntryProgress, nowMs: number): void {
  if (how === "goes_on") return;
  const { digits, entry: { tool } } = talk.entry!;
  talk.entry = undefined;
  const name = `entry_${++talk.entries}`;
  talk.act({ do: "keep_entry", name, digits });
  const complete = how === "complete";
  const input = { kind: "entry", name, digits: digits.length, complete, tool } as const;
  talk.ask({ input, receivedMs: nowMs });
}

/** The caller has been silent for too long. */
export function askCaller(talk: Talk, nowMs: number): void {
  talk.ask({ input: { kind: "silence", times: talk.idle.prompt(nowMs) }, receivedMs: nowMs });
}
