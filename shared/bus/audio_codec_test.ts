import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { AUDIO_HEADER_BYTES, type AudioMessage, decodeAudio, encodeAudio } from "./audio_codec.ts";

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const message: fc.Arbitrary<AudioMessage> = fc.record({
  kind: fc.constantFrom("rx", "tx"),
  epoch: u16,
  utterance: u16,
  seq: u32,
  streamMs: u32,
  loudness: fc.integer({ min: 0, max: 15 }),
  payload: fc.integer({ min: 1, max: 12 }).chain((frames) =>
    fc.uint8Array({ minLength: frames * FRAME_BYTES, maxLength: frames * FRAME_BYTES })
  ),
}, { noNullPrototype: true });

/** A valid message of one frame, with `changes` made to its bytes. */
function damaged(changes: Record<number, number>, length = AUDIO_HEADER_BYTES + FRAME_BYTES) {
  const bytes = new Uint8Array(length);
  bytes[0] = 1;
  bytes[1] = 1;
  bytes[7] = 1;
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value;
  return decodeAudio(bytes);
}

describe("decodeAudio()", () => {
  it("gives back what encodeAudio() was given", () => {
    fc.assert(fc.property(message, (message) => {
      assertEquals(decodeAudio(encodeAudio(message)), { ok: true, message });
    }));
  });

  it("never throws and never invents audio, whatever the bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
      const result = decodeAudio(bytes);
      if (result.ok) assertEquals(encodeAudio(result.message).length, bytes.length);
    }));
  });

  it("reads a message that lies inside a larger buffer, without copying its frames", () => {
    const encoded = encodeAudio({
      kind: "tx",
      epoch: 1,
      utterance: 2,
      seq: 3,
      streamMs: 0,
      payload: new Uint8Array(FRAME_BYTES).fill(5),
    });
    const buffer = new Uint8Array(1_000);
    buffer.set(encoded, 100);
    const result = decodeAudio(buffer.subarray(100, 100 + encoded.length));
    assertEquals(result.ok && [result.message.seq, result.message.payload[0]], [3, 5]);
    assertStrictEquals(result.ok && result.message.payload.buffer, buffer.buffer);
  });

  it("leaves room for flags in the high nibble of the kind", () => {
    assertEquals(damaged({ 1: 0xf2 }).ok, true);
  });

  const refusals: [string, ReturnType<typeof decodeAudio>][] = [
    ["too_short", decodeAudio(new Uint8Array())],
    ["too_short", decodeAudio(new Uint8Array(AUDIO_HEADER_BYTES))],
    ["too_short", damaged({}, AUDIO_HEADER_BYTES + FRAME_BYTES - 1)],
    ["version", damaged({ 0: 0 })],
    ["version", damaged({ 0: 2 })],
    ["kind", damaged({ 1: 0 })],
    ["kind", damaged({ 1: 3 })],
    ["length", damaged({ 7: 0 })],
    ["length", damaged({ 7: 2 })],
    ["length", damaged({ 6: 1 })],
    ["length", damaged({}, AUDIO_HEADER_BYTES + FRAME_BYTES + 1)],
  ];
  refusals.forEach(([reason, result], i) => {
    it(`refuses damaged message ${i + 1} as ${reason}`, () => {
      assertEquals(result, { ok: false, reason } as typeof result);
    });
  });
});

describe("encodeAudio()", () => {
  it("refuses a payload that is no positive multiple of 160 bytes", () => {
    for (const length of [0, 1, 159, 161, 319]) {
      const message = { kind: "rx", epoch: 0, utterance: 0, seq: 0, streamMs: 0 } as const;
      assertThrows(
        () => encodeAudio({ ...message, payload: new Uint8Array(length) }),
        RangeError,
        `received ${length}`,
      );
    }
  });
});
