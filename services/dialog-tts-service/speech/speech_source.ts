/** One utterance, synthesised ahead of its playing. */
import { FRAMES_PER_SECOND } from "shared/media/frame.ts";
import { BoundedQueue } from "shared/media/bounded_queue.ts";
import { splitSentences } from "shared/speech/sentences.ts";
import type { Speaker, Synthesizer } from "shared/speech/synthesizer.ts";
import { type SentenceRange, SentenceRanges } from "./sentence_ranges.ts";
import { SpeechFramer } from "./speech_framer.ts";

/** Design §4: the utterance backlog. */
export const BACKLOG_FRAMES = 30 * FRAMES_PER_SECOND;
/** A stopped synthesizer goes on when this much room is free, so that one stall is one stall. */
const RESUME_ROOM_FRAMES = 5 * FRAMES_PER_SECOND;

export interface SpeechOptions {
  readonly synthesizer: Synthesizer;
  readonly text: string;
  readonly speaker: Speaker;
  /** Ends it at once: what is not yet taken is thrown away. */
  readonly signal: AbortSignal;
  /** Where to begin, when a text is resumed; sentences keep their numbers. */
  readonly firstSentence?: number;
  /** One more sentence is complete; of each, from the first made on: the frames through its end. */
  readonly onSentence?: (ends: readonly number[]) => void;
  /** The backlog is full and the synthesizer waits. */
  readonly onStall?: () => void;
}

/** `sentence`: the number in the whole text, from 0. `error`: the rest of the text could not be made. */
export type NextSpeech =
  | { readonly done: false; readonly frame: Uint8Array; readonly sentence: number }
  | { readonly done: true; readonly error?: Error };

interface MadeFrame {
  readonly done: false;
  readonly frame: Uint8Array;
  readonly sentence: number;
}

/**
 * Frames of a text, sentence by sentence: while the first is played, the next ones are made, up to
 * {@link BACKLOG_FRAMES} ahead. Begins when constructed, ends by itself or with `signal`.
 */
export class SpeechSource {
  readonly #options: SpeechOptions;
  readonly #backlog = new BoundedQueue<MadeFrame>(BACKLOG_FRAMES);
  readonly #framer = new SpeechFramer();
  readonly #ranges = new SentenceRanges();
  #stalls = 0;
  /** Sentences whose end was told. */
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

  /** The sentences begun so far. */
  get sentences(): readonly SentenceRange[] {
    return this.#ranges.all;
  }

  /** How many sentences of this source lie wholly within its first `frames` frames. */
  sentencesWithin(frames: number): number {
    return this.#ranges.within(frames);
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
      await this.#makeSentences();
    } catch (cause) {
      error = cause;
    }
    const last = this.#framer.flush();
    if (last) await this.#put(last);
    this.#finish(error);
  }

  async #makeSentences(): Promise<void> {
    const { synthesizer, text, speaker, signal, firstSentence = 0 } = this.#options;
    for (const [number, sentence] of splitSentences(text).entries()) {
      if (number < firstSentence) continue;
      this.#ranges.begin(number, sentence);
      const speech = synthesizer.synthesize({ ...speaker, text: sentence }, signal);
      for await (const frame of this.#framer.frames(speech)) {
        await this.#put(frame);
        if (signal.aborted) return;
      }
      if (signal.aborted) return;
      this.#ranges.end(this.#framer.pending);
      this.#tellEnds();
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
    this.#backlog.push({ done: false, frame, sentence: this.#ranges.addFrame() });
    this.#tellEnds();
    this.#taker?.resolve();
  }

  #tellEnds(): void {
    if (this.#ranges.completed === this.#toldEnds) return;
    this.#toldEnds = this.#ranges.completed;
    this.#options.onSentence?.(this.#ranges.ends);
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
