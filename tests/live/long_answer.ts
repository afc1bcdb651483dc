import { FRAME_BYTES } from "shared/media/frame.ts";
import { Framer } from "shared/media/framer.ts";
import { FliteSynthesizer } from "shared/speech/flite/flite_synthesizer.ts";
import { splitSentences } from "shared/speech/sentences.ts";
import type { Business } from "shared/store/business.ts";
import { type Digit, textOfKey } from "../end_to_end/text_of_key.ts";

const SPEECH_LIMIT_MS = 60_000;

/** An answer of many sentences, and the audio of each, as a dialog makes it. */
export class LongAnswer {
  readonly text: string;
  /** mu-law of each sentence, not in whole frames. */
  readonly #sentences: readonly Uint8Array[];

  private constructor(text: string, sentences: readonly Uint8Array[]) {
    this.text = text;
    this.#sentences = sentences;
  }

  /** What a key says. */
  static async ofKey(business: Business, key: Digit): Promise<LongAnswer> {
    const { language, voice } = business;
    const answer = textOfKey(business, key);
    await using stack = new AsyncDisposableStack();
    const synthesizer = stack.adopt(new FliteSynthesizer(), (it) => it.close());
    await synthesizer.open();
    const signal = AbortSignal.timeout(SPEECH_LIMIT_MS);
    const sentences: Uint8Array[] = [];
    for (const text of splitSentences(answer)) {
      const speech = synthesizer.synthesize({ text, language, voice }, signal);
      sentences.push(await joined(await Array.fromAsync(speech)));
    }
    return new LongAnswer(answer, sentences);
  }

  /** Whole frames of the sentences from `first` on, spoken as one utterance. */
  async audioFrom(first: number): Promise<Uint8Array> {
    const framer = new Framer();
    const frames = framer.push(await joined(this.#sentences.slice(first)));
    const last = framer.flush();
    return joined(last ? [...frames, last] : frames);
  }

  /** The first sentence of which not all was said after `frames` of an utterance that began with `first`. */
  nextAfter(first: number, frames: number): number {
    let bytes = 0;
    const open = this.#sentences.slice(first).findIndex((sentence) => {
      bytes += sentence.length;
      return Math.ceil(bytes / FRAME_BYTES) > frames;
    });
    return open < 0 ? this.#sentences.length : first + open;
  }
}

function joined(pieces: Uint8Array[]): Promise<Uint8Array> {
  return new Blob(pieces as BlobPart[]).bytes();
}
