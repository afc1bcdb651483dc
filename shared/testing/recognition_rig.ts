import { FRAME_BYTES, FRAME_MS } from "shared/media/frame.ts";
import { EngineFailure, type FailureKind } from "shared/speech/engine_failure.ts";
import {
  GoogleRecognizer,
  type GoogleRecognizerOptions,
} from "shared/speech/google/recognition/google_recognizer.ts";
import type { FramePosition, Recognition, RecognitionSink } from "shared/speech/recognizer.ts";
import { FakeClock } from "./fake_clock.ts";
import { ScriptedSpeech } from "./scripted_speech.ts";

/** The VAD's: so many voiced frames begin speech, so many others end it. */
const ONSET_FRAMES = 5;
const HANGOVER_FRAMES = 9;

/** One call before Google's recognizer, on scripted connections and a clock that is moved by hand. */
export class RecognitionRig {
  readonly clock = new FakeClock();
  readonly speech = new ScriptedSpeech();
  readonly recognition: Recognition;
  /** `final hello @12`, `rejected @12`, `failed unreachable`, ... in order. */
  readonly told: string[] = [];
  readonly warnings: string[] = [];
  readonly renewals: string[] = [];
  readonly modes: string[] = [];
  /** The next frame's. */
  seq = 0;
  /** Called with everything that is told. */
  onTold: () => void = () => {};
  #isInside = false;
  #voiced = 0;
  #silent = 0;
  #onset: FramePosition | undefined;
  #lastVoiced: FramePosition | undefined;

  /** @param prepare is called before the recognition begins. */
  constructor(
    options: Partial<GoogleRecognizerOptions> = {},
    prepare: (rig: RecognitionRig) => void = () => {},
  ) {
    prepare(this);
    const recognizer = new GoogleRecognizer({
      clock: this.clock,
      connections: { default: this.speech },
      warm: () => Promise.resolve(),
      closeConnections: () => Promise.resolve(),
      model: "default",
      useEnhanced: true,
      batchMs: 40,
      streaming: true,
      onWarning: (message) => this.warnings.push(message),
      onRenewal: (reason) => this.renewals.push(reason),
      onMode: (mode) => this.modes.push(mode),
      ...options,
    });
    const call = { call: "CA1", language: "he-IL", phrases: ["שלום"], hints: [] };
    this.recognition = recognizer.recognize(call, this.#sink());
  }

  /** Writes `count` frames, one each 20 ms; `make` gives the frame of an index. */
  async write(count: number, isVoiced = false, make = frameOf): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.writeOne(make(this.seq, isVoiced), isVoiced);
      await this.clock.advance(FRAME_MS);
    }
  }

  /** As the service does: the VAD hears the frame before it is written. Time stands still. */
  writeOne(frame: Uint8Array, isVoiced: boolean): void {
    const at = { seq: this.seq, streamMs: this.seq * FRAME_MS };
    this.seq++;
    this.#hear(at, isVoiced);
    this.#isInside = true;
    this.recognition.write(frame, at);
    this.#isInside = false;
  }

  /** Speech of `frames`, and the silence that ends it. */
  async speak(frames: number): Promise<void> {
    await this.write(frames, true);
    await this.write(HANGOVER_FRAMES);
  }

  #hear(at: FramePosition, isVoiced: boolean): void {
    if (isVoiced) {
      if (this.#voiced++ === 0) this.#onset ??= at;
      this.#silent = 0;
      this.#lastVoiced = at;
      if (this.#voiced === ONSET_FRAMES) this.recognition.speechStarted(this.#onset!);
      return;
    }
    if (this.#voiced < ONSET_FRAMES) this.#voiced = 0;
    if (this.#voiced === 0) this.#onset = undefined;
    else if (++this.#silent === HANGOVER_FRAMES) {
      this.#voiced = 0;
      this.#onset = undefined;
      this.recognition.speechEnded(this.#lastVoiced!);
    }
  }

  #sink(): RecognitionSink {
    const tell = (what: string) => {
      this.told.push(this.#isInside ? `INSIDE write: ${what}` : what);
      this.onTold();
    };
    return {
      onReady: () => tell("ready"),
      onPartial: (text, to) => tell(`partial ${text} @${to.seq}`),
      onFinal: (text, to) => tell(`final ${text} @${to.seq}`),
      onRejected: (to) => tell(`rejected @${to.seq}`),
      onError: (error) =>
        tell(`error ${error instanceof EngineFailure ? error.kind : String(error)}`),
      onFailed: (failure) => tell(`failed ${failure.kind}`),
    };
  }
}

/** A frame whose bytes tell where it stands: [voiced, three bytes of the index]. */
export function frameOf(index: number, isVoiced: boolean): Uint8Array {
  const frame = new Uint8Array(FRAME_BYTES);
  frame.set([isVoiced ? 1 : 0, index >> 16, (index >> 8) & 0xff, index & 0xff]);
  return frame;
}

/** The indexes of the frames in some audio made of `frameOf`. */
export function indexesIn(audio: Uint8Array): number[] {
  const indexes: number[] = [];
  for (let at = 0; at < audio.length; at += FRAME_BYTES) {
    indexes.push((audio[at + 1]! << 16) | (audio[at + 2]! << 8) | audio[at + 3]!);
  }
  return indexes;
}

/** A failure of Google's recognizer, of some kind. */
export function failureOf(kind: FailureKind): EngineFailure {
  const texts = { code: "CODE (0)", details: "scripted", advice: "None" };
  return new EngineFailure({ engine: "google-stt", kind, ...texts });
}
