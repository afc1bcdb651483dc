/** When flite ends each word of a sentence, by its own timing: the truth that estimates are held against. */
import { SAMPLE_RATE_HZ } from "shared/media/frame.ts";
import { FliteEngine } from "shared/speech/flite/flite_engine.ts";
import { fliteText } from "shared/speech/flite/flite_text.ts";
import { flite } from "shared/speech/flite/flite_wasm.js";
import { wordsOf } from "shared/store/heard_text.ts";

const VOICE = "kal";

interface Spoken {
  /** Its sounds, pauses left out: when each one ends. */
  readonly soundEndsMs: readonly number[];
  readonly lengthMs: number;
}

export interface TimedWords {
  /** Of each word, counted from the first sample. */
  readonly endsMs: readonly number[];
  readonly lengthMs: number;
}

export class FliteTiming {
  readonly #engine = new FliteEngine(flite);

  /**
   * flite tells when each sound of a sentence ends (`-psdur`), but not which sounds are which word. That follows from
   * the beginnings of the sentence: one up to and with a word has as many sounds as the sentence has up to the end of
   * that word. Only how many there are is taken from a beginning: how long they last depends on what follows.
   *
   * @param sentence without what flite reads otherwise at the end of a sentence, as `Dr.`
   */
  wordsOf(sentence: string): TimedWords {
    const words = wordsOf(sentence);
    const { soundEndsMs, lengthMs } = this.#say(sentence);
    const endsMs = words.map((_, i) => {
      const isLast = i === words.length - 1;
      const beginning = words.slice(0, i + 1).join(" ");
      const sounds = isLast ? soundEndsMs.length : this.#say(beginning).soundEndsMs.length;
      return soundEndsMs[sounds - 1]!;
    });
    return { endsMs, lengthMs };
  }

  #say(text: string): Spoken {
    const spoken = fliteText(text);
    if (spoken.kind !== "speak") throw new Error(`Cannot say: words for flite, received ${text}`);
    const soundEndsMs = this.#engine.soundEndsMs(spoken.text, VOICE);
    if (soundEndsMs.some((endMs, i) => i > 0 && endMs < soundEndsMs[i - 1]!)) {
      throw new Error(`Cannot time: one sentence at a time, received ${text}`);
    }
    const samples = this.#engine.render(spoken.text, VOICE);
    return { soundEndsMs, lengthMs: samples.length / SAMPLE_RATE_HZ * 1_000 };
  }
}
