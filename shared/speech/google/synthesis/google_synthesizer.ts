import type { Clock } from "shared/clock/clock.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import {
  type Speaker,
  SynthesisError,
  type SynthesisRequest,
  type Synthesizer,
} from "shared/speech/synthesizer.ts";
import { googleFailure, TEXT_TO_SPEECH } from "../google_failure.ts";
import { GoogleSpeaking } from "./google_speaking.ts";
import { isGoogleVoice } from "./google_voice.ts";
import type { SynthesisApi } from "./synthesis_api.ts";

const TIMEOUT_MS = 5_000;
const CHECK_TIMEOUT_MS = 700;
/** Nobody waits for a start, and a process that starts is slow. */
const OPEN_TIMEOUT_MS = 3_000;

export interface GoogleSynthesizerOptions {
  /** Makes the client; called at the first use. */
  readonly connect: () => Promise<SynthesisApi>;
  /** Any language that Google speaks: what a check asks for. Default `en-US`. */
  readonly language?: string;
  /** For one request of at most 5,000 bytes, or one piece of a stream. Default 5,000. */
  readonly timeoutMs?: number;
  /** Whether voices that allow it (Chirp3-HD) are heard while they are still being made. Default false. */
  readonly streaming?: boolean;
  readonly clock?: Clock;
  /** Told once of each voice that Google refuses. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Speech by Google Text-to-Speech v1: mu-law at 8 kHz from the start.
 *
 * - Names that are not Google's, and voices that it refuses, are spoken by the language's own voice.
 * - A long text is asked for in pieces, one of them ahead of the consumer. Text without a letter or digit is not sent.
 * - One retry, at once, and on UNAVAILABLE only. What fails for good ends with {@link EngineFailure}.
 * - Also after `open` has failed it may be asked again: the client connects by itself.
 */
export class GoogleSynthesizer implements Synthesizer {
  readonly name = "google-tts@v1";
  readonly #connect: () => Promise<SynthesisApi>;
  readonly #language: string;
  readonly #google: GoogleSpeaking;
  readonly #speaking = new Set<AbortController>();
  #api: Promise<SynthesisApi> | undefined;
  #isClosed = false;

  constructor(options: GoogleSynthesizerOptions) {
    const { clock = new SystemClock(), timeoutMs = TIMEOUT_MS, streaming = false } = options;
    const { language = "en-US", onWarning = () => {} } = options;
    this.#connect = options.connect;
    this.#language = language;
    this.#google = new GoogleSpeaking({ clock, timeoutMs, streaming, onWarning });
  }

  nameFor(): string {
    return this.name;
  }

  preferredOnly<S extends Speaker>(speaker: S): S {
    return speaker;
  }

  /** @throws {SynthesisError | EngineFailure} */
  async open(): Promise<void> {
    await this.#ask(OPEN_TIMEOUT_MS);
  }

  /** Google says so itself at the first request. */
  supports(_language: string): boolean {
    return true;
  }

  knowsVoice(voice: string): boolean {
    return isGoogleVoice(voice);
  }

  /** Whether it answers, and accepts who we are; nothing is billed. @throws {SynthesisError | EngineFailure} */
  async check(): Promise<void> {
    await this.#ask(CHECK_TIMEOUT_MS);
  }

  async *synthesize(request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (signal.aborted) return;
    const ending = new AbortController();
    const end = () => ending.abort();
    let wasCut = false;
    signal.addEventListener("abort", end, { once: true });
    this.#speaking.add(ending);
    try {
      const api = await this.#connected();
      for await (const piece of this.#google.speak(api, request, ending.signal)) {
        if (ending.signal.aborted) break;
        yield piece;
        if (ending.signal.aborted) break;
      }
    } catch (failure) {
      if (!ending.signal.aborted) throw failure;
    } finally {
      wasCut = ending.signal.aborted;
      end();
      signal.removeEventListener("abort", end);
      this.#speaking.delete(ending);
    }
    if (wasCut && !signal.aborted) throw closed();
  }

  /** Cancels what is being asked for: it ends with {@link SynthesisError}. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const ending of this.#speaking) ending.abort();
    const api = await this.#api?.catch(() => undefined);
    this.#api = undefined;
    await api?.close();
  }

  async #ask(timeoutMs: number): Promise<void> {
    const api = await this.#connected();
    await api.listVoices(this.#language, timeoutMs);
  }

  async #connected(): Promise<SynthesisApi> {
    if (this.#isClosed) throw closed();
    const connecting = this.#api ??= this.#connect();
    try {
      return await connecting;
    } catch (error) {
      if (this.#api === connecting) this.#api = undefined;
      throw googleFailure(TEXT_TO_SPEECH, error);
    }
  }
}

function closed(): SynthesisError {
  return new SynthesisError("Cannot speak: google-tts is open, received a closed one");
}
