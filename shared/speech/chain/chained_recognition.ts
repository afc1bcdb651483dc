import type { Clock } from "shared/clock/clock.ts";
import type {
  FramePosition,
  Recognition,
  RecognitionOptions,
  RecognitionSink,
  Recognizer,
} from "../recognizer.ts";
import type { Breakers } from "./breakers.ts";
import { CallMemory } from "./call_memory.ts";
import type { VoiceEvent } from "./voice_log.ts";

const RETRY_MS = 1_000;

/** An engine of a chain. */
export interface ChainedRecognizer {
  /** As businesses name it. */
  readonly key: string;
  readonly recognizer: Recognizer;
}

export interface ChainedRecognitionContext {
  readonly clock: Clock;
  readonly breakers: Breakers;
  /** Those that can listen to this call, in the order to be tried. */
  readonly engines: readonly ChainedRecognizer[];
  /** What is asked of them, as the breakers know it. */
  readonly variant: string;
  readonly options: RecognitionOptions;
}

/** One engine's part of the call. */
interface Part {
  readonly key: string;
  recognition: Recognition | undefined;
  /** It has said something, and so it works. */
  hasAnswered: boolean;
}

/**
 * One call's recognition by whichever engine works. When one fails, the next hears at once what has no answer yet: the
 * speech in progress, or the last 3 s. Without any it stays ready, and answers speech by a rejection, until one
 * works again.
 */
export class ChainedRecognition implements Recognition {
  readonly #context: ChainedRecognitionContext;
  readonly #sink: RecognitionSink;
  readonly #memory = new CallMemory();
  /** The engine at hand. */
  #part: Part | undefined;
  #askedAtMs = -Infinity;
  #isPumping = false;
  /** Within a call of the service, which looks at `ready` behind it. */
  #isCalled = false;
  #isClosed = false;

  constructor(context: ChainedRecognitionContext, sink: RecognitionSink) {
    this.#context = context;
    this.#sink = sink;
    this.#inCall(() => this.#engage(undefined));
  }

  get ready(): boolean {
    if (this.#isClosed) return false;
    if (!this.#part) return true;
    return this.#memory.isCaughtUp && this.#part.recognition?.ready === true;
  }

  write(frame: Uint8Array, at: FramePosition): void {
    if (this.#isClosed) return;
    const part = this.#part;
    const isNext = part !== undefined && this.ready;
    this.#memory.push(frame, at, isNext);
    this.#isCalled = true;
    try {
      if (isNext) part.recognition!.write(frame, at);
    } catch (error) {
      this.#failOver(part!, error);
    }
    if (!part && this.#context.clock.now() - this.#askedAtMs >= RETRY_MS) {
      this.#engage(undefined);
    }
    this.#isCalled = false;
  }

  speechStarted(at: FramePosition): void {
    this.#hear("started", at);
  }

  speechEnded(lastVoiced: FramePosition): void {
    this.#hear("ended", lastVoiced);
    if (!this.#part) this.#reject();
  }

  close(): void {
    this.#isClosed = true;
    const part = this.#part;
    this.#part = undefined;
    if (part) this.#release(part);
  }

  #hear(kind: VoiceEvent["kind"], at: FramePosition): void {
    if (this.#isClosed) return;
    this.#memory.pushVoice(kind, at);
    this.#inCall(() => {
      if (this.#part) this.#pump();
      else if (kind === "started") this.#engage(undefined);
    });
  }

  #inCall(work: () => void): void {
    this.#isCalled = true;
    work();
    this.#isCalled = false;
  }

  /** Finds an engine; not the one that has just failed. Without one, speech that waits for an answer is rejected. */
  #engage(failed: string | undefined): void {
    const { breakers, engines, variant, clock } = this.#context;
    this.#askedAtMs = clock.now();
    for (const engine of engines) {
      if (engine.key === failed || !breakers.allows(engine.key, variant)) continue;
      if (this.#begin(engine)) return;
    }
    this.#memory.rewind();
    if (!this.#memory.isSpeaking) this.#reject();
  }

  /** @returns whether the engine takes the call. */
  #begin({ key, recognizer }: ChainedRecognizer): boolean {
    const part: Part = { key, recognition: undefined, hasAnswered: false };
    this.#part = part;
    this.#memory.rewind();
    try {
      part.recognition = recognizer.recognize(this.#context.options, this.#sinkOf(part));
    } catch (error) {
      this.#failed(part, error);
    }
    if (this.#part !== part) {
      this.#release(part);
      return false;
    }
    this.#goOn();
    return true;
  }

  /** Gives the engine what it has not got yet, as long as it takes it. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#step());
    this.#isPumping = false;
  }

  /** @returns whether to go on at once. */
  #step(): boolean {
    const part = this.#part;
    const recognition = part?.recognition;
    if (!recognition?.ready) return false;
    const next = this.#memory.next();
    if (!next) return false;
    try {
      if (next.kind === "frame") recognition.write(next.written.frame, next.written.at);
      else if (next.kind === "started") recognition.speechStarted(next.at);
      else recognition.speechEnded(next.at);
    } catch (error) {
      this.#failOver(part!, error);
    }
    return true;
  }

  /** Pumps, and tells the service when it may go on. */
  #goOn(): void {
    this.#pump();
    if (!this.#isPumping && !this.#isCalled && this.ready) this.#sink.onReady();
  }

  #sinkOf(part: Part): RecognitionSink {
    const ifCurrent = (take: () => void) => {
      if (this.#part === part) take();
    };
    return {
      onReady: () => ifCurrent(() => this.#goOn()),
      onPartial: (text, to) =>
        ifCurrent(() => {
          this.#answered(part);
          this.#sink.onPartial(text, to);
        }),
      onFinal: (text, to) =>
        ifCurrent(() => {
          this.#answered(part);
          this.#memory.cover(to);
          this.#sink.onFinal(text, to);
        }),
      onRejected: (to) =>
        ifCurrent(() => {
          this.#answered(part);
          this.#memory.cover(to);
          this.#sink.onRejected(to);
        }),
      onError: (error) => ifCurrent(() => this.#sink.onError(error)),
      onFailed: (failure) => ifCurrent(() => this.#failOver(part, failure)),
    };
  }

  #answered(part: Part): void {
    if (part.hasAnswered) return;
    part.hasAnswered = true;
    this.#context.breakers.succeeded(part.key, this.#context.variant);
  }

  #failOver(part: Part, error: unknown): void {
    if (this.#part !== part) return;
    this.#failed(part, error);
    // Whoever fails inside of `recognize` is passed over there.
    if (!part.recognition) return;
    this.#release(part);
    this.#engage(part.key);
    if (!this.#part) this.#goOn();
  }

  #failed({ key }: Part, error: unknown): void {
    this.#context.breakers.failed(key, this.#context.variant, error);
    this.#part = undefined;
    this.#tellError(error);
  }

  #release({ recognition }: Part): void {
    try {
      recognition?.close();
    } catch (error) {
      this.#tellError(error);
    }
  }

  /** Nobody listens: the answer to speech that is over. */
  #reject(): void {
    const at = this.#memory.endedAt;
    if (!at) return;
    this.#memory.cover(at);
    this.#tellSoon(() => this.#sink.onRejected(at));
  }

  #tellError(error: unknown): void {
    const told = error instanceof Error ? error : new Error(String(error));
    this.#tellSoon(() => this.#sink.onError(told));
  }

  /** Not from inside a call of the service. */
  #tellSoon(tell: () => void): void {
    queueMicrotask(() => {
      if (!this.#isClosed) tell();
    });
  }
}
