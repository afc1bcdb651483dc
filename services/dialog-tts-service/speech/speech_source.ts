/** One utterance, synthesised ahead of its playing. */
import { FRAME_MS, FRAMES_PER_SECOND } from "shared/media/frame.ts";
import { BoundedQueue } from "shared/media/bounded_queue.ts";
import type { Speaker, Synthesizer } from "shared/speech/synthesizer.ts";
import { wordsOf } from "shared/store/heard_text.ts";
import type { TextPosition } from "shared/store/stores.ts";
import type { Piece, ReplyText } from "../dialog/reply_text.ts";
import { type PieceRange, PieceRanges } from "./piece_ranges.ts";
import { SpeechFramer } from "./speech_framer.ts";
import { SLACK_FRAMES, type WordWeight } from "./words_heard.ts";

/** Design §4: the utterance backlog. */
export const BACKLOG_FRAMES = 30 * FRAMES_PER_SECOND;
/** A stopped synthesizer goes on when this much room is free, so that one stall is one stall. */
const RESUME_ROOM_FRAMES = 5 * FRAMES_PER_SECOND;
const START: TextPosition = { piece: 0, word: 0 };

export interface SpeechOptions {
  readonly synthesizer: Synthesizer;
  /** May still be being written. */
  readonly text: ReplyText;
  readonly speaker: Speaker;
  readonly weigh: WordWeight;
  /** Ends it at once: what is not yet taken is thrown away. */
  readonly signal: AbortSignal;
  /** Where to begin, when a text is resumed; pieces keep their numbers. */
  readonly from?: TextPosition;
  /** One more piece is complete; of each, from the first made on: the frames through its end. */
  readonly onPiece?: (ends: readonly number[]) => void;
  /** The backlog is full and the synthesizer waits. */
  readonly onStall?: () => void;
}

/** `piece`: the number in the whole text, from 0. `error`: the rest of the text could not be made. */
export type NextSpeech =
  | { readonly done: false; readonly frame: Uint8Array; readonly piece: number }
  | { readonly done: true; readonly error?: Error };

type MadeFrame = Extract<NextSpeech, { done: false }>;

/**
 * Frames of a text, piece by piece: while the first is played, the next ones are written and made, up to
 * {@link BACKLOG_FRAMES} ahead. Begins when constructed, ends by itself or with `signal`.
 */
export class SpeechSource {
  readonly #options: SpeechOptions;
  readonly #backlog = new BoundedQueue<MadeFrame>(BACKLOG_FRAMES);
  readonly #framer = new SpeechFramer();
  readonly #ranges = new PieceRanges();
  #stalls = 0;
  /** Pieces whose end was told. */
  #toldEnds = 0;
  #end: { readonly done: true; readonly error?: Error } | undefined;
  #taker: PromiseWithResolvers<void> | undefined;
  #room: PromiseWithResolvers<void> | undefined;

  constructor(options: SpeechOptions) {
    this.#options = options;
    options.signal.addEventListener("abort", () => this.#abort(), { once: true });
    if (options.signal.aborted) this.#abort();
    else this.#make();
  }

  /** Frames made and not yet taken. */
  get backlog(): number {
    return this.#backlog.length;
  }

  /** How often the backlog was full: `tts.stalls`. */
  get stalls(): number {
    return this.#stalls;
  }

  /** The pieces begun so far. */
  get pieces(): readonly PieceRange[] {
    return this.#ranges.all;
  }

  /** How many pieces of this source lie wholly within its first `frames` frames. */
  piecesWithin(frames: number): number {
    return this.#ranges.within(frames);
  }

  /** The place in the whole text that the first `frames` frames reach. */
  positionAt(frames: number): TextPosition {
    const { from = START, weigh } = this.#options;
    return this.#ranges.positionAt(frames, weigh) ?? from;
  }

  /** The same by the engine's own timing; undefined where it has none. Never rejects. */
  async timedPositionAt(frames: number): Promise<TextPosition | undefined> {
    const { synthesizer, speaker } = this.#options;
    const cut = this.#ranges.cutAt(frames);
    if (!cut || !synthesizer.wordEndsMs) return undefined;
    try {
      const endsMs = await synthesizer.wordEndsMs({ ...speaker, text: cut.text });
      if (!endsMs) return undefined;
      const heardMs = (frames - cut.firstFrame + SLACK_FRAMES) * FRAME_MS;
      const words = endsMs.filter((endMs) => endMs <= heardMs).length;
      return { piece: cut.piece, word: cut.firstWord + words };
    } catch {
      return undefined;
    }
  }

  /** The next frame, as soon as there is one. One call at a time. */
  async next(): Promise<NextSpeech> {
    for (;;) {
      const made = this.#backlog.shift();
      if (made) {
        if (BACKLOG_FRAMES - this.#backlog.length >= RESUME_ROOM_FRAMES) this.#room?.resolve();
        return made;
      }
      if (this.#end) return this.#end;
      this.#taker = Promise.withResolvers();
      await this.#taker.promise;
    }
  }

  async #make(): Promise<void> {
    let error: unknown;
    try {
      await this.#makePieces();
    } catch (cause) {
      error = cause;
    }
    const last = this.#framer.flush();
    if (last) await this.#put(last);
    this.#finish(error);
  }

  async #makePieces(): Promise<void> {
    const { text, signal, from = START } = this.#options;
    for (let number = from.piece;; number++) {
      const piece = await text.piece(number, signal);
      if (!piece) return;
      await this.#makePiece(number, piece, number === from.piece ? from.word : 0);
      if (signal.aborted) return;
      this.#ranges.end(this.#framer.pending);
      this.#tellEnds();
    }
  }

  async #makePiece(number: number, { text, audio, once }: Piece, firstWord: number): Promise<void> {
    const { synthesizer, speaker, signal } = this.#options;
    const spoken = firstWord > 0 ? wordsOf(text).slice(firstWord).join(" ") : text;
    this.#ranges.begin(number, spoken, firstWord);
    if (spoken.trim() === "") return;
    // The rest of a sentence does not come again.
    const isOnce = once || firstWord > 0;
    const speech = audio && firstWord === 0
      ? recorded(audio)
      : synthesizer.synthesize({ ...speaker, text: spoken, ...(isOnce && { once: true }) }, signal);
    for await (const frame of this.#framer.frames(speech)) {
      await this.#put(frame);
      if (signal.aborted) return;
    }
  }

  async #put(frame: Uint8Array): Promise<void> {
    if (this.#backlog.length === this.#backlog.capacity) {
      this.#stalls++;
      this.#options.onStall?.();
      this.#room = Promise.withResolvers();
      await this.#room.promise;
    }
    if (this.#options.signal.aborted) return;
    this.#backlog.push({ done: false, frame, piece: this.#ranges.addFrame() });
    this.#tellEnds();
    this.#taker?.resolve();
  }

  #tellEnds(): void {
    if (this.#ranges.completed === this.#toldEnds) return;
    this.#toldEnds = this.#ranges.completed;
    this.#options.onPiece?.(this.#ranges.ends);
  }

  #finish(error: unknown): void {
    if (error === undefined) this.#end ??= { done: true };
    else {this.#end ??= {
        done: true,
        error: error instanceof Error ? error : new Error(String(error)),
      };}
    this.#taker?.resolve();
  }

  #abort(): void {
    this.#backlog.clear();
    this.#finish(undefined);
    this.#room?.resolve();
  }
}

async function* recorded(audio: Uint8Array): AsyncGenerator<Uint8Array> {
  yield audio;
}
