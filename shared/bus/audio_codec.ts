import { FRAME_BYTES } from "shared/media/frame.ts";

/** Which way the audio flows, seen from the edge. */
export type AudioKind = "rx" | "tx";

/** One audio message of the bus: consecutive frames of one epoch and utterance. */
export interface AudioMessage {
  readonly kind: AudioKind;
  /** The sender's epoch in its role; receivers drop older ones. */
  readonly epoch: number;
  /** tx: the utterance's number. rx: 0. */
  readonly utterance: number;
  /** Sequence number of the first frame, counted per call and direction from 0. */
  readonly seq: number;
  /** rx: Twilio's stream time of the first frame. tx: 0. */
  readonly streamMs: number;
  /**
   * rx: how loud Kav has been to the caller shortly before these frames, 0 to 15 (`shared/media/loudness.ts`);
   * 0 = silent. tx: 0.
   */
  readonly loudness: number;
  /** `count` x 160 bytes of mu-law. */
  readonly payload: Uint8Array;
}

/** What `encodeAudio` takes: without a loudness, Kav is silent. */
export type AudioToEncode = Omit<AudioMessage, "loudness"> & { readonly loudness?: number };

export type AudioDecodeResult =
  | { readonly ok: true; readonly message: AudioMessage }
  | { readonly ok: false; readonly reason: "too_short" | "version" | "kind" | "length" };

export const AUDIO_VERSION = 1;
export const AUDIO_HEADER_BYTES = 16;

const KINDS: Record<AudioKind, number> = { rx: 1, tx: 2 };
/** The loudness stands in the high nibble of byte 1. */
const LOUDNESS_SHIFT = 4;

/**
 * Encodes an audio message, big-endian: version u8@0, kind (low nibble) and loudness (high) u8@1, epoch
 * u16@2, utterance u16@4, count u16@6, seq u32@8, stream time ms u32@12, then the frames.
 *
 * @throws {RangeError} when the payload is not a positive multiple of 160 bytes.
 */
export function encodeAudio(message: AudioToEncode): Uint8Array<ArrayBuffer> {
  const count = message.payload.length / FRAME_BYTES;
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(
      `Cannot encode audio: the payload is a positive multiple of ${FRAME_BYTES} bytes, received ${message.payload.length}`,
    );
  }
  const bytes = new Uint8Array(AUDIO_HEADER_BYTES + message.payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, AUDIO_VERSION);
  view.setUint8(1, KINDS[message.kind] | ((message.loudness ?? 0) << LOUDNESS_SHIFT));
  view.setUint16(2, message.epoch);
  view.setUint16(4, message.utterance);
  view.setUint16(6, count);
  view.setUint32(8, message.seq);
  view.setUint32(12, message.streamMs);
  bytes.set(message.payload, AUDIO_HEADER_BYTES);
  return bytes;
}

/** Decodes an audio message; the payload is a view of `bytes`, not a copy. */
export function decodeAudio(bytes: Uint8Array): AudioDecodeResult {
  if (bytes.length < AUDIO_HEADER_BYTES + FRAME_BYTES) return { ok: false, reason: "too_short" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== AUDIO_VERSION) return { ok: false, reason: "version" };
  const kindCode = view.getUint8(1) & 0x0f;
  const kind = kindCode === KINDS.rx ? "rx" : kindCode === KINDS.tx ? "tx" : undefined;
  if (!kind) return { ok: false, reason: "kind" };
  const count = view.getUint16(6);
  if (count === 0 || bytes.length !== AUDIO_HEADER_BYTES + count * FRAME_BYTES) {
    return { ok: false, reason: "length" };
  }
  return {
    ok: true,
    message: {
      kind,
      epoch: view.getUint16(2),
      utterance: view.getUint16(4),
      seq: view.getUint32(8),
      streamMs: view.getUint32(12),
      loudness: view.getUint8(1) >> LOUDNESS_SHIFT,
      payload: bytes.subarray(AUDIO_HEADER_BYTES),
    },
  };
}
