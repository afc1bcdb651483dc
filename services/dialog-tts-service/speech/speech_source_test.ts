import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SynthesisError } from "shared/speech/synthesizer.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import {
  type ScriptedSpeech,
  ScriptedSynthesizer,
  speechByte,
} from "shared/testing/scripted_synthesizer.ts";
import {
  BACKLOG_FRAMES,
  type NextSpeech,
  type SpeechOptions,
  SpeechSource,
} from "./speech_source.ts";

function start(text: string, script: ScriptedSpeech = {}, options: Partial<SpeechOptions> = {}) {
  const synthesizer = new ScriptedSynthesizer(script);
  const abort = new AbortController();
  const source = new SpeechSource({
    synthesizer,
    text,
    speaker: { language: "en-US", voice: "kal", rate: 1.2, engines: [{ engine: "flite" }] },
    signal: abort.signal,
    ...options,
  });
  return { source, synthesizer, abort };
}

/** Takes up to `limit` frames; the sentence of each, and how it ended. */
async function take(source: SpeechSource, limit = Infinity) {
  const sentences: number[] = [];
  const bytes: number[] = [];
  let end: NextSpeech | undefined;
  while (sentences.length < limit && !end) {
    const next = await source.next();
    if (next.done) end = next;
    else {
      sentences.push(next.sentence);
      bytes.push(...next.frame);
    }
  }
  return { sentences, bytes, end };
}

function repeat<T>(count: number, item: T): T[] {
  return new Array<T>(count).fill(item);
}

/** `count` sentences of `words` words. */
function textOf(count: number, words: number): string {
  return repeat(count, "Word".concat(" word".repeat(words - 1), ".")).join(" ");
}

describe("SpeechSource.next()", () => {
  it("gives the frames of all sentences, each with its number, and then the end", async () => {
    const { source } = start("One. Two words. Three.", { framesPerWord: 2 });
    const { sentences, end } = await take(source);
    assertEquals(sentences, [0, 0, 1, 1, 1, 1, 2, 2]);
    assertEquals(end, { done: true });
    assertEquals(await source.next(), { done: true });
  });

  it("joins sentences without silence between them and pads the last frame", async () => {
    const { source } = start("One. Two.", { framesPerWord: 1, extraBytes: 60 });
    const { bytes, sentences } = await take(source);
    assertEquals(bytes, [
      ...repeat(220, speechByte(0)),
      ...repeat(220, speechByte(1)),
      ...repeat(40, 0xff),
    ]);
    assertEquals(sentences, [0, 0, 1]);
    assertEquals(
      source.sentences.map(({ text, firstFrame, frames }) => [text, firstFrame, frames]),
      [["One.", 0, 2], ["Two.", 2, 1]],
    );
  });

  it("plays the first sentence of a long text as soon as it is made", async () => {
    const clock = new FakeClock();
    const { source } = start(textOf(12, 25), { delay: { clock, ms: 20 } });
    let firstMs: number | undefined;
    const first = source.next().then((next) => {
      firstMs = clock.now();
      return next;
    });
    await clock.advance(1_000);
    assertEquals([firstMs, (await first).done], [20, false]);
  });

  it("makes the next sentence while nobody takes the first", async () => {
    const { source, synthesizer } = start("One. Two. Three.");
    await settle();
    assertEquals(synthesizer.requests.map(({ state }) => state), ["spoken", "spoken", "spoken"]);
    assertEquals(source.backlog, 30);
  });

  it("gives nothing but the end for a text without words", async () => {
    const { source, synthesizer } = start("  ");
    assertEquals(await source.next(), { done: true });
    assertEquals(synthesizer.requests, []);
  });

  it("begins with the sentence to resume at, which keeps its number", async () => {
    const { source, synthesizer } = start("One. Two. Three.", { framesPerWord: 1 }, {
      firstSentence: 1,
    });
    const { sentences } = await take(source);
    assertEquals(sentences, [1, 2]);
    assertEquals(synthesizer.requests.map(({ text }) => text), ["Two.", "Three."]);
    assertEquals(source.sentences.map(({ firstFrame }) => firstFrame), [0, 1]);
  });

  it("tells the end of a sentence that ends with a frame without waiting for more", async () => {
    const told: (readonly number[])[] = [];
    const { source } = start("One. Two.", { framesPerWord: 2 }, {
      onSentence: (ends) => told.push(ends),
    });
    await take(source);
    assertEquals(told, [[2], [2, 4]]);
  });

  it("tells each new end of a sentence once, also that in a frame filled later", async () => {
    const told: (readonly number[])[] = [];
    const { source } = start("One. Two. Three.", { framesPerWord: 2, extraBytes: 60 }, {
      firstSentence: 1,
      onSentence: (ends) => told.push(ends),
    });
    await take(source);
    assertEquals(told, [[3], [3, 5]]);
  });
});

