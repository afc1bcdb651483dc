/** Tests of the turn machine as tables: when, what happens, what it does about it. */
import { assertEquals } from "@std/assert";
import type { TurnEnding } from "shared/store/stores.ts";
import type { DialogInput, DialogReply } from "../dialog/dialog.ts";
import { ReplyText } from "../dialog/reply_text.ts";
import { TurnMachine } from "../turn/turn.ts";
import type { CallResumed, ResultEvent, TurnAction, TurnEvent } from "../turn/turn_events.ts";

export type Row = readonly [atMs: number, event: TurnEvent, ...actions: string[]];

export const REFRACTORY_MS = 1_100;
export const IDLE_PROMPT_MS = 7_000;

export const started: TurnEvent = { kind: "call_started", greetingInterruptible: false };
export const startedInterruptible: TurnEvent = {
  kind: "call_started",
  greetingInterruptible: true,
};
/** A predecessor has left this of its turn. */
export const resumed = (change: Partial<CallResumed> = {}): CallResumed => ({
  kind: "call_resumed",
  turn: 1,
  rest: {
    do: "speak",
    from: { piece: 2, word: 0 },
    interruptible: true,
    then: { do: "none" },
    isWhole: true,
  },
  takenThroughSeq: -1,
  heard: [],
  ...change,
});
export const tick: TurnEvent = { kind: "tick" };
export const speechEnded: TurnEvent = { kind: "speech_ended" };
export const voice = (onsetMs: number): TurnEvent => ({ kind: "speech_started", onsetMs });
/** Speech that began then has lasted long enough to interrupt. */
export const sustained = (onsetMs: number): TurnEvent => ({ kind: "speech_sustained", onsetMs });
export const partial = (onsetMs: number, text = "so"): TurnEvent => ({
  kind: "partial",
  onsetMs,
  text,
});
export const final = (
  text: string,
  toSeq: number,
  onsetMs = 0,
  fromSeq = toSeq,
): ResultEvent => ({
  kind: "final",
  text,
  fromSeq,
  toSeq,
  onsetMs,
  id: { epoch: 0, speech: toSeq },
});
export const rejected = (toSeq: number, onsetMs = 0, fromSeq = toSeq): ResultEvent => ({
  kind: "rejected",
  fromSeq,
  toSeq,
  onsetMs,
  id: { epoch: 0, speech: toSeq },
});
export const key = (digit: string): TurnEvent => ({ kind: "key", digit });
export const ready = (
  thought: number,
  { then = { do: "none" }, ...change }: Partial<DialogReply> & { then?: TurnEnding } = {},
): TurnEvent => ({
  kind: "reply_ready",
  thought,
  reply: {
    text: ReplyText.whole(["Yes."], then),
    interruptible: true,
    understood: true,
    question: null,
    ...change,
  },
});
/** Its text is still being written. */
export const begun = (thought: number): TurnEvent => ready(thought, { text: new ReplyText() });
export const replyEnded = (utterance: number, then: TurnEnding): TurnEvent => ({
  kind: "reply_ended",
  utterance,
  then,
});
export const firstFrame = (utterance: number): TurnEvent => ({ kind: "first_frame", utterance });
export const sending = (utterance: number, sinceMs: number): TurnEvent => ({
  kind: "sending",
  utterance,
  sinceMs,
});
export const published = (utterance: number): TurnEvent => ({ kind: "published", utterance });
export const speechFailed = (utterance: number): TurnEvent => ({
  kind: "speech_failed",
  utterance,
});
export const sent = (utterance: number): TurnEvent => ({ kind: "sent", utterance });
export const finished = (utterance: number): TurnEvent => ({ kind: "finished", utterance });

export function inShort(action: TurnAction): string {
  switch (action.do) {
    case "greet":
      return `greet u${action.utterance}${action.emergency ? " in short" : ""}`;
    case "resume":
      return `resume u${action.utterance} turn ${action.turn}` +
        (action.from ? ` from ${action.from.piece}` : "");
    case "think":
      return `think ${action.thought}: ${inputInShort(action.asked.input)}`;
    case "keep_entry":
      return `keep ${action.name} ${action.digits}`;
    case "speak":
      return `speak u${action.utterance} turn ${action.turn}`;
    case "apologise":
      return `apologise u${action.utterance} turn ${action.turn}`;
    case "clear":
      return `clear u${action.through}: ${action.because}`;
    case "transfer":
      return `transfer ${action.to}`;
    default:
      return action.do;
  }
}

function inputInShort(input: DialogInput): string {
  switch (input.kind) {
    case "speech":
      return `"${input.text}"`;
    case "rejected":
      return "rejected";
    case "key":
      return `key ${input.digit}`;
    case "entry":
      return `${input.complete ? "whole" : "part of"} ${input.name}`;
    case "go_on":
      return "go on";
    case "silence":
      return `silence ${input.times}`;
  }
}

export function play(rows: readonly Row[], machine = newMachine()): TurnMachine {
  rows.forEach(([atMs, event, ...actions], row) => {
    const done = machine.handle(event, atMs).map(inShort);
    assertEquals(done, actions, `row ${row} at ${atMs} ms: ${event.kind}`);
  });
  return machine;
}

export function newMachine(nextUtterance = 1): TurnMachine {
  return new TurnMachine({
    refractoryMs: REFRACTORY_MS,
    idlePromptMs: IDLE_PROMPT_MS,
    nextUtterance,
    isBackchannel: (text) => text === "mm-hm",
  });
}

/** The greeting has played by 2,000 ms. */
export const GREETED: readonly Row[] = [
  [0, started, "greet u1"],
  [10, firstFrame(1)],
  [20, sending(1, 20)],
  [1_500, published(1)],
  [1_900, sent(1)],
  [2_000, finished(1)],
];

/** From 3,010 ms on u2, an interruptible answer, is sent. */
export const ANSWERING: readonly Row[] = [
  ...GREETED,
  [2_900, voice(2_400)],
  [3_000, final("hours", 140, 2_400), 'think 1: "hours"'],
  [3_000, ready(1), "speak u2 turn 1"],
  [3_005, firstFrame(2)],
  [3_010, sending(2, 3_010)],
];
