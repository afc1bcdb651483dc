import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { FRAME_BYTES, MULAW_SILENCE } from "./frame.ts";
import { Framer } from "./framer.ts";

const chunks = fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 12 });
const join = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((each) => [...each]));

describe("Framer.push()", () => {
  it("keeps every byte and its place, in frames of 160, however the bytes are split", () => {
    fc.assert(fc.property(chunks, (chunks) => {
      const framer = new Framer();
      const frames = chunks.flatMap((chunk) => framer.push(chunk.slice()));
      const input = join(chunks);
      assertEquals(framer.pending, input.length % FRAME_BYTES);
      const last = framer.flush();
      if (last) frames.push(last);
      assert(frames.every((frame) => frame.length === FRAME_BYTES));
      const output = join(frames);
      assertEquals(output.subarray(0, input.length), input);
      assertEquals(output.length, Math.ceil(input.length / FRAME_BYTES) * FRAME_BYTES);
      assert(output.subarray(input.length).every((byte) => byte === MULAW_SILENCE));
    }));
  });

  it("returns a lone chunk of 160 bytes itself", () => {
    const framer = new Framer();
    const chunk = new Uint8Array(FRAME_BYTES);
    const frames = framer.push(chunk);
    assertEquals(frames.length, 1);
    assertStrictEquals(frames[0], chunk);
  });

  it("keeps its own copy of what it holds back, and never reuses a frame it gave away", () => {
    const framer = new Framer();
    const chunk = new Uint8Array(100).fill(1);
    framer.push(chunk);
    chunk.fill(9);
    const [first] = framer.push(new Uint8Array(100).fill(2));
    framer.push(new Uint8Array(120).fill(3));
    assertEquals(first, Uint8Array.from([...Array(100).fill(1), ...Array(60).fill(2)]));
  });

  it("has nothing to give for an empty chunk", () => {
    assertEquals(new Framer().push(new Uint8Array()), []);
  });
});

describe("Framer.flush()", () => {
  it("has nothing to give when nothing is pending", () => {
    const framer = new Framer();
    assertEquals(framer.flush(), undefined);
    framer.push(new Uint8Array(FRAME_BYTES));
    assertEquals(framer.flush(), undefined);
    framer.push(new Uint8Array(1));
    assertEquals(framer.flush()?.length, FRAME_BYTES);
    assertEquals(framer.flush(), undefined);
  });
});

describe("Framer.reset()", () => {
  it("forgets what is pending", () => {
    const framer = new Framer();
    framer.push(new Uint8Array(50));
    framer.reset();
    assertEquals(framer.pending, 0);
    const chunk = new Uint8Array(FRAME_BYTES).fill(4);
    assertEquals(framer.push(chunk), [chunk]);
  });
});
