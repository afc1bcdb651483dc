/** A chain of two scripted recognizers, `a` and `b`, and calls that behave as the stt-service does. */
import { FRAME_BYTES, FRAME_MS } from "shared/media/frame.ts";
import { FakeClock, settle } from "./fake_clock.ts";
import {
  type ScriptedRecognition,
  ScriptedRecognizer,
  type ScriptedRecognizerOptions,
} from "./scripted_recognizer.ts";
import { EngineFailure, type FailureKind } from "shared/speech/engine_failure.ts";
import type { Recognition, RecognitionOptions } from "shared/speech/recognizer.ts";
import { RecognizerChain } from "shared/speech/chain/recognizer_chain.ts";

type Script = Omit<ScriptedRecognizerOptions, "clock">;

export const at = (seq: number) => ({ seq, streamMs: seq * FRAME_MS });

export function failureOf(kind: FailureKind): EngineFailure {
  return new EngineFailure({ engine: "a", kind, code: kind, details: "so", advice: "Look" });
}

/** Its frames begin with the number of the frame. */
export function frameOf(seq: number): Uint8Array {
  return new Uint8Array(FRAME_BYTES).fill(seq % 256);
}

export class ChainKit {
  readonly clock = new FakeClock();
  readonly chain: RecognizerChain;
  /** The engines in the order in which they were begun. */
  readonly started: string[] = [];
  readonly changes: string[] = [];
  readonly #engines: Record<"a" | "b", ScriptedRecognizer>;

  constructor(scripts: { readonly a: Script; readonly b: Script }) {
    this.#engines = { a: this.#engine("a", scripts.a), b: this.#engine("b", scripts.b) };
    const { a, b } = this.#engines;
    this.chain = new RecognizerChain({
      clock: this.clock,
      engines: [{ key: "a", recognizer: a }, { key: "b", recognizer: b }],
      onChange: ({ engine, state }) => this.changes.push(`${engine} ${state}`),
    });
  }

  /** The newest recognition by this engine. */
  a(): ScriptedRecognition {
    return this.#engines.a.of("CA1");
  }

  b(): ScriptedRecognition {
    return this.#engines.b.of("CA1");
  }

  recognize(options: Partial<RecognitionOptions> = {}): KitCall {
    const call = { call: "CA1", language: "he-IL", phrases: [], hints: [] };
    return new KitCall(this.chain, { ...call, ...options });
  }

  #engine(key: string, script: Script): ScriptedRecognizer {
    const engine = new ScriptedRecognizer({ clock: this.clock, ...script });
    const recognize = engine.recognize.bind(engine);
    engine.recognize = (options, sink) => {
      const recognition = recognize(options, sink);
      this.started.push(key);
      return recognition;
    };
    return engine;
  }
}

/** One call: frames wait until the recognition is ready, as in the service's inbox. */
export class KitCall {
  readonly recognition: Recognition;
  readonly told: string[] = [];
  readonly #waiting: number[] = [];

  constructor(chain: RecognizerChain, options: RecognitionOptions) {
    this.recognition = chain.recognize(options, {
      onReady: () => this.#drain(),
      onPartial: (text, { seq }) => this.told.push(`partial ${text} ${seq}`),
      onFinal: (text, { seq }) => this.told.push(`final ${text} ${seq}`),
      onRejected: ({ seq }) => this.told.push(`rejected ${seq}`),
      onError: (error) => this.told.push(`error ${error.message}`),
      onFailed: (failure) => this.told.push(`failed ${failure.message}`),
    });
  }

  /** Frames that wait for the recognition. */
  get waiting(): readonly number[] {
    return this.#waiting;
  }

  /** Frames from one number to another. */
  async say(from: number, to: number): Promise<void> {
    for (let seq = from; seq <= to; seq++) this.#waiting.push(seq);
    this.#drain();
    await settle();
  }

  #drain(): void {
    while (this.recognition.ready) {
      const seq = this.#waiting.shift();
      if (seq === undefined) return;
      this.recognition.write(frameOf(seq), at(seq));
    }
  }
}
