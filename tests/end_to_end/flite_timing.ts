/** When flite ends each word of a sentence, by its own timing: the truth that estimates are held against. */
import { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } from "@bjorn3/browser_wasi_shim";
import { decodeWav } from "shared/media/wav.ts";
import { fliteText } from "shared/speech/flite/flite_text.ts";
import { flite } from "shared/speech/flite/flite_wasm.js";
import { wordsOf } from "shared/store/heard_text.ts";

const OUTPUT = "speech.wav";
const PAUSE = "pau";

interface FliteExports {
  readonly memory: WebAssembly.Memory;
  readonly _start: () => unknown;
}

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
  readonly #wasi = new WASI(["flite"], [], [], { debug: false });
  readonly #instance: { readonly exports: FliteExports };
  /** An instance runs once; with its memory put back it runs again. */
  readonly #pristine: Uint8Array;

  constructor() {
    const imports = { wasi_snapshot_preview1: this.#wasi.wasiImport };
    const { exports } = new WebAssembly.Instance(flite, imports);
    this.#instance = { exports: exports as unknown as FliteExports };
    this.#pristine = new Uint8Array(this.#instance.exports.memory.buffer.slice(0));
  }

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
    const memory = new Uint8Array(this.#instance.exports.memory.buffer);
    memory.set(this.#pristine);
    memory.fill(0, this.#pristine.length);
    const told: string[] = [];
    const output = ConsoleStdout.lineBuffered((line) => told.push(line));
    const files = new PreopenDirectory("/", new Map());
    this.#wasi.args = ["flite", "-voice", "kal", "-psdur", "-t", spoken.text, "-o", `/${OUTPUT}`];
    this.#wasi.fds = [new OpenFile(new File([])), output, output, files];
    this.#wasi.start(this.#instance);
    const wav = files.dir.contents.get(OUTPUT);
    if (!(wav instanceof File)) throw new Error(`Cannot say ${text}: received ${told.join(" ")}`);
    const { channels: [samples], sampleRateHz } = decodeWav(wav.data);
    const soundEndsMs = soundEnds(told.join(" "));
    return { soundEndsMs, lengthMs: samples!.length / sampleRateHz * 1_000 };
  }
}

/** @param told `pau:0.220 w:0.275 iy:0.457 …`, in seconds. @throws {Error} where it is more than one sentence. */
function soundEnds(told: string): number[] {
  const sounds = told.trim().split(/\s+/).map((sound) => sound.split(":"));
  const endsMs = sounds.map(([, end]) => Number(end) * 1_000);
  if (endsMs.some((endMs, i) => i > 0 && endMs < endsMs[i - 1]!)) {
    throw new Error(`Cannot time: one sentence at a time, received ${told}`);
  }
  return endsMs.filter((_, i) => sounds[i]![0] !== PAUSE);
}
