/** What must never do harm: messages that no receiver can take. */
import { encodeAudio } from "shared/bus/audio_codec.ts";
import { encodeJson } from "shared/bus/codec.ts";
import { FRAME_BYTES } from "shared/media/frame.ts";

/** Almost as large as nats-server lets through. */
const LARGE_BYTES = 60 * 1024;
const LARGE_COUNT = Math.floor(LARGE_BYTES / FRAME_BYTES) - 1;

export type Garbage = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

/** @param message a good one, of which some are made bad */
export function badJson(message: object): Garbage {
  const good = encodeJson(message);
  return {
    empty: new Uint8Array(),
    truncated: good.slice(0, -2),
    "not text": Uint8Array.of(0xff, 0xfe, 0x00, 0x80),
    "wrong version": encodeJson({ version: 2, message }),
    "wrong schema": encodeJson(Object.fromEntries(Object.keys(message).map((key) => [key, {}]))),
    "no object": encodeJson(null),
    "60 KiB of anything": random(LARGE_BYTES),
    "60 KiB of text": encodeJson({ message: "x".repeat(LARGE_BYTES - 16) }),
    "60 KiB of brackets": new TextEncoder().encode(
      "[".repeat(LARGE_BYTES / 2) + "]".repeat(LARGE_BYTES / 2),
    ),
  };
}

/** @param way the direction that the receiver takes */
export function badAudio(way: "rx" | "tx"): Garbage {
  const other = way === "rx" ? "tx" : "rx";
  const message = (kind: "rx" | "tx", frames: number) =>
    encodeAudio({
      kind,
      epoch: 0,
      utterance: 1,
      seq: 0,
      streamMs: 0,
      payload: new Uint8Array(frames * FRAME_BYTES),
    });
  const good = message(way, 3);
  return {
    empty: new Uint8Array(),
    "truncated header": good.slice(0, 10),
    "truncated frame": good.slice(0, -1),
    "wrong version": good.map((byte, at) => at === 0 ? 2 : byte),
    "wrong kind": message(other, 3),
    "no kind": good.map((byte, at) => at === 1 ? 0x0f : byte),
    "wrong count": good.map((byte, at) => at === 7 ? 200 : byte),
    "60 KiB of anything": random(LARGE_BYTES).map((byte, at) => at === 0 ? 0 : byte),
    "60 KiB with a wrong count": message(way, LARGE_COUNT).map((byte, at) => at === 7 ? 1 : byte),
  };
}

function random(bytes: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(bytes));
}
