/** When flite ends each word of a text, by its own timing: the truth that estimates are held against. */
import { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } from "@bjorn3/browser_wasi_shim";
import { decodeWav } from "shared/media/wav.ts";
import { flite } from "shared/speech/flite/flite_wasm.js";
import { fliteText } from "shared/speech/flite/flite_text.ts";
import { wordsOf } from "shared/store/heard_text.ts";

const OUTPUT = "speech.wav";
const PAUSE = "pau";

interface Segment {
  readonly phone: string;
  readonly endMs: number;
}

export interface SpokenWords {
  /** Of each word, counted from the first sample. */
  readonly endsMs: readonly number[];
  readonly lengthMs: number;
}

export class FliteTiming {
  readonly #wasi = new WASI(["flite"], [], [], { debug: false });
  readonly #instance: { readonly exports: { memory: WebAssembly.Memory; _start: () => unknown } };
  readonly #pristine: Uint8Array;

  constructor() {
    const imports = { wasi_snapshot_preview1: this.#wasi.wasiImport };
    const instance: { readonly exports: unknown } = new WebAssembly.Instance(flite, imports);
    this.#instance = instance as FliteTiming["#instance"];
    this.#pristine = new Uint8Array(this.#instance.exports.memory.buffer.slice(0));
  }

  /**
   * A word's last sound is the one that is reached by as many sounds as the text up to this word has: the sounds of a
   * beginning are those of the whole, only their lengths differ.
   *
   * @throws {Error} where the sounds of a beginning are others.
   */
  wordsOf(text: string): SpokenWords {
    const words = wordsOf(text);
    const { segments, lengthMs } = this.#say(text);
    const sounds = segments.filter(({ phone }) => phone !== PAUSE);
    const endsMs = words.map((_, i) => {
      const count = i === words.length - 1
        ? sounds.length
        : this.#say(words.slice(0, i + 1).join(" ")).segments.filter(({ phone }) => phone !== PAUSE)
          .length;
      return sounds[count - 1]!.endMs;
    });
    return { endsMs, lengthMs };
  }

  phones(text: string) { return this.#say(text).segments; }

  #say(text: string): { readonly segments: Segment[]; readonly lengthMs: number } {
    const spoken = fliteText(text);
    if (spoken.kind !== "speak") throw new Error(`Cannot say: words, received ${text}`);
    const memory = new Uint8Array(this.#instance.exports.memory.buffer);
    memory.set(this.#pristine);
    memory.fill(0, this.#pristine.length);
    const told: string[] = [];
    const output = ConsoleStdout.lineBuffered((line) => told.push(line));
    const files = new PreopenDirectory("/", new Map());
    this.#wasi.args = ["flite", "-voice", "kal", "-psdur", "-t", spoken.text, "-o", `/${OUTPUT}`];
    this.#wasi.fds = [new OpenFile(new File([])), output, output, files];
    const status = this.#wasi.start(this.#instance);
    const wav = files.dir.contents.get(OUTPUT);
    if (status !== 0 || !(wav instanceof File)) throw new Error(`Cannot say: ${told.join(" ")}`);
    const { channels: [samples], sampleRateHz } = decodeWav(wav.data);
    const segments = told.join(" ").trim().split(/\s+/).map((segment) => {
      const [phone, end] = segment.split(":");
      return { phone: phone!, endMs: Number(end) * 1_000 };
    });
    return { segments, lengthMs: samples!.length / sampleRateHz * 1_000 };
  }
}
