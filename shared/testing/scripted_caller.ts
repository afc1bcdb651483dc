import { FRAME_BYTES, FRAME_MS } from "shared/media/frame.ts";
import { indexesIn } from "./recognition_rig.ts";
import type { ScriptedStream } from "./scripted_speech.ts";

/** A word of the caller's: frames [fromFrame, toFrame). */
export interface CallersWord {
  readonly word: string;
  readonly fromFrame: number;
  readonly toFrame: number;
}

/** What a caller says in frames made of `frameOf`, for scripted streams to hear. */
export class CallersWords {
  readonly words: readonly CallersWord[];
  readonly #starts = new Map<number, string>();
  readonly #voiced = new Set<number>();

  /** @param lengths alternately frames of silence and frames of a word. */
  constructor(lengths: readonly (readonly [silence: number, word: number])[]) {
    let at = 0;
    this.words = lengths.map(([silence, frames], i) => {
      const fromFrame = at + silence;
      at = fromFrame + frames;
      return { word: `w${i}`, fromFrame, toFrame: at };
    });
    for (const { word, fromFrame, toFrame } of this.words) {
      this.#starts.set(fromFrame, word);
      for (let frame = fromFrame; frame < toFrame; frame++) this.#voiced.add(frame);
    }
  }

  get frames(): number {
    return this.words.at(-1)?.toFrame ?? 0;
  }

  isVoiced(frame: number): boolean {
    return this.#voiced.has(frame);
  }

  /** The word that begins with this frame. */
  startingAt(frame: number): string | undefined {
    return this.#starts.get(frame);
  }

  /** The words whose first frame is in some audio. */
  heardIn(audio: Uint8Array): string {
    return indexesIn(audio).flatMap((index) => this.startingAt(index) ?? []).join(" ");
  }
}

export interface EarOptions {
  /** From the arrival of an utterance's first frame to the first response, and to the first interim. */
  readonly answerMs: number;
  /** From the arrival of the last voiced frame to the final. */
  readonly finalMs: number;
}

/** Hears one scripted stream as Google would: an event, interims, a final. Moved on by `tick`. */
export class StreamEar {
  /** Audio does not reach it any more. */
  isDeaf = false;
  /** It answers nothing any more. */
  isMute = false;
  readonly stream: ScriptedStream;
  readonly #options: EarOptions;
  #frames = 0;
  #heard: string[] = [];
  #firstMs: number | undefined;
  #lastMs = 0;
  #endFrame = 0;
  #hasBegun = false;

  constructor(
    stream: ScriptedStream,
    words: CallersWords,
    options: EarOptions,
    now: () => number,
    onFrame: (index: number) => void,
  ) {
    this.stream = stream;
    this.#options = options;
    stream.onAudio = (audio) => {
      if (this.isDeaf) return;
      if (audio.length % FRAME_BYTES !== 0) throw new Error("Cannot hear: whole frames");
      for (const index of indexesIn(audio)) {
        this.#frames++;
        onFrame(index);
        if (words.isVoiced(index)) this.#voice(words.startingAt(index), now());
      }
    };
  }

  tick(nowMs: number): void {
    if (this.isDeaf || this.isMute || this.#firstMs === undefined) return;
    const { answerMs, finalMs } = this.#options;
    if (nowMs - this.#lastMs >= finalMs) {
      this.#firstMs = undefined;
      const text = this.#heard.join(" ");
      this.#heard = [];
      return this.stream.final(text, this.#endFrame * FRAME_MS);
    }
    if (nowMs - this.#firstMs < answerMs) return;
    if (!this.#hasBegun) this.stream.respond({ voice: "begin" });
    else this.stream.interim(this.#heard.join(" "), this.#endFrame * FRAME_MS);
    this.#hasBegun = true;
  }

  #voice(word: string | undefined, nowMs: number): void {
    if (this.#firstMs === undefined) {
      this.#firstMs = nowMs;
      this.#hasBegun = false;
    }
    this.#lastMs = nowMs;
    this.#endFrame = this.#frames;
    if (word) this.#heard.push(word);
  }
}
