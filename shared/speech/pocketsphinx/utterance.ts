import { FRAME_BYTES } from "shared/media/frame.ts";
import type { FramePosition } from "../recognizer.ts";
import type { DecoderClient, PhraseSet } from "./decoder_client.ts";
import type { Applicant, DecoderPool } from "./decoder_pool.ts";
import type { DecoderReply } from "./decoder_protocol.ts";
import type { LeftOutPhrase } from "./jsgf.ts";

/** Frames on their way to a decoder: beyond, it is too slow, and the audio waits where it is counted. */
const MAX_FRAMES_UNDERWAY = 25;

export interface UtteranceListener {
  /** A decoder was found, after a wait. */
  onGranted(): void;
  /** There is room for more frames again. */
  onRoom(): void;
  onPartial(text: string, to: FramePosition): void;
  /** The end: undefined when it was not understood. The decoder has been given back. */
  onResult(text: string | undefined): void;
  onLeftOut(phrases: readonly LeftOutPhrase[]): void;
  onLost(error: Error): void;
}

interface Batch {
  readonly frames: number;
  readonly to: FramePosition;
}

/** One utterance and the decoder it holds, from its onset to its result. */
export class Utterance implements Applicant {
  readonly grammar: PhraseSet;
  readonly #pool: DecoderPool;
  readonly #batchFrames: number;
  readonly #listener: UtteranceListener;
  #decoder: DecoderClient | undefined;
  #state: "waiting" | "open" | "ending" | "over" = "waiting";
  /** Frames for the next message. */
  #batch: Uint8Array[] = [];
  #batchTo: FramePosition = { seq: 0, streamMs: 0 };
  #underway: Batch[] = [];
  #framesUnderway = 0;
  #frames = 0;

  constructor(
    pool: DecoderPool,
    grammar: PhraseSet,
    batchFrames: number,
    listener: UtteranceListener,
  ) {
    this.#pool = pool;
    this.grammar = grammar;
    this.#batchFrames = batchFrames;
    this.#listener = listener;
    const decoder = pool.request(this);
    if (decoder) this.#begin(decoder);
  }

  get hasDecoder(): boolean {
    return this.#decoder !== undefined;
  }

  get ending(): boolean {
    return this.#state === "ending";
  }

  /** Whether a frame may be fed now. */
  get hasRoom(): boolean {
    return this.#state === "open" && this.#framesUnderway < MAX_FRAMES_UNDERWAY;
  }

  /** Frames fed so far. */
  get frames(): number {
    return this.#frames;
  }

  feed(frame: Uint8Array, at: FramePosition): void {
    this.#frames++;
    this.#framesUnderway++;
    this.#batch.push(frame);
    this.#batchTo = at;
    if (this.#batch.length >= this.#batchFrames) this.#flush();
  }

  /** No more frames; the result follows. */
  end(): void {
    if (this.#state !== "open") return;
    this.#flush();
    this.#state = "ending";
    this.#decoder!.end();
  }

  /** Gives up what it holds; nothing more is told. */
  close(): void {
    if (this.#state === "over") return;
    this.#state = "over";
    if (!this.#decoder) return this.#pool.withdraw(this);
    this.#decoder.abandon();
    this.#pool.release(this.#decoder);
  }

  onGranted(decoder: DecoderClient): void {
    this.#begin(decoder);
    this.#listener.onGranted();
  }

  onReply(reply: DecoderReply): void {
    switch (reply.did) {
      case "begin":
        if (reply.leftOut.length > 0) this.#listener.onLeftOut(reply.leftOut);
        return;
      case "feed":
        return this.#onFed(reply.text);
      case "end":
        this.#state = "over";
        this.#pool.release(this.#decoder!);
        this.#listener.onResult(reply.text);
    }
  }

  onLost(error: Error): void {
    this.#state = "over";
    this.#listener.onLost(error);
  }

  #begin(decoder: DecoderClient): void {
    this.#decoder = decoder;
    this.#state = "open";
    decoder.begin(this.grammar);
  }

  #flush(): void {
    if (this.#batch.length === 0) return;
    const mulaw = new Uint8Array(this.#batch.length * FRAME_BYTES);
    this.#batch.forEach((frame, i) => mulaw.set(frame, i * FRAME_BYTES));
    this.#underway.push({ frames: this.#batch.length, to: this.#batchTo });
    this.#batch = [];
    this.#decoder!.feed(mulaw);
  }

  #onFed(text: string | undefined): void {
    const hadRoom = this.hasRoom;
    const batch = this.#underway.shift()!;
    this.#framesUnderway -= batch.frames;
    if (text !== undefined) this.#listener.onPartial(text, batch.to);
    if (!hadRoom && this.hasRoom) this.#listener.onRoom();
  }
}
