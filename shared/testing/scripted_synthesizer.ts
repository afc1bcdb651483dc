import type { Clock } from "shared/clock/clock.ts";
import { FRAME_BYTES } from "shared/media/frame.ts";
import {
  type Speaker,
  SynthesisError,
  type SynthesisRequest,
  type Synthesizer,
} from "shared/speech/synthesizer.ts";

export interface ScriptedSpeech {
  /** Default 10: 200 ms per word. */
  readonly framesPerWord?: number;
  /** Added to each sentence, so that it does not end with a frame. Default 0. */
  readonly extraBytes?: number;
  /** Default 400: no multiple of a frame. */
  readonly pieceBytes?: number;
  /** Makes the audio of a sentence, in place of `framesPerWord`, `extraBytes` and `speechByte`. */
  readonly render?: (text: string) => Uint8Array;
  /** Before the first piece of each sentence. */
  readonly delay?: { readonly clock: Clock; readonly ms: number };
  /** The sentence, counted from 0 over all requests, that fails after its first piece. */
  readonly failAt?: number;
  /** What a sentence fails with before its first piece, if with anything. */
  readonly failure?: () => Error | undefined;
  /** Default "scripted". */
  readonly name?: string;
  /** Default: all are known. */
  readonly voices?: readonly string[];
  /** Other languages are refused. Default: all are spoken. */
  readonly languages?: readonly string[];
}

export interface ScriptedRequest extends SynthesisRequest {
  /** Pieces the consumer has taken. */
  pieces: number;
  state: "speaking" | "spoken" | "aborted" | "failed";
}

/**
 * A synthesizer whose speech can be calculated: each word lasts the same, and every byte of the sentence with
 * number n (from 0) is `speechByte(n)`.
 */
export class ScriptedSynthesizer implements Synthesizer {
  /** Unset: it does not tell. */
  wordEndsMs?: NonNullable<Synthesizer["wordEndsMs"]>;
  readonly name: string;
  readonly requests: ScriptedRequest[] = [];
  readonly #speech: ScriptedSpeech;

  constructor(speech: ScriptedSpeech = {}) {
    this.name = speech.name ?? "scripted";
    this.#speech = speech;
  }

  open(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  nameFor(): string {
    return this.name;
  }

  preferredOnly<S extends Speaker>(speaker: S): S {
    return speaker;
  }

  supports(language: string): boolean {
    return this.#speech.languages?.includes(language) ?? true;
  }

  knowsVoice(voice = ""): boolean {
    return this.#speech.voices?.includes(voice) ?? true;
  }

  async *synthesize(request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { delay, failAt, languages, pieceBytes = 400 } = this.#speech;
    const number = this.requests.length;
    const record: ScriptedRequest = { ...request, pieces: 0, state: "speaking" };
    this.requests.push(record);
    try {
      if (languages && !languages.includes(request.language)) {
        throw new SynthesisError(`Cannot speak: ${languages}, received ${request.language}`);
      }
      if (delay) await delay.clock.sleepUntil(delay.clock.now() + delay.ms, signal);
      const failure = this.#speech.failure?.();
      if (failure && !signal.aborted) throw failure;
      const audio = this.#speech.render?.(request.text) ??
        new Uint8Array(this.#bytesOf(request.text)).fill(speechByte(number));
      for (let at = 0; at < audio.length && !signal.aborted; at += pieceBytes) {
        record.pieces++;
        yield audio.subarray(at, at + pieceBytes);
        if (number === failAt) throw new SynthesisError("Cannot speak: the script says so");
      }
      if (!signal.aborted) record.state = "spoken";
    } catch (error) {
      record.state = "failed";
      throw error;
    } finally {
      if (record.state === "speaking") record.state = "aborted";
    }
  }

  #bytesOf(text: string): number {
    const { framesPerWord = 10, extraBytes = 0 } = this.#speech;
    const words = text.split(/\s+/).filter((word) => word !== "").length;
    return words * framesPerWord * FRAME_BYTES + extraBytes;
  }
}

/** What every byte of a sentence is: never silence. */
export function speechByte(sentence: number): number {
  return sentence % 0x7f;
}
