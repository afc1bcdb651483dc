/** What is kept of one streamingRecognize, for a test to look at. */

/** `cancelled`: by the client, or with its connection. */
type StreamEnd = "open" | "client" | "server" | "cancelled";

export interface EmulatedStream {
  /** The whole `streamingConfig` as received; undefined before it came. */
  readonly config: unknown;
  /** All bytes received so far. */
  readonly audio: Uint8Array;
  readonly ended: StreamEnd;
  /** Of the emulator's clock. */
  readonly openedMs: number;
}

const FIRST_BYTES = 16_000;

/** An `EmulatedStream` that grows. */
export class StreamRecord implements EmulatedStream {
  readonly openedMs: number;
  config: unknown;
  #ended: StreamEnd = "open";
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;
  readonly #onEnd: () => void;

  constructor(openedMs: number, onEnd: () => void) {
    this.openedMs = openedMs;
    this.#onEnd = onEnd;
  }

  get audio(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  get audioBytes(): number {
    return this.#length;
  }

  get ended(): StreamEnd {
    return this.#ended;
  }

  append(audio: Uint8Array): void {
    const needed = this.#length + audio.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.audio);
      this.#bytes = larger;
    }
    this.#bytes.set(audio, this.#length);
    this.#length = needed;
  }

  /** The first one counts. */
  end(how: Exclude<StreamEnd, "open">): void {
    if (this.#ended !== "open") return;
    this.#ended = how;
    this.#onEnd();
  }
}
