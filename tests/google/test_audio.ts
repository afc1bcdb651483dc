import { FRAME_BYTES } from "shared/media/frame.ts";

/** 40 ms. */
export const BATCH_BYTES = 2 * FRAME_BYTES;

/** Mu-law. */
export const silence = (frames: number) => new Uint8Array(frames * FRAME_BYTES).fill(0xff);
