import { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } from "@bjorn3/browser_wasi_shim";
import { SAMPLE_RATE_HZ } from "shared/media/frame.ts";
import { decodeWav } from "shared/media/wav.ts";

const OUTPUT = "speech.wav";
const PAUSE = "pau";

interface FliteExports {
  readonly memory: WebAssembly.Memory;
  readonly _start: () => unknown;
}

/**
 * flite in this thread: synchronous, a few milliseconds per sentence.
 *
 * It is a command that runs once and exits. Making a new instance for each sentence costs about 50 ms (17 MB
 * of voices to set up); putting back the memory of the first one costs 1 ms, and gives the same audio for the
 * same text whatever was said before. After an error the instance is not to be used again.
 */
export class FliteEngine {
  readonly #wasi = new WASI(["flite"], [], [], { debug: false });
  readonly #instance: { readonly exports: FliteExports };
  readonly #pristine: Uint8Array;

  constructor(module: WebAssembly.Module) {
    const imports = { wasi_snapshot_preview1: this.#wasi.wasiImport };
    const exports = new WebAssembly.Instance(module, imports).exports;
    this.#instance = { exports: exports as unknown as FliteExports };
    this.#pristine = new Uint8Array(this.#instance.exports.memory.buffer.slice(0));
  }

  /**
   * @param text printable ASCII (`fliteText`): the WASI shim miscounts other arguments.
   * @returns samples at 8 kHz.
   * @throws {Error} when flite fails, or the voice is not an 8 kHz one.
   */
  render(text: string, voice: string): Int16Array {
    return this.#speak(text, voice, []).samples;
  }

  /** When each sound of a text ends, pauses left out: ms from the first sample of what {@link render} gives. */
  soundEndsMs(text: string, voice: string): number[] {
    const told = this.#speak(text, voice, ["-psdur"]).told.join(" ").trim();
    // `pau:0.220 w:0.275 iy:0.457`
    const sounds = told.split(/\s+/).map((sound) => sound.split(":"));
    return sounds.filter(([sound]) => sound !== PAUSE).map(([, end]) => Number(end) * 1_000);
  }

  #speak(
    text: string,
    voice: string,
    options: readonly string[],
  ): { readonly samples: Int16Array; readonly told: readonly string[] } {
    const memory = new Uint8Array(this.#instance.exports.memory.buffer);
    memory.set(this.#pristine);
    memory.fill(0, this.#pristine.length);

    const told: string[] = [];
    const output = ConsoleStdout.lineBuffered((line) => told.push(line));
    const files = new PreopenDirectory("/", new Map());
    this.#wasi.args = ["flite", "-voice", voice, ...options, "-t", text, "-o", `/${OUTPUT}`];
    this.#wasi.fds = [new OpenFile(new File([])), output, output, files];
    const status = this.#wasi.start(this.#instance);
    const wav = files.dir.contents.get(OUTPUT);
    if (status !== 0 || !(wav instanceof File)) {
      throw new Error(`Cannot render: flite ends with 0, received ${status}: ${told.join(" ")}`);
    }
    const { sampleRateHz, channels: [samples] } = decodeWav(wav.data);
    if (!samples || sampleRateHz !== SAMPLE_RATE_HZ) {
      throw new Error(`Cannot render: a voice of 8000 Hz, received ${voice}, ${sampleRateHz} Hz`);
    }
    return { samples, told };
  }
}
