import { FRAME_BYTES } from "shared/media/frame.ts";
import { meanPower } from "shared/media/loudness.ts";
import { decodeMulawInto } from "shared/media/mulaw.ts";
import type { FramePosition } from "shared/speech/recognizer.ts";
import type { Vad } from "shared/speech/vad.ts";
import { isAboveEcho } from "./echo_bar.ts";
import type { CallerFrame } from "./inbox.ts";
import { OverhangFilter } from "./overhang_filter.ts";
import { type VoiceChange, VoiceTracker } from "./voice_tracker.ts";

export interface EarListener {
  speechStarted(onset: FramePosition): void;
  /** Speech goes on; the last voiced frame so far. */
  voiced(at: FramePosition): void;
  /** Speech goes on, and this frame holds some: it is no overhang of the detector. */
  spoken(at: FramePosition): void;
  speechEnded(lastVoiced: FramePosition): void;
}

/** Samples of the frame at hand: frames are heard one at a time. */
const samples = new Int16Array(FRAME_BYTES);

/** Hears where one caller's speech begins and ends. */
export class Ear {
  readonly #vad: Vad;
  readonly #tracker: VoiceTracker;
  readonly #overhang = new OverhangFilter();
  readonly #listener: EarListener;

  constructor(vad: Vad, hangoverMs: number, listener: EarListener) {
    this.#vad = vad;
    this.#tracker = new VoiceTracker(hangoverMs);
    this.#listener = listener;
  }

  /** The first frame that is, or may turn out to be, speech in progress. */
  get maybeSpeechFromSeq(): number | undefined {
    return this.#tracker.maybeSpeechFrom?.seq;
  }

  /** The next frame, before it is written to the recognizer. */
  hear(frame: CallerFrame): void {
    if (this.#tracker.jumps(frame)) {
      this.#tell(this.#tracker.reset());
      this.#vad.reset();
      this.#overhang.reset();
    }
    const power = meanPower(frame.payload);
    const mayBeCaller = isAboveEcho(power, frame.loudness);
    // The detector hears silence in place of an echo, so that it neither takes it for speech nor gets used to it.
    if (mayBeCaller) decodeMulawInto(frame.payload, samples);
    else samples.fill(0);
    const isVoiced = this.#vad.isVoiced(samples);
    const isSpoken = this.#overhang.push(mayBeCaller ? power : 0, isVoiced);
    this.#tell(this.#tracker.push(isVoiced, frame));
    if (isSpoken && this.#tracker.onset) this.#listener.spoken(frame);
  }

  close(): void {
    this.#vad.close();
  }

  #tell(change: VoiceChange): void {
    const { onset, lastVoiced } = this.#tracker;
    if (change === "onset") this.#listener.speechStarted(onset!);
    else if (change === "ended") this.#listener.speechEnded(lastVoiced!);
    else if (onset) this.#listener.voiced(lastVoiced!);
  }
}
