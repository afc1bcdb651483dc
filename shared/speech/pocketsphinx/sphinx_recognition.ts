import type { Clock } from "shared/clock/clock.ts";
import { after, type Cancel } from "shared/clock/timers.ts";
import { BoundedQueue } from "shared/media/bounded_queue.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import type { FramePosition, Recognition, RecognitionSink } from "../recognizer.ts";
import type { PhraseSet } from "./decoder_client.ts";
import type { DecoderPool } from "./decoder_pool.ts";
import type { LeftOutPhrase } from "./jsgf.ts";
import { Utterance, type UtteranceListener } from "./utterance.ts";

/** What a decoder hears from before the onset: 300 ms. */
const PRE_ROLL_FRAMES = 15;
/** So long a silence ends an utterance; shorter ones belong to it. */
const END_SILENCE_MS = 380;
/** Without frames the silence is taken for passed so much later. */
const NO_FRAMES_GRACE_MS = 100;
/** Longer than any phrase: whoever talks on gives others a turn. */
const MAX_UTTERANCE_FRAMES = 1_000;

interface Heard {
  readonly frame: Uint8Array;
  readonly at: FramePosition;
}

export interface SphinxRecognitionContext {
  readonly clock: Clock;
  readonly pool: DecoderPool;
  readonly grammar: PhraseSet;
  readonly batchFrames: number;
  readonly onLeftOut: (phrases: readonly LeftOutPhrase[]) => void;
}

/**
 * One call's recognition. It holds a decoder only from the onset of speech to the result; in between it keeps
 * the last 300 ms.
 */
export class SphinxRecognition implements Recognition, UtteranceListener {
  readonly #context: SphinxRecognitionContext;
  readonly #sink: RecognitionSink;
  readonly #preRoll = new BoundedQueue<Heard>(PRE_ROLL_FRAMES);
  #utterance: Utterance | undefined;
  /** The caller speaks, says the VAD. */
  #speaking = false;
  #lastVoiced: FramePosition = { seq: 0, streamMs: 0 };
  #lastHeard: FramePosition = { seq: 0, streamMs: 0 };
  /** The stream time at which the utterance is over unless speech goes on. */
  #endsAtMs: number | undefined;
  #cancelEnd: Cancel | undefined;
  #closed = false;

  constructor(context: SphinxRecognitionContext, sink: RecognitionSink) {
    this.#context = context;
    this.#sink = sink;
  }

  get ready(): boolean {
    if (this.#closed) return false;
    const utterance = this.#utterance;
    if (!utterance) return true;
    // Once the utterance is ending, new speech waits for a decoder of its own.
    return utterance.ending ? !this.#speaking : utterance.hasRoom;
  }

  write(frame: Uint8Array, at: FramePosition): void {
    this.#lastHeard = at;
    this.#preRoll.push({ frame, at });
    const utterance = this.#utterance;
    if (!utterance || utterance.ending) return;
    utterance.feed(frame, at);
    if (this.#endsAtMs !== undefined && at.streamMs + FRAME_MS >= this.#endsAtMs) this.#end();
    else if (utterance.frames >= MAX_UTTERANCE_FRAMES) {
      this.#lastVoiced = at;
      this.#preRoll.clear();
      this.#end();
    }
  }

  speechStarted(_at: FramePosition): void {
    this.#speaking = true;
    this.#setEnd(undefined);
    if (!this.#utterance) this.#begin();
  }

  speechEnded(lastVoiced: FramePosition): void {
    this.#speaking = false;
    this.#lastVoiced = lastVoiced;
    if (!this.#utterance || this.#utterance.ending) return;
    this.#setEnd(lastVoiced.streamMs + FRAME_MS + END_SILENCE_MS);
  }

  close(): void {
    this.#closed = true;
    this.#setEnd(undefined);
    this.#utterance?.close();
    this.#utterance = undefined;
  }

  onGranted(): void {
    this.#feedPreRoll();
    this.#setEnd(this.#endsAtMs);
    this.#sink.onReady();
  }

  onRoom(): void {
    this.#sink.onReady();
  }

  onPartial(text: string, to: FramePosition): void {
    this.#sink.onPartial(text, to);
  }

  onResult(text: string | undefined): void {
    this.#utterance = undefined;
    if (text === undefined) this.#sink.onRejected(this.#lastVoiced);
    else this.#sink.onFinal(text, this.#lastVoiced);
    this.#goOn();
  }

  onLeftOut(phrases: readonly LeftOutPhrase[]): void {
    this.#context.onLeftOut(phrases);
  }

  onLost(error: Error): void {
    this.#utterance = undefined;
    this.#setEnd(undefined);
    this.#sink.onError(error);
    // Speech that goes on is heard by another decoder; what was over is lost.
    if (!this.#closed && !this.#speaking) this.#sink.onRejected(this.#lastVoiced);
    this.#goOn();
  }

  #begin(): void {
    const { pool, grammar, batchFrames } = this.#context;
    this.#utterance = new Utterance(pool, grammar, batchFrames, this);
    if (this.#utterance.hasDecoder) this.#feedPreRoll();
  }

  #feedPreRoll(): void {
    for (let heard = this.#preRoll.shift(); heard; heard = this.#preRoll.shift()) {
      this.#utterance!.feed(heard.frame, heard.at);
    }
  }

  /** Speech that went on, or began anew, while the last utterance was ending. */
  #goOn(): void {
    if (this.#closed || !this.#speaking) return;
    this.#begin();
    if (this.ready) this.#sink.onReady();
  }

  #end(): void {
    this.#setEnd(undefined);
    this.#utterance?.end();
  }

  #setEnd(endsAtMs: number | undefined): void {
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
    this.#endsAtMs = endsAtMs;
    if (endsAtMs === undefined || !this.#utterance?.hasDecoder) return;
    const leftMs = endsAtMs - (this.#lastHeard.streamMs + FRAME_MS);
    this.#cancelEnd = after(
      this.#context.clock,
      Math.max(0, leftMs) + NO_FRAMES_GRACE_MS,
      () => this.#end(),
    );
  }
}
