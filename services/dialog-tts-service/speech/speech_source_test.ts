import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SynthesisError } from "shared/speech/synthesizer.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import {
  type ScriptedSpeech,
  ScriptedSynthesizer,
  speechByte,
} from "shared/testing/scripted_synthesizer.ts";
import { ReplyText } from "../dialog/reply_text.ts";
import {
  BACKLOG_FRAMES,
  type NextSpeech,
  type SpeechOptions,
  SpeechSource,
} from "./speech_source.ts";

function start(
  text: ReplyText | readonly string[],
  script: ScriptedSpeech = {},
  options: Partial<SpeechOptions> = {},
) {
  const synthesizer = new ScriptedSynthesizer(script);
  const abort = new AbortController();
  const source = new SpeechSource({
    synthesizer,
    text: text instanceof ReplyText ? text : ReplyText.whole(text),
    speaker: { language: "en-US", voice: "kal", rate: 1.2, engines: [{ engine: "flite" }] },
    weigh: () => 1,
    signal: abort.signal,
    ...options,
  });
  return { source, synthesizer, abort };
}

/** Takes up to `limit` frames; the piece of each, and how it ended. */
async function take(source: SpeechSource, limit = Infinity) {
  const pieces: number[] = [];
  const bytes: number[] = [];
  let end: NextSpeech | undefined;
  while (pieces.length < limit && !end) {
    const next = await source.next();
    if (next.done) end = next;
    else {
      pieces.push(next.piece);
      bytes.push(...next.frame);
    }
  }
  return { pieces, bytes, end };
}

function repeat<T>(count: number, item: T): T[] {
  return new Array<T>(count).fill(item);
}

/** `count` pieces of `words` words. */
function piecesOf(count: number, words: number): string[] {
  return repeat(count, "Word".concat(" word".repeat(words - 1), "."));
}

describe("SpeechSource.next()", () => {
  it("gives the frames of all pieces, each with its number, and then the end", async () => {
    const { source } = start(["One.", "Two words.", "Three."], { framesPerWord: 2 });
    const { pieces, end } = await take(source);
    assertEquals(pieces, [0, 0, 1, 1, 1, 1, 2, 2]);
    assertEquals(end, { done: true });
    assertEquals(await source.next(), { done: true });
  });

  it("joins pieces without silence between them and pads the last frame", async () => {
    const { source } = start(["One.", "Two."], { framesPerWord: 1, extraBytes: 60 });
    const { bytes, pieces } = await take(source);
    assertEquals(bytes, [
      ...repeat(220, speechByte(0)),
      ...repeat(220, speechByte(1)),
      ...repeat(40, 0xff),
    ]);
    assertEquals(pieces, [0, 0, 1]);
    assertEquals(
      source.pieces.map(({ text, firstFrame, frames }) => [text, firstFrame, frames]),
      [["One.", 0, 2], ["Two.", 2, 1]],
    );
  });

  it("plays the first piece of a long text as soon as it is made", async () => {
    const clock = new FakeClock();
    const { source } = start(piecesOf(12, 25), { delay: { clock, ms: 20 } });
    let firstMs: number | undefined;
    const first = source.next().then((next) => {
      firstMs = clock.now();
      return next;
    });
    await clock.advance(1_000);
    assertEquals([firstMs, (await first).done], [20, false]);
  });

  it("makes the next piece while nobody takes the first", async () => {
    const { source, synthesizer } = start(["One.", "Two.", "Three."]);
    await settle();
    assertEquals(synthesizer.requests.map(({ state }) => state), ["spoken", "spoken", "spoken"]);
    assertEquals(source.backlog, 30);
  });

  it("gives nothing but the end for a text without words", async () => {
    const { source, synthesizer } = start([""]);
    assertEquals(await source.next(), { done: true });
    assertEquals(synthesizer.requests, []);
  });

  it("begins with the piece to resume at, which keeps its number", async () => {
    const { source, synthesizer } = start(["One.", "Two.", "Three."], { framesPerWord: 1 }, {
      from: { piece: 1, word: 0 },
    });
    const { pieces } = await take(source);
    assertEquals(pieces, [1, 2]);
    assertEquals(synthesizer.requests.map(({ text }) => text), ["Two.", "Three."]);
    assertEquals(source.pieces.map(({ firstFrame }) => firstFrame), [0, 1]);
  });

  it("tells the end of a piece that ends with a frame without waiting for more", async () => {
    const told: (readonly number[])[] = [];
    const { source } = start(["One.", "Two."], { framesPerWord: 2 }, {
      onPiece: (ends) => told.push(ends),
    });
    await take(source);
    assertEquals(told, [[2], [2, 4]]);
  });

  it("tells each new end of a piece once, also that in a frame filled later", async () => {
    const told: (readonly number[])[] = [];
    const { source } = start(["One.", "Two.", "Three."], { framesPerWord: 2, extraBytes: 60 }, {
      from: { piece: 1, word: 0 },
      onPiece: (ends) => told.push(ends),
    });
    await take(source);
    assertEquals(told, [[3], [3, 5]]);
  });
});

