import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { CannedSpeech } from "./canned_speech.ts";

const weigh = () => 1;

describe("CannedSpeech", () => {
  it("gives its frames, then the end", async () => {
    const audio = new Uint8Array(2 * FRAME_BYTES).fill(1, FRAME_BYTES);
    const canned = new CannedSpeech(audio, "One.", weigh);
    const frames = [await canned.next(), await canned.next()];
    const seen = frames.map((next) => next.done || [next.frame.length, next.frame[0], next.piece]);
    assertEquals(seen, [[160, 0, 0], [160, 1, 0]]);
    assertEquals(await canned.next(), { done: true });
  });

  it("is one piece, sent when its last frame is", () => {
    const canned = new CannedSpeech(new Uint8Array(3 * FRAME_BYTES), "Hello. How are you?", weigh);
    assertEquals([0, 1, 2, 3, 4].map((sent) => canned.piecesWithin(sent)), [0, 0, 0, 1, 1]);
    assertEquals(canned.pieceEnds, [3]);
  });

  it("knows the word at every frame, whatever of it was taken", () => {
    const audio = new Uint8Array(40 * FRAME_BYTES);
    const canned = new CannedSpeech(audio, "Hello. How are you?", weigh);
    const at = [0, 9, 10, 39, 40, 50].map((frames) => canned.positionAt(frames));
    assertEquals(at.map(({ piece, word }) => [piece, word]), [
      ...[[0, 0], [0, 0], [0, 1], [0, 3]],
      ...[[1, 0], [1, 0]],
    ]);
  });
});
