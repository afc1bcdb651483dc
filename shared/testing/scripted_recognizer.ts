import type { Clock } from "shared/clock/clock.ts";
import type { EngineFailure } from "shared/speech/engine_failure.ts";
import type {
  FramePosition,
  Recognition,
  RecognitionOptions,
  RecognitionSink,
  Recognizer,
} from "shared/speech/recognizer.ts";

/** What the engine reports once the frame `atSeq` was written; about everything up to `toSeq`, default the same. */
export type ScriptedResult =
  & { readonly atSeq: number; readonly toSeq?: number }
  & ({ readonly kind: "partial" | "final"; readonly text: string } | { readonly kind: "rejected" });

export interface ScriptedRecognizerOptions {
  readonly clock: Clock;
  /** From `recognize` until it takes audio. Default 0: at once. */
  readonly openMs?: number;
  /** From an onset of speech until it takes audio again, as when a decoder must be waited for. Default 0. */
  readonly leaseMs?: number;
  /** Default: all. */
  readonly languages?: readonly string[];
  /** What `open` and `recognize` fail with, if anything. */
  readonly failure?: () => Error | undefined;
  /** For every call alike. */
  readonly script?: readonly ScriptedResult[];
}

export interface WrittenFrame extends FramePosition {
  readonly atMs: number;
  /** The first byte of the frame. */
  readonly byte: number;
}

export interface VoiceNote extends FramePosition {
  readonly kind: "started" | "ended";
  /** The last frame written before. */
  readonly writtenSeq: number;
}

/** A recognizer that says what it is told to, and records what it is given. */
export class ScriptedRecognizer implements Recognizer {
  readonly name = "scripted";
  readonly recognitions: ScriptedRecognition[] = [];
  readonly #options: ScriptedRecognizerOptions;

  constructor(options: ScriptedRecognizerOptions) {
    this.#options = options;
  }

  open(): Promise<void> {
    const failure = this.#options.failure?.();
    return failure ? Promise.reject(failure) : Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  supports(language = ""): boolean {
    return this.#options.languages?.includes(language) ?? true;
  }

  /** @throws {Error} as the script says. */
  recognize(options: RecognitionOptions, sink: RecognitionSink): ScriptedRecognition {
    const failure = this.#options.failure?.();
    if (failure) throw failure;
    const recognition = new ScriptedRecognition(this.#options, options, sink);
    this.recognitions.push(recognition);
    return recognition;
  }

  /** The newest recognition of a call. @throws {Error} when there is none. */
  of(call: string): ScriptedRecognition {
    const found = this.recognitions.findLast(({ options }) => options.call === call);
    if (!found) throw new Error(`Cannot find a recognition: it was begun, received ${call}`);
    return found;
  }
}

/** One call's recognition. @throws {Error} from `write` when the writer breaks the contract. */
export class ScriptedRecognition implements Recognition {
  readonly options: RecognitionOptions;
  readonly written: WrittenFrame[] = [];
  readonly voice: VoiceNote[] = [];
  closed = false;
  /** What `write` throws. */
  failure: Error | undefined;
  readonly #script: ScriptedRecognizerOptions;
  readonly #sink: RecognitionSink;
  #ready = true;
  readonly #abort = new AbortController();

  constructor(
    script: ScriptedRecognizerOptions,
    options: RecognitionOptions,
    sink: RecognitionSink,
  ) {
    this.#script = script;
    this.options = options;
    this.#sink = sink;
    this.#notReadyFor(script.openMs ?? 0);
  }

  get ready(): boolean {
    return this.#ready && !this.closed;
  }

  /** Takes readiness away, or gives it back. */
  setReady(ready: boolean): void {
    const became = ready && !this.#ready;
    this.#ready = ready;
    if (became && !this.closed) this.#sink.onReady();
  }

  write(frame: Uint8Array, at: FramePosition): void {
    if (!this.ready) throw new Error("Cannot write: the recognition is ready, received a frame");
    if (this.failure) throw this.failure;
    const { seq, streamMs } = at;
    this.written.push({ seq, streamMs, atMs: this.#script.clock.now(), byte: frame[0]! });
    for (const result of this.#script.script ?? []) {
      if (result.atSeq === seq) queueMicrotask(() => this.#report(result));
    }
  }

  speechStarted(at: FramePosition): void {
    this.#note("started", at);
    this.#notReadyFor(this.#script.leaseMs ?? 0);
  }

  speechEnded(lastVoiced: FramePosition): void {
    this.#note("ended", lastVoiced);
  }

  /** `toSeq` of these is by default the last frame written. */
  partial(text: string, toSeq?: number): void {
    this.#sink.onPartial(text, this.#position(toSeq));
  }

  final(text: string, toSeq?: number): void {
    this.#sink.onFinal(text, this.#position(toSeq));
  }

  rejected(toSeq?: number): void {
    this.#sink.onRejected(this.#position(toSeq));
  }

  error(error: Error): void {
    this.#sink.onError(error);
  }

  /** The engine gives this call up. */
  fail(failure: EngineFailure): void {
    this.close();
    this.#sink.onFailed(failure);
  }

  close(): void {
    this.closed = true;
    this.#abort.abort();
  }

  #report(result: ScriptedResult): void {
    if (this.closed) return;
    const toSeq = result.toSeq ?? result.atSeq;
    if (result.kind === "rejected") this.rejected(toSeq);
    else if (result.kind === "final") this.final(result.text, toSeq);
    else this.partial(result.text, toSeq);
  }

  #position(toSeq: number | undefined): FramePosition {
    const found = toSeq === undefined
      ? this.written.at(-1)
      : this.written.findLast(({ seq }) => seq === toSeq);
    if (!found) throw new Error(`Cannot report: the frame was written, received ${toSeq}`);
    return { seq: found.seq, streamMs: found.streamMs };
  }

  #note(kind: VoiceNote["kind"], { seq, streamMs }: FramePosition): void {
    this.voice.push({ kind, seq, streamMs, writtenSeq: this.written.at(-1)?.seq ?? -1 });
  }

  async #notReadyFor(ms: number): Promise<void> {
    if (ms <= 0) return;
    this.#ready = false;
    const { clock } = this.#script;
    if (await clock.sleepUntil(clock.now() + ms, this.#abort.signal)) this.setReady(true);
  }
}
