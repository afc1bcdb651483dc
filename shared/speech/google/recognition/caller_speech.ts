import { FRAME_MS } from "shared/media/frame.ts";
import type { FramePosition } from "shared/speech/recognizer.ts";

/** More speeches than one engine ever leaves without an answer; the oldest goes. */
const MAX_SPEECHES = 32;
/** What lies behind a final for at most so long was the end of what it names. */
const SLACK_FRAMES = 10;

interface Speech {
  onset: FramePosition;
  /** Undefined: it goes on. */
  lastVoiced: FramePosition | undefined;
  /** A final named its beginning. */
  isRest: boolean;
}

/** Where the VAD heard speech that no final covers yet. PURE. */
export class CallerSpeech {
  /** Oldest first; at most the last one goes on. */
  readonly #speeches: Speech[] = [];
  #speaking = false;

  /** Somebody speaks right now. */
  get speaking(): boolean {
    return this.#speaking;
  }

  /** No speech waits for an answer. */
  get isAnswered(): boolean {
    return this.#speeches.length === 0;
  }

  /** The first frame of speech without an answer. */
  get openFrom(): FramePosition | undefined {
    return this.#speeches[0]?.onset;
  }

  /** The last frame of speech without an answer that is over. */
  get lastVoiced(): FramePosition | undefined {
    return this.#speeches.at(-1)?.lastVoiced;
  }

  began(onset: FramePosition): void {
    this.#speaking = true;
    if (this.#speeches.length === MAX_SPEECHES) this.#speeches.shift();
    this.#speeches.push({ onset: positionOf(onset), lastVoiced: undefined, isRest: false });
  }

  ended(lastVoiced: FramePosition): void {
    this.#speaking = false;
    const speech = this.#speeches.at(-1);
    if (!speech || speech.lastVoiced) return;
    speech.lastVoiced = positionOf(lastVoiced);
    if (speech.isRest && isShort(speech)) this.#speeches.pop();
  }

  /** Whether speech without an answer lies at or before `seq`. */
  beganBy(seq: number): boolean {
    const [first] = this.#speeches;
    return first !== undefined && first.onset.seq <= seq;
  }

  /** Everything up to `to` has its answer. */
  cover(to: FramePosition): void {
    while (this.#speeches.length > 0) {
      const speech = this.#speeches[0]!;
      if (speech.onset.seq > to.seq) return;
      speech.onset = { seq: to.seq + 1, streamMs: to.streamMs + FRAME_MS };
      speech.isRest = true;
      if (!speech.lastVoiced || !isShort(speech)) return;
      this.#speeches.shift();
    }
  }

  /** Nobody will answer what is over. */
  forget(): void {
    this.#speeches.splice(0, this.#speeches.length - (this.#speaking ? 1 : 0));
  }

  /** How much of the speech without an answer lies behind `afterMs` of stream time; it goes on until `nowMs`. */
  voicedMs(afterMs: number, nowMs: number): number {
    let sumMs = 0;
    for (const { onset, lastVoiced } of this.#speeches) {
      const fromMs = Math.max(onset.streamMs, afterMs);
      sumMs += Math.max(0, (lastVoiced?.streamMs ?? nowMs) + FRAME_MS - fromMs);
    }
    return sumMs;
  }
}

function isShort({ onset, lastVoiced }: Speech): boolean {
  return lastVoiced!.seq - onset.seq < SLACK_FRAMES;
}

/** The VAD's positions may be whole frames: they are not kept. */
function positionOf({ seq, streamMs }: FramePosition): FramePosition {
  return { seq, streamMs };
}
