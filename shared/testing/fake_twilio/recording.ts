import { FRAME_BYTES, MULAW_SILENCE, SAMPLE_RATE_HZ } from "shared/media/frame.ts";
import { decodeMulaw } from "shared/media/mulaw.ts";
import { encodeWav } from "shared/media/wav.ts";

/** What the caller said, by 20 ms slot since the call began. */
export class SpokenTrack {
  readonly #frames = new Map<number, Uint8Array>();

  set(slot: number, frame: Uint8Array): void {
    this.#frames.set(slot, frame);
  }

  /** mu-law of the first `slots` slots, silence where nothing was said. */
  render(slots: number): Uint8Array<ArrayBuffer> {
    const track = new Uint8Array(slots * FRAME_BYTES).fill(MULAW_SILENCE);
    for (const [slot, frame] of this.#frames) {
      if (slot < slots) track.set(frame, slot * FRAME_BYTES);
    }
    return track;
  }
}

/** Two mu-law tracks as one WAV file, the shorter one followed by silence. */
export function stereoWav(left: Uint8Array, right: Uint8Array): Uint8Array {
  const length = Math.max(left.length, right.length);
  const channels = [left, right].map((track) => {
    const samples = new Int16Array(length);
    samples.set(decodeMulaw(track));
    return samples;
  });
  return encodeWav({ sampleRateHz: SAMPLE_RATE_HZ, channels });
}
