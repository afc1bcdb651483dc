import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import { EngineFailure } from "shared/speech/engine_failure.ts";
import type { SynthesisRequest } from "shared/speech/synthesizer.ts";
import { googleFailure, ownFailure, TEXT_TO_SPEECH } from "../google_failure.ts";
import { inputOf, sentBytes, streams, voiceOf } from "./google_voice.ts";
import { oneAhead } from "./one_ahead.ts";
import { RefusedNames } from "./refused_names.ts";
import { speechPieces } from "./speech_pieces.ts";
import { sendable } from "./ssml.ts";
import type { SpokenVoice, SynthesisApi } from "./synthesis_api.ts";
import { mulawOfWav } from "./wav.ts";

/** Source: `SynthesisInput` in cloud_tts.proto. */
const MAX_INPUT_BYTES = 5_000;
const REFUSED_FOR_MIN = 10;

export interface GoogleSpeakingOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly streaming: boolean;
  readonly onWarning: (message: string) => void;
}

/**
 * How a request is spoken: which voice takes it, in what pieces, what is tried again and what is not.
 *
 * - A piece has `timeoutMs`, the one retry on UNAVAILABLE and the other voice included.
 * - A voice that Google refuses is left out for 10 minutes; the language's own speaks instead.
 */
export class GoogleSpeaking {
  readonly #options: GoogleSpeakingOptions;
  readonly #refusedVoices = new RefusedNames(REFUSED_FOR_MIN * 60_000);
  readonly #refusedStreams = new RefusedNames(REFUSED_FOR_MIN * 60_000);

  constructor(options: GoogleSpeakingOptions) {
    this.#options = options;
  }

  /** Aborting `signal` cancels what is being asked for. @throws {EngineFailure} from the iterator */
  async *speak(
    api: SynthesisApi,
    request: SynthesisRequest,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const voice = this.#usable(voiceOf(request));
    const size = (text: string) => sentBytes(voice, text);
    const texts = speechPieces(sendable(request.text), MAX_INPUT_BYTES, size).filter(hasWords);
    if (texts.length === 0) return;
    if (this.#mayStream(voice) && (yield* this.#stream(api, voice, texts, signal))) return;
    yield* oneAhead(texts, (text) => this.#synthesize(api, voice, text, signal));
  }

  async #synthesize(
    api: SynthesisApi,
    asked: SpokenVoice,
    text: string,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const deadlineMs = this.#options.clock.now() + this.#options.timeoutMs;
    const speakBy = (voice: SpokenVoice) =>
      this.#retried(
        deadlineMs,
        signal,
        async (leftMs) => heard(await api.synthesize(voice, inputOf(voice, text), leftMs, signal)),
      );
    const voice = this.#usable(asked);
    try {
      return await speakBy(voice);
    } catch (failure) {
      if (!this.#refuses(failure, voice)) throw failure;
      return await speakBy(ownVoice(voice));
    }
  }

  /** Once more, at once, when the service was not to be reached, and only within the same deadline. */
  async #retried<T>(
    deadlineMs: number,
    signal: AbortSignal,
    work: (leftMs: number) => Promise<T>,
  ): Promise<T> {
    const { clock } = this.#options;
    try {
      return await work(deadlineMs - clock.now());
    } catch (failure) {
      const leftMs = deadlineMs - clock.now();
      if (!isUnreachable(failure) || leftMs <= 0 || signal.aborted) throw failure;
      return await work(leftMs);
    }
  }

  /** @returns false when Google does not stream this, and nothing was heard of it. */
  async *#stream(
    api: SynthesisApi,
    voice: SpokenVoice,
    texts: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, boolean> {
    let isHeard = false;
    for (let mayRetry = true;; mayRetry = false) {
      try {
        for await (const piece of this.#watched(api.stream(voice, texts, signal))) {
          isHeard = true;
          yield piece;
        }
        if (!isHeard) throw googleFailure(TEXT_TO_SPEECH, new Error("the stream had no audio"));
        return true;
      } catch (failure) {
        if (isHeard) throw failure;
        if (isRefusal(failure)) {
          this.#noteNoStreaming(voice, failure);
          return false;
        }
        if (!mayRetry || !isUnreachable(failure) || signal.aborted) throw failure;
      }
    }
  }

  /** Each piece must come within the timeout; while the consumer keeps one, no time runs. */
  async *#watched(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { clock, timeoutMs } = this.#options;
    const pieces = stream[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await within(clock, timeoutMs, () => pieces.next());
        if (!next.ok && next.reason === "failed") throw next.cause;
        if (!next.ok) throw tooSlow(timeoutMs);
        if (next.value.done) return;
        if (next.value.value.length > 0) yield next.value.value;
      }
    } finally {
      // Not awaited: it waits for the piece that did not come. The caller's signal ends that.
      pieces.return?.().catch(() => {});
    }
  }

  #mayStream(voice: SpokenVoice): boolean {
    const { streaming, clock } = this.#options;
    return streaming && streams(voice) && !this.#refusedStreams.has(keyOf(voice), clock.now());
  }

  #usable(voice: SpokenVoice): SpokenVoice {
    const isRefused = this.#refusedVoices.has(keyOf(voice), this.#options.clock.now());
    return isRefused ? ownVoice(voice) : voice;
  }

  /** Whether it is the voice that Google refuses, by its name. */
  #refuses(failure: unknown, voice: SpokenVoice): failure is EngineFailure {
    const { clock, onWarning } = this.#options;
    if (voice.name === undefined || !isRefusal(failure)) return false;
    if (!failure.message.includes(voice.name)) return false;
    if (this.#refusedVoices.add(keyOf(voice), clock.now())) {
      onWarning(
        `Cannot speak ${voice.language} by the voice ${voice.name}: for ${REFUSED_FOR_MIN} minutes ` +
          `at a time the language's own speaks instead. ${failure.message}`,
      );
    }
    return true;
  }

  #noteNoStreaming(voice: SpokenVoice, { message }: EngineFailure): void {
    const { clock, onWarning } = this.#options;
    if (!this.#refusedStreams.add(keyOf(voice), clock.now())) return;
    onWarning(`Cannot stream the voice ${voice.name}: it speaks whole texts instead. ${message}`);
  }
}

function heard(wav: Uint8Array): Uint8Array {
  try {
    const speech = mulawOfWav(wav);
    if (speech.length === 0) throw new Error("the answer has no audio");
    return speech;
  } catch (error) {
    throw googleFailure(TEXT_TO_SPEECH, error);
  }
}

function ownVoice({ language, rate }: SpokenVoice): SpokenVoice {
  return { language, ...(rate !== undefined && { rate }) };
}

/** The same voice may speak one language and not another. */
function keyOf({ language, name }: SpokenVoice): string {
  return `${language} ${name}`;
}

function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

function isRefusal(failure: unknown): failure is EngineFailure {
  return failure instanceof EngineFailure && failure.kind === "refused";
}

function isUnreachable(failure: unknown): boolean {
  return failure instanceof EngineFailure && failure.kind === "unreachable";
}

function tooSlow(timeoutMs: number): EngineFailure {
  return ownFailure(TEXT_TO_SPEECH, "DEADLINE_EXCEEDED", `no audio within ${timeoutMs} ms`);
}
