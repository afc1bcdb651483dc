import { BoundedQueue } from "shared/media/bounded_queue.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import type { FramePosition } from "shared/speech/recognizer.ts";

/**
 * Fewer voiced frames in a row do not begin speech. The detector's overhang makes four of a single one, so that a
 * click stays below.
 */
const ONSET_FRAMES = 5;
/** What WebRTC's detector adds in mode 3, in frames: after more than 6 voiced ones, else. */
const LONG_OVERHANG = 5;
const SHORT_OVERHANG = 3;
const SHORT_VOICED = 6;
/** Beyond it, audio before and after do not belong together. */
const JUMP_MS = 200;

export type VoiceChange = "none" | "onset" | "ended";

/**
 * Makes speech out of a detector's decisions: where it began, where it was last voiced, when the hangover has
 * passed. Positions in, positions out; knows no clock.
 */
export class VoiceTracker {
  readonly #hangoverMs: number;
  /** The newest frames of the current voiced run, as far back as an overhang may reach. */
  readonly #recent = new BoundedQueue<FramePosition>(LONG_OVERHANG + 1);
  #runFrames = 0;
  #runFrom: FramePosition | undefined;
  #lastVoiced: FramePosition | undefined;
  #onset: FramePosition | undefined;
  #previousMs: number | undefined;

  constructor(hangoverMs: number) {
    this.#hangoverMs = hangoverMs;
  }

  /** The first voiced frame of the speech in progress. */
  get onset(): FramePosition | undefined {
    return this.#onset;
  }

  /** The last voiced frame of the speech in progress, or of the last one; the detector's overhang excluded. */
  get lastVoiced(): FramePosition | undefined {
    return this.#lastVoiced;
  }

  /** The first frame that is, or may turn out to be, speech in progress. */
  get maybeSpeechFrom(): FramePosition | undefined {
    return this.#onset ?? this.#runFrom;
  }

  /** Whether the stream time jumps before this frame: then `reset` this and the detector first. */
  jumps(to: FramePosition): boolean {
    if (this.#previousMs === undefined) return false;
    return Math.abs(to.streamMs - this.#previousMs - FRAME_MS) > JUMP_MS;
  }

  /** The next frame. */
  push(voiced: boolean, at: FramePosition): VoiceChange {
    this.#previousMs = at.streamMs;
    if (!voiced) {
      this.#endRun();
      return this.#hangoverPassed(at) ? this.#end() : "none";
    }
    this.#runFrom ??= at;
    this.#runFrames++;
    this.#recent.push(at);
    if (this.#onset) {
      this.#lastVoiced = this.#voicedInRun() ?? this.#lastVoiced;
      return "none";
    }
    if (this.#runFrames < ONSET_FRAMES) return "none";
    this.#onset = this.#runFrom;
    this.#lastVoiced = this.#voicedInRun();
    return "onset";
  }

  /** Forgets the past. "ended" when speech was in progress. */
  reset(): VoiceChange {
    this.#endRun();
    this.#previousMs = undefined;
    return this.#onset ? this.#end() : "none";
  }

  #endRun(): void {
    this.#runFrames = 0;
    this.#runFrom = undefined;
    this.#recent.clear();
  }

  /** The run's last voiced frame, were it to end here; at the least its first. */
  #voicedInRun(): FramePosition | undefined {
    const isLong = this.#runFrames - LONG_OVERHANG > SHORT_VOICED;
    const overhang = isLong ? LONG_OVERHANG : SHORT_OVERHANG;
    return this.#recent.at(this.#recent.length - 1 - overhang) ?? this.#runFrom;
  }

  #hangoverPassed(at: FramePosition): boolean {
    return this.#onset !== undefined &&
      at.streamMs - this.#lastVoiced!.streamMs >= this.#hangoverMs;
  }

  #end(): VoiceChange {
    this.#onset = undefined;
    return "ended";
  }
}
