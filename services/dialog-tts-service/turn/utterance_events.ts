/** PURE. What follows from what becomes of our thoughts and utterances. */
import type { TurnEnding } from "shared/store/stores.ts";
import type { DialogReply } from "../dialog/dialog.ts";
import { interrupt } from "./caller_events.ts";
import { DigitCollector } from "./digit_collector.ts";
import type { Talk } from "./talk.ts";
import type { TurnEvent } from "./turn_events.ts";
import { isLast, type Speaking } from "./turn_state.ts";

/** After the edge has sent the last frame, an utterance whose mark never comes back has ended so much later. */
const PLAYOUT_GRACE_MS = 1_000;

export type UtteranceEvent = Extract<TurnEvent, { utterance: number }>;

/** A reply is there; it may still be being written. */
export function takeReply(talk: Talk, thought: number, reply: DialogReply, nowMs: number): void {
  if (talk.floor.thinking?.thought === thought) talk.ready = { reply, sinceMs: nowMs };
}

/** The reply that is there begins. */
export function speak(talk: Talk): void {
  const { reply } = talk.ready!;
  talk.ready = undefined;
  const { asked, heard } = talk.floor.takeThought()!;
  const turn = talk.turn + 1;
  const utterance = talk.floor.open({
    turn,
    interruptible: reply.interruptible,
    action: reply.text.then ?? { do: "none" },
    isWhole: reply.text.isWhole,
    heard,
    answersSpeech: heard.length > 0,
  });
  talk.act({ do: "speak", utterance, turn, asked, reply });
}

/** Events of other utterances come too late. */
export function follow(talk: Talk, event: UtteranceEvent, nowMs: number): void {
  const { speaking } = talk.floor;
  if (event.utterance !== speaking?.utterance) return;
  switch (event.kind) {
    case "reply_ended":
      speaking.action = event.then;
      speaking.isWhole = true;
      return;
    case "first_frame":
      return begin(talk, speaking, nowMs);
    case "sending":
      speaking.sinceMs ??= event.sinceMs;
      return interrupt(talk, nowMs);
    case "published":
      return published(talk, speaking, nowMs);
    case "speech_failed":
      if (isLast(speaking.action)) return published(talk, speaking, nowMs);
      return talk.apologise(talk.turn + 1);
    case "sent":
      speaking.endsByMs ??= nowMs + PLAYOUT_GRACE_MS;
      return;
    case "finished":
      return finish(talk, speaking, nowMs);
  }
}

/** A mark that never came back. */
export function endPlayout(talk: Talk, nowMs: number): void {
  const { speaking } = talk.floor;
  if (speaking && nowMs >= (speaking.endsByMs ?? Infinity)) finish(talk, speaking, nowMs);
}

function begin(talk: Talk, speaking: Speaking, nowMs: number): void {
  speaking.begun = true;
  if (speaking.turn === 0) return;
  talk.turn = speaking.turn;
  talk.nextReplyMs = nowMs + talk.options.refractoryMs;
  talk.leaving = isLast(speaking.action) && !speaking.interruptible;
}

/** All of it is on its way: last words are the last from now on. */
function published(talk: Talk, speaking: Speaking, nowMs: number): void {
  if (isLast(speaking.action)) talk.follows(speaking.action);
  if (!speaking.begun) finish(talk, speaking, nowMs);
}

function finish(talk: Talk, { action, isWhole }: Speaking, nowMs: number): void {
  talk.floor.close();
  endTurn(talk, isLast(action) ? { do: "none" } : action, isWhole, nowMs);
}

/** What was written has been said. What was not is asked for; else the turn leads to what it leads to. */
export function endTurn(talk: Talk, then: TurnEnding, isWhole: boolean, nowMs: number): void {
  talk.idle.touch(nowMs);
  if (then.do === "collect") talk.entry = new DigitCollector(then.entry, nowMs);
  else if (isLast(then)) talk.follows(then);
  else if (!isWhole && talk.waiting.isEmpty) {
    talk.ask({ input: { kind: "go_on" }, receivedMs: nowMs });
  }
}
