import { describe, it } from "@std/testing/bdd";
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  encodeClientFrame,
  OPCODE,
  ServerFrameReader,
  WebSocketProtocolError,
} from "./web_socket_frames.ts";

/** A server's frame: unmasked. */
function serverFrame(payload: Uint8Array, opcode: number = OPCODE.binary, final = true): number[] {
  const { length } = payload;
  const head = length < 126
    ? [length]
    : length < 0x1_0000
    ? [126, length >> 8, length & 0xff]
    : [127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff];
  return [(final ? 0x80 : 0) | opcode, ...head, ...payload];
}

describe("encodeClientFrame()", () => {
  it("gives the RFC's masked hello", () => {
    const frame = encodeClientFrame(
      OPCODE.text,
      new TextEncoder().encode("Hello"),
      new Uint8Array([0x37, 0xfa, 0x21, 0x3d]),
    );
    assertEquals(frame.toHex(), "818537fa213d7f9f4d5158");
  });

  it("writes the three forms of the length", () => {
    const head = (length: number) =>
      encodeClientFrame(OPCODE.binary, new Uint8Array(length), new Uint8Array(4))
        .subarray(0, length < 126 ? 2 : length < 65_536 ? 4 : 10).toHex();
    assertEquals([125, 126, 65_535, 65_536].map(head), [
      "82fd",
      "82fe007e",
      "82feffff",
      "82ff0000000000010000",
    ]);
  });
});

describe("ServerFrameReader.push()", () => {
  it("gives the same messages however the bytes are cut", () => {
    const payloads = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 130 }),
        fc.integer({ min: 125, max: 70_000 }).map((length) => new Uint8Array(length).fill(7)),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(payloads, fc.integer({ min: 1, max: 40_000 }), (sent, cut) => {
        const stream = new Uint8Array(sent.flatMap((payload) => serverFrame(payload)));
        const reader = new ServerFrameReader();
        const got: Uint8Array[] = [];
        for (let at = 0; at < stream.length; at += cut) {
          got.push(...reader.push(stream.subarray(at, at + cut)).map((frame) => frame.payload));
        }
        assertEquals(got, sent);
      }),
      { numRuns: 40 },
    );
  });

  it("puts fragments together, control frames in between let through", () => {
    const reader = new ServerFrameReader();
    const frames = reader.push(
      new Uint8Array([
        ...serverFrame(new Uint8Array([1]), OPCODE.text, false),
        ...serverFrame(new Uint8Array([9]), OPCODE.ping),
        ...serverFrame(new Uint8Array([2]), OPCODE.continuation),
      ]),
    );
    assertEquals(frames, [
      { opcode: OPCODE.ping, payload: new Uint8Array([9]) },
      { opcode: OPCODE.text, payload: new Uint8Array([1, 2]) },
    ]);
  });

  const broken: readonly (readonly [string, number[]])[] = [
    ["a masked frame", [0x81, 0x81, 0, 0, 0, 0, 1]],
    ["a compressed frame", [0xc1, 0x01, 0x00]],
    ["a continuation of nothing", [0x80, 0x00]],
    ["a new message inside a fragmented one", [0x01, 0x01, 0x61, 0x81, 0x00]],
  ];
  for (const [what, bytes] of broken) {
    it(`refuses ${what}`, () => {
      const reader = new ServerFrameReader();
      assertThrows(() => reader.push(new Uint8Array(bytes)), WebSocketProtocolError);
    });
  }
});
