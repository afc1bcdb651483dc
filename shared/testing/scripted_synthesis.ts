import type { Clock } from "shared/clock/clock.ts";
import { googleFailure, TEXT_TO_SPEECH } from "shared/speech/google/google_failure.ts";
import type {
  SpeechInput,
  SpokenVoice,
  SynthesisApi,
} from "shared/speech/google/synthesis/synthesis_api.ts";
import { mulawWav } from "./google_emulator/speech_wav.ts";

/** What becomes of a request. Unset: it is answered at once. */
export interface SynthesisScript {
  readonly afterMs?: number;
  /** It fails with this gRPC code; a stream does so behind its pieces. */
  readonly code?: number;
  readonly details?: string;
  /** Instead of the WAV file of `spokenBytes`. */
  readonly wav?: Uint8Array;
  /** Of a stream, instead of `spokenBytes` of each text. */
  readonly pieces?: readonly Uint8Array[];
}

export interface ScriptedOrder {
  readonly kind: "synthesize" | "stream" | "listVoices";
  readonly voice: SpokenVoice;
  readonly inputs: readonly SpeechInput[];
  readonly atMs: number;
  readonly timeoutMs: number | undefined;
  state: "asked" | "answered" | "failed" | "cancelled";
}

/** Google Text-to-Speech by a script, on any clock. Voices of `unknownVoices` do not exist. */
export class ScriptedSynthesis implements SynthesisApi {
  readonly orders: ScriptedOrder[] = [];
  readonly unknownVoices = new Set<string>();
  closed = 0;
  readonly #clock: Clock;
  readonly #scripts: SynthesisScript[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One each for the requests to come. */
  next(...scripts: SynthesisScript[]): void {
    this.#scripts.push(...scripts);
  }

  /** What was sent of `synthesize` and `stream`. */
  get texts(): readonly string[] {
    return this.orders.flatMap(({ inputs }) => inputs.map(contentOf));
  }

  async synthesize(
    voice: SpokenVoice,
    input: SpeechInput,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const order = this.#order("synthesize", voice, [input], timeoutMs);
    const script = await this.#reply(order, signal);
    order.state = "answered";
    return script.wav ?? mulawWav(spokenBytes(contentOf(input)));
  }

  async *stream(
    voice: SpokenVoice,
    texts: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const order = this.#order("stream", voice, texts.map((text) => ({ text })), undefined);
    const { pieces = texts.map(spokenBytes), ...script } = this.#scripts.shift() ?? {};
    await this.#wait(order, script.afterMs ?? 0, signal);
    if (this.unknownVoices.has(voice.name ?? "")) throw this.#fail(order, unknown(voice));
    for (const piece of pieces) {
      yield piece;
      if (signal.aborted) throw this.#cancelled(order);
    }
    if (script.code !== undefined) throw this.#fail(order, script);
    order.state = "answered";
  }

  async listVoices(language: string, timeoutMs: number): Promise<readonly string[]> {
    const order = this.#order("listVoices", { language }, [], timeoutMs);
    await this.#reply(order, new AbortController().signal);
    order.state = "answered";
    return [];
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }

  async #reply(order: ScriptedOrder, signal: AbortSignal): Promise<SynthesisScript> {
    const script = this.#scripts.shift() ?? {};
    const { timeoutMs = Infinity, voice } = order;
    const { afterMs = 0 } = script;
    await this.#wait(order, Math.min(afterMs, timeoutMs), signal);
    if (afterMs > timeoutMs) throw this.#fail(order, { code: 4 });
    if (script.code !== undefined) throw this.#fail(order, script);
    if (this.unknownVoices.has(voice.name ?? "")) throw this.#fail(order, unknown(voice));
    return script;
  }

  async #wait(order: ScriptedOrder, ms: number, signal: AbortSignal): Promise<void> {
    await this.#clock.sleepUntil(this.#clock.now() + ms, signal);
    if (signal.aborted) throw this.#cancelled(order);
  }

  #order(
    kind: ScriptedOrder["kind"],
    voice: SpokenVoice,
    inputs: readonly SpeechInput[],
    timeoutMs: number | undefined,
  ): ScriptedOrder {
    const atMs = this.#clock.now();
    const order: ScriptedOrder = { kind, voice, inputs, atMs, timeoutMs, state: "asked" };
    this.orders.push(order);
    return order;
  }

  #fail(order: ScriptedOrder, script: SynthesisScript): Error {
    order.state = "failed";
    return googleFailure(TEXT_TO_SPEECH, script);
  }

  #cancelled(order: ScriptedOrder): Error {
    order.state = "cancelled";
    return googleFailure(TEXT_TO_SPEECH, { code: 1 });
  }
}

/** What a text sounds like: one byte for each character as it was sent. */
export function spokenBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.codePointAt(0)! & 0xff);
}

function contentOf(input: SpeechInput): string {
  return "ssml" in input ? input.ssml : input.text;
}

function unknown({ name }: SpokenVoice): SynthesisScript {
  return { code: 3, details: `Voice '${name}' does not exist. Is it misspelled?` };
}