describe("SpeechSource of a text that is being written", () => {
  it("plays what is written, waits for more, and ends when the text does", async () => {
    const text = new ReplyText();
    const { source, synthesizer } = start(text, { framesPerWord: 2 });
    text.add({ text: "One." });
    assertEquals((await take(source, 2)).pieces, [0, 0]);
    const rest = take(source);
    await settle();
    assertEquals(synthesizer.requests.map(({ text }) => text), ["One."]);
    text.add({ text: "Two words." });
    text.end();
    assertEquals(await rest.then(({ pieces, end }) => [pieces, end]), [
      [1, 1, 1, 1],
      { done: true },
    ]);
  });

  it("keeps the frame in which a piece ends until the next is written", async () => {
    const text = new ReplyText();
    const told: (readonly number[])[] = [];
    const onPiece = (ends: readonly number[]) => told.push(ends);
    const { source } = start(text, { framesPerWord: 1, extraBytes: 60 }, { onPiece });
    text.add({ text: "One." });
    await settle();
    assertEquals([source.backlog, told], [1, []]);
    text.add({ text: "Two." });
    await settle();
    assertEquals([source.backlog, told], [2, [[2]]]);
    text.end();
    await settle();
    assertEquals([source.backlog, told], [3, [[2], [2, 3]]]);
  });

  it("has no words of a text that ends before its first piece", async () => {
    const text = new ReplyText();
    const { source } = start(text);
    const end = source.next();
    text.end({ do: "hangup" });
    assertEquals(await end, { done: true });
    assertEquals(source.positionAt(0), { piece: 0, word: 0 });
  });

  it("waits for no further piece when it is aborted", async () => {
    const text = new ReplyText();
    const { source, synthesizer, abort } = start(text);
    text.add({ text: "One." });
    await settle();
    abort.abort();
    text.add({ text: "Two." });
    await settle();
    assertEquals(await source.next(), { done: true });
    assertEquals(synthesizer.requests.map(({ text }) => text), ["One."]);
  });

  it("takes the audio of a piece that was recorded", async () => {
    const text = new ReplyText();
    text.add({ text: "One moment.", audio: new Uint8Array(3 * 160).fill(7) });
    text.add({ text: "Here." });
    text.end();
    const { source, synthesizer } = start(text, { framesPerWord: 2 });
    const { pieces, bytes } = await take(source);
    assertEquals([pieces, bytes[0], bytes.at(-1)], [[0, 0, 0, 1, 1], 7, speechByte(0)]);
    assertEquals(synthesizer.requests.map(({ text }) => text), ["Here."]);
    assertEquals(source.positionAt(3), { piece: 1, word: 0 });
  });
});

describe("SpeechSource backlog", () => {
  it("stops pulling the synthesizer at 30 s of audio, once, and loses nothing", async () => {
    let stalls = 0;
    const { source, synthesizer } = start(piecesOf(4, 30), { framesPerWord: 20 }, {
      onStall: () => stalls++,
    });
    await settle();
    assertEquals([source.backlog, source.stalls, stalls], [BACKLOG_FRAMES, 1, 1]);
    assertEquals(synthesizer.requests.length, 3);
    const pulled = synthesizer.requests[2]!.pieces;
    await settle();
    assertEquals(synthesizer.requests[2]!.pieces, pulled);
    const { pieces } = await take(source);
    assertEquals(pieces, [0, 1, 2, 3].flatMap((piece) => repeat(600, piece)));
  });

  it("goes on when five seconds of room are free, and stays within its bound", async () => {
    const { source } = start(piecesOf(6, 30), { framesPerWord: 20 });
    await settle();
    await take(source, 249);
    await settle();
    assertEquals([source.backlog, source.stalls], [BACKLOG_FRAMES - 249, 1]);
    await take(source, 1);
    await settle();
    assertEquals([source.backlog, source.stalls], [BACKLOG_FRAMES, 2]);
  });

  it("stays within its bound also when the synthesizer gives a minute at once", async () => {
    const { source } = start(["Word."], { framesPerWord: 3000, pieceBytes: 480_000 });
    await settle();
    assertEquals(source.backlog, BACKLOG_FRAMES);
    assertEquals((await take(source)).pieces.length, 3000);
  });
});

describe("SpeechSource errors", () => {
  it("ends with what was made when the synthesizer fails in the middle, and reports it", async () => {
    const { source } = start(["One.", "Two.", "Three."], { framesPerWord: 5, failAt: 1 });
    const { pieces, end } = await take(source);
    // Of the failing piece 400 bytes came out: two frames and a padded one.
    assertEquals(pieces, [...repeat(5, 0), ...repeat(3, 1)]);
    assert(end?.done);
    assertInstanceOf(end.error, SynthesisError);
    assertEquals(source.pieces.map(({ complete }) => complete), [true, false]);
    assertEquals(source.piecesWithin(8), 1);
  });

  it("ends at once when aborted: what is made is thrown away, what is being made is told", async () => {
    const clock = new FakeClock();
    const { source, synthesizer, abort } = start(["One.", "Two.", "Three."], {
      delay: { clock, ms: 10 },
    });
    await clock.advance(15);
    assertEquals(source.backlog, 10);
    abort.abort();
    assertEquals(await source.next(), { done: true });
    await settle();
    assertEquals(synthesizer.requests.map(({ state }) => state), ["spoken", "aborted"]);
    assertEquals([source.backlog, clock.sleeping], [0, 0]);
  });

  it("ends a pending next() when aborted", async () => {
    const clock = new FakeClock();
    const { source, abort } = start(["One."], { delay: { clock, ms: 10 } });
    const next = source.next();
    await settle();
    abort.abort();
    assertEquals(await next, { done: true });
  });

  it("lets go of the synthesizer when aborted while stalled", async () => {
    const { source, synthesizer, abort } = start(["Word."], { framesPerWord: 3000 });
    await settle();
    abort.abort();
    await settle();
    assertEquals(synthesizer.requests[0]!.state, "aborted");
    assertEquals(source.backlog, 0);
  });

  it("asks nothing of the synthesizer when its signal is aborted before", async () => {
    const { source, synthesizer } = start(["One."], {}, { signal: AbortSignal.abort() });
    assertEquals(await source.next(), { done: true });
    assertEquals(synthesizer.requests, []);
  });
});
