import { FRAME_BYTES } from "shared/media/frame.ts";
import { decodeMulaw, encodeMulaw } from "shared/media/mulaw.ts";

/** What the caller's telephone gives back of what it plays. */
export interface LineEcho {
  /** How loud it comes back, against how it was played: -20. */
  readonly db: number;
  /** How late. */
  readonly delayMs: number;
}

/** The caller's frame with an echo in it. @param played the frame that is echoed; both mu-law */
export function withEcho(
  frame: Uint8Array | undefined,
  played: Uint8Array,
  { db }: LineEcho,
): Uint8Array {
  const gain = 10 ** (db / 20);
  const mixed = frame ? decodeMulaw(frame) : new Int16Array(FRAME_BYTES);
  decodeMulaw(played).forEach((sample, i) => {
    mixed[i] = Math.max(-0x8000, Math.min(0x7fff, mixed[i]! + Math.round(sample * gain)));
  });
  return encodeMulaw(mixed);
}
