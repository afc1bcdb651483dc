/** What recognizers say, as the turn machine hears it. */
import type { Speech } from "shared/bus/messages.ts";
import type { ResultEvent, TurnEvent } from "./turn_events.ts";

export function eventOf(speech: Speech): TurnEvent {
  switch (speech.kind) {
    case "speech_started":
    case "speech_sustained":
      return { kind: speech.kind, onsetMs: speech.onset_ms };
    case "partial":
      return { kind: speech.kind, onsetMs: speech.onset_ms, text: speech.text };
    case "speech_ended":
      return { kind: "speech_ended" };
    case "final":
    case "rejected":
      return resultOf(speech);
  }
}

/** A final without text is speech that was not made out. */
export function resultOf(result: Extract<Speech, { from_seq: number }>): ResultEvent {
  const { epoch, speech, onset_ms: onsetMs, from_seq: fromSeq, to_seq: toSeq } = result;
  const range = { onsetMs, fromSeq, toSeq, id: { epoch, speech } };
  const text = result.kind === "final" ? result.text.trim() : "";
  return text ? { kind: "final", text, ...range } : { kind: "rejected", ...range };
}
