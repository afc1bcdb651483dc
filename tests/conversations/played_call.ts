import type { CallEnd, FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import type { HeardUtterance, WordEar } from "shared/testing/words/word_ear.ts";
import type { Point } from "./points.ts";

/** Something the caller did, [fromMs, toMs]. */
export interface CallersDeed {
  readonly what: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A call while it is played, and afterwards: what both sides have said, and when. */
export class PlayedCall {
  readonly call: FakeCall;
  readonly lines: CallersDeed[] = [];
  readonly keys: CallersDeed[] = [];
  end: CallEnd | undefined;
  readonly #ear: WordEar;

  constructor(call: FakeCall, ear: WordEar) {
    this.call = call;
    this.#ear = ear;
  }

  get endedMs(): number | undefined {
    return this.call.timeline.last("ended")?.atMs;
  }

  /** When the stream was open. */
  get openedMs(): number {
    return this.call.timeline.of("stream_started")[0]?.atMs ?? this.call.startedMs;
  }

  /** What the caller has heard, the greeting first. */
  heard(nowMs = this.endedMs ?? this.call.nowMs): HeardUtterance[] {
    return this.#ear.heard(nowMs);
  }

  /** When that was; undefined: not yet. */
  timeOf(point: Point): number | undefined {
    switch (point.of) {
      case "utterance":
        return this.#utteranceMs(point.number, point.end);
      case "word":
        return this.heard()[point.utterance]?.words[point.word - 1]?.fromMs;
      case "line":
      case "key": {
        const deed = (point.of === "line" ? this.lines : this.keys)[point.number - 1];
        return point.end ? deed?.toMs : deed?.fromMs;
      }
      case "cut":
        return this.heard().flatMap(({ cutMs }) => cutMs ?? [])[point.number - 1];
      case "silence":
        return undefined;
      case "call":
        return point.end ? this.endedMs : this.openedMs;
    }
  }

  #utteranceMs(number: number, end: boolean): number | undefined {
    const utterance = this.heard()[number];
    if (!end) return utterance?.words[0]?.fromMs;
    if (!utterance?.isOver || utterance.endMs > this.call.nowMs) return undefined;
    return utterance.endMs;
  }
}
