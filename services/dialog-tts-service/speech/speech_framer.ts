/** Speech in pieces of any size, cut to frames. */
import { FRAME_BYTES } from "shared/media/frame.ts";
import { Framer } from "shared/media/framer.ts";

/** Cut at a time, so that a long piece does not become all its frames at once. */
const CHUNK_BYTES = 50 * FRAME_BYTES;

/** Frames of one utterance. A sentence goes on in the frame in which the one before it ended. */
export class SpeechFramer {
  readonly #framer = new Framer();

  /** Bytes that wait for the rest of their frame. */
  get pending(): number {
    return this.#framer.pending;
  }

  /** The frames filled by these pieces, as they come. */
  async *frames(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length; at += CHUNK_BYTES) {
        yield* this.#framer.push(piece.subarray(at, at + CHUNK_BYTES));
      }
    }
  }

  /** The last frame of the utterance, padded with silence, if one is begun. */
  flush(): Uint8Array | undefined {
    return this.#framer.flush();
  }
}