describe("SpeechSource backlog", () => {
  it("stops pulling the synthesizer at 30 s of audio, once, and loses nothing", async () => {
    let stalls = 0;
    const { source, synthesizer } = start(textOf(4, 30), { framesPerWord: 20 }, {
      onStall: () => stalls++,
    });
    await settle();
    assertEquals([source.backlog, source.stalls, stalls], [BACKLOG_FRAMES, 1, 1]);
    assertEquals(synthesizer.requests.length, 3);
    const pulled = synthesizer.requests[2]!.pieces;
    await settle();
    assertEquals(synthesizer.requests[2]!.pieces, pulled);
    const { sentences } = await take(source);
    assertEquals(sentences, [0, 1, 2, 3].flatMap((sentence) => repeat(600, sentence)));
  });

  it("goes on when five seconds of room are free, and stays within its bound", async () => {
    const { source } = start(textOf(6, 30), { framesPerWord: 20 });
    await settle();
    await take(source, 249);
    await settle();
    assertEquals([source.backlog, source.stalls], [BACKLOG_FRAMES - 249, 1]);
    await take(source, 1);
    await settle();
    assertEquals([source.backlog, source.stalls], [BACKLOG_FRAMES, 2]);
  });

  it("stays within its bound also when one piece is a minute", async () => {
    const { source } = start("Word.", { framesPerWord: 3000, pieceBytes: 480_000 });
    await settle();
    assertEquals(source.backlog, BACKLOG_FRAMES);
    assertEquals((await take(source)).sentences.length, 3000);
  });
});

describe("SpeechSource errors", () => {
  it("ends with what was made when the synthesizer fails in the middle, and reports it", async () => {
    const { source } = start("One. Two. Three.", { framesPerWord: 5, failAt: 1 });
    const { sentences, end } = await take(source);
    // The failing sentence got one piece of 400 bytes out: two frames and a padded one.
    assertEquals(sentences, [...repeat(5, 0), ...repeat(3, 1)]);
    assert(end?.done);
    assertInstanceOf(end.error, SynthesisError);
    assertEquals(source.sentences.map(({ complete }) => complete), [true, false]);
    assertEquals(source.sentencesWithin(8), 1);
  });

  it("ends at once when aborted: what is made is thrown away, what is being made is told", async () => {
    const clock = new FakeClock();
    const { source, synthesizer, abort } = start("One. Two. Three.", { delay: { clock, ms: 10 } });
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
    const { source, abort } = start("One.", { delay: { clock, ms: 10 } });
    const next = source.next();
    await settle();
    abort.abort();
    assertEquals(await next, { done: true });
  });

  it("lets go of the synthesizer when aborted while stalled", async () => {
    const { source, synthesizer, abort } = start("Word.", { framesPerWord: 3000 });
    await settle();
    abort.abort();
    await settle();
    assertEquals(synthesizer.requests[0]!.state, "aborted");
    assertEquals(source.backlog, 0);
  });

  it("asks nothing of the synthesizer when its signal is aborted before", async () => {
    const { source, synthesizer } = start("One.", {}, { signal: AbortSignal.abort() });
    assertEquals(await source.next(), { done: true });
    assertEquals(synthesizer.requests, []);
  });
});
