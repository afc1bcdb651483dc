import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { TextPosition } from "shared/store/stores.ts";
import { settle } from "shared/testing/fake_clock.ts";
import { ScriptedSynthesizer } from "shared/testing/scripted_synthesizer.ts";
import { type Piece, ReplyText } from "../dialog/reply_text.ts";
import { SpeechSource } from "./speech_source.ts";

const TEXT = ["One two three.", "Four five.", "Six."];

/** At 2 frames a word, from this place on; all of it is made. */
async function resumed(from: TextPosition, pieces: readonly Piece[] = TEXT.map(pieceOf)) {
  const synthesizer = new ScriptedSynthesizer({ framesPerWord: 2 });
  const text = new ReplyText();
  for (const piece of pieces) text.add(piece);
  text.end();
  const source = new SpeechSource({
    synthesizer,
    text,
    speaker: { language: "en-US", voice: "kal", rate: 1 },
    weigh: () => 1,
    signal: new AbortController().signal,
    from,
  });
  await settle();
  const { requests } = synthesizer;
  return {
    source,
    synthesizer,
    spoken: requests.map(({ text }) => text),
    once: requests.map(({ once }) => once),
  };
}

function pieceOf(text: string): Piece {
  return { text };
}

describe("SpeechSource that begins in the middle", () => {
  it("says the words from there on, and counts pieces and words in the whole text", async () => {
    const { source, spoken } = await resumed({ piece: 0, word: 1 });
    assertEquals(spoken, ["two three.", "Four five.", "Six."]);
    assertEquals(source.backlog, 12 - 2);
    const at = [0, 1, 2, 3, 4, 5, 6, 8, 10].map((frames) => source.positionAt(frames));
    assertEquals(at.map(({ piece, word }) => [piece, word]), [
      ...[[0, 1], [0, 1], [0, 2], [0, 2]],
      ...[[1, 0], [1, 0], [1, 1], [2, 0], [3, 0]],
    ]);
  });

  it("has what is left of a piece said once, and a piece that is to be", async () => {
    const pieces = [pieceOf(TEXT[0]!), pieceOf(TEXT[1]!), { text: TEXT[2]!, once: true }];
    const { once } = await resumed({ piece: 0, word: 1 }, pieces);
    assertEquals(once, [true, undefined, true]);
  });

  it("numbers the frames with the pieces of the whole text", async () => {
    const { source } = await resumed({ piece: 1, word: 1 });
    const pieces: number[] = [];
    for (let next = await source.next(); !next.done; next = await source.next()) {
      pieces.push(next.piece);
    }
    assertEquals(pieces, [1, 1, 2, 2]);
    assertEquals([1, 2, 3, 4].map((frames) => source.piecesWithin(frames)), [0, 1, 1, 2]);
  });

  it("says nothing of a piece of which all words were said, and goes on with the next", async () => {
    const { source, spoken } = await resumed({ piece: 1, word: 2 });
    assertEquals(spoken, ["Six."]);
    assertEquals(source.positionAt(0), { piece: 2, word: 0 });
  });

  it("has nothing to say behind the text", async () => {
    const { source, spoken } = await resumed({ piece: 3, word: 0 });
    assertEquals([spoken, await source.next()], [[], { done: true }]);
    assertEquals(source.positionAt(0), { piece: 3, word: 0 });
  });

  it("plays a recorded piece again from its beginning, but synthesises what is left of it", async () => {
    const moment = { text: "One moment please.", audio: new Uint8Array(7 * 160) };
    const whole = await resumed({ piece: 1, word: 0 }, [{ text: "So." }, moment]);
    assertEquals([whole.source.backlog, whole.spoken], [7, []]);
    const rest = await resumed({ piece: 1, word: 1 }, [{ text: "So." }, moment]);
    assertEquals([rest.source.backlog, rest.spoken], [4, ["moment please."]]);
  });
});

describe("SpeechSource.timedPositionAt()", () => {
  /** The n-th word of anything ends after n x 40 ms. */
  const timed = async (from: TextPosition) => {
    const { source, synthesizer } = await resumed(from);
    synthesizer.wordEndsMs = ({ text }) =>
      Promise.resolve(text.split(" ").map((_, i) => (i + 1) * 40));
    return source;
  };

  it("is where the engine's own timing has it, in the piece that is cut", async () => {
    const source = await timed({ piece: 0, word: 1 });
    const places = [0, 2, 4, 5, 6].map((frames) => source.timedPositionAt(frames));
    assertEquals(await Promise.all(places), [
      { piece: 0, word: 1 },
      { piece: 0, word: 2 },
      { piece: 1, word: 0 },
      { piece: 1, word: 0 },
      { piece: 1, word: 1 },
    ]);
  });

  it("is unknown behind the text, and where the engine does not tell or fails", async () => {
    const source = await timed({ piece: 0, word: 0 });
    assertEquals(await source.timedPositionAt(12), undefined);
    const { source: untimed, synthesizer } = await resumed({ piece: 0, word: 0 });
    assertEquals(await untimed.timedPositionAt(3), undefined);
    synthesizer.wordEndsMs = () => Promise.reject(new Error("away"));
    assertEquals(await untimed.timedPositionAt(3), undefined);
  });
});
