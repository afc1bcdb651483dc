/** PURE. Where a call's unanswered speech began and ended, so that another engine can be told again. */
import type { FramePosition } from "../recognizer.ts";

/** A result may end so much before the VAD's last voiced frame and still be about all of the speech. */
const SLACK_FRAMES = 10;
/** Speech to which no engine has said anything for so long after its end is forgotten: 3 s. */
const PATIENCE_FRAMES = 150;

export interface VoiceEvent {
  readonly kind: "started" | "ended";
  readonly at: FramePosition;
  /** It was told before the frame with this index. */
  readonly index: number;
}

/** What the VAD said, oldest first; started and ended take turns. Frames are counted from the call's first, 0. */
export class VoiceLog {
  readonly #events: VoiceEvent[] = [];
  /** How many of them the engine at hand knows. */
  #told = 0;

  /** The caller speaks. */
  get isSpeaking(): boolean {
    return this.#events.at(-1)?.kind === "started";
  }

  /** The oldest speech that has no answer: before which frame it was told. */
  get openFromIndex(): number | undefined {
    return this.#events[0]?.index;
  }

  /** Where unanswered speech that is over ended last. */
  get endedAt(): FramePosition | undefined {
    return this.#events.findLast(({ kind }) => kind === "ended")?.at;
  }

  get isTold(): boolean {
    return this.#told === this.#events.length;
  }

  push(event: VoiceEvent): void {
    const isTurn = (event.kind === "started") !== this.isSpeaking;
    if (isTurn) this.#events.push(event);
  }

  /** What the engine at hand is to know before it gets the frame `index`; counts as told. */
  next(index: number): VoiceEvent | undefined {
    const event = this.#events[this.#told];
    if (!event || event.index > index) return undefined;
    this.#told++;
    return event;
  }

  /** Another engine is at hand, and knows nothing. */
  rewind(): void {
    this.#told = 0;
  }

  /** There is an answer to everything up to `seq`. */
  cover(seq: number): void {
    this.#dropWhile((onset, end) => onset.at.seq <= seq && end.at.seq - SLACK_FRAMES <= seq);
  }

  /** Forgets speech that was over long before the frame `index`, or before all frames that are kept. */
  forget(index: number, firstIndex: number): void {
    if (this.#events.length === 0) return;
    this.#dropWhile((_, end) => end.index + PATIENCE_FRAMES <= index || end.index <= firstIndex);
  }

  #dropWhile(isDone: (onset: VoiceEvent, end: VoiceEvent) => boolean): void {
    for (;;) {
      const [onset, end] = this.#events;
      if (!onset || !end || !isDone(onset, end)) return;
      // An engine that was told of the beginning must be told of the end.
      if (this.#told === 1) return;
      this.#events.splice(0, 2);
      this.#told = Math.max(0, this.#told - 2);
    }
  }
}
