import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { SpeechFramer } from "./speech_framer.ts";

async function* piecesOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

async function framesOf(
  framer: SpeechFramer,
  pieces: readonly Uint8Array[],
): Promise<Uint8Array[]> {
  const frames: Uint8Array[] = [];
  for await (const frame of framer.frames(piecesOf(pieces))) frames.push(frame);
  return frames;
}

describe("SpeechFramer", () => {
  it("goes on with the next sentence in the same frame, and pads the last frame only", async () => {
    const framer = new SpeechFramer();
    const first = await framesOf(framer, [new Uint8Array(250).fill(1)]);
    const second = await framesOf(framer, [new Uint8Array(100).fill(2)]);
    assertEquals(first, [new Uint8Array(160).fill(1)]);
    assertEquals(second, [Uint8Array.of(...new Array(90).fill(1), ...new Array(70).fill(2))]);
    assertEquals(framer.pending, 30);
    assertEquals(
      framer.flush(),
      Uint8Array.of(...new Array(30).fill(2), ...new Array(130).fill(0xff)),
    );
    assertEquals([framer.pending, framer.flush()], [0, undefined]);
  });

  it("has no last frame when the speech ends with a frame", async () => {
    const framer = new SpeechFramer();
    assertEquals((await framesOf(framer, [new Uint8Array(320)])).length, 2);
    assertEquals(framer.flush(), undefined);
  });

  it("keeps every byte in order, in frames of 160, whatever the pieces", async () => {
    const sentence = fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(sentence, { maxLength: 4 }), async (sentences) => {
        const framer = new SpeechFramer();
        const frames: Uint8Array[] = [];
        for (const pieces of sentences) frames.push(...await framesOf(framer, pieces));
        const last = framer.flush();
        if (last) frames.push(last);
        assert(frames.every(({ length }) => length === 160));
        const spoken = sentences.flat().flatMap((piece) => [...piece]);
        const padding = new Array((160 - spoken.length % 160) % 160).fill(0xff);
        assertEquals(frames.flatMap((frame) => [...frame]), [...spoken, ...padding]);
      }),
    );
  });

  it("cuts a piece of a minute", async () => {
    const framer = new SpeechFramer();
    const long = new Uint8Array(60 * 8000 + 1);
    assertEquals((await framesOf(framer, [long])).length, 3000);
    assertEquals(framer.pending, 1);
  });
});
