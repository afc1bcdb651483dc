/** One frame: 20 ms of mu-law at 8 kHz. Source: Twilio Media Streams, `audio/x-mulaw;rate=8000`. */
export const FRAME_MS = 20;
export const FRAME_BYTES = 160;
export const SAMPLE_RATE_HZ = 8000;
export const FRAMES_PER_SECOND = 1000 / FRAME_MS;

/** What is rendered as a whole, ahead of a call, lasts at most this long. */
export const MAX_RENDERED_S = 60;
export const MAX_RENDERED_BYTES = MAX_RENDERED_S * SAMPLE_RATE_HZ;

/** mu-law zero. (0x00 is full-scale noise.) */
export const MULAW_SILENCE = 0xff;

/** A new frame of silence: 160 bytes. */
export function silentFrame(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(FRAME_BYTES).fill(MULAW_SILENCE);
}

/** Milliseconds that `bytes` of mu-law last. */
export function bytesToMs(bytes: number): number {
  return (bytes * 1000) / SAMPLE_RATE_HZ;
}
