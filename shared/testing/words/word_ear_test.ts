import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { WordBook } from "./word_book.ts";
import { WordEar } from "./word_ear.ts";

const FRAMES_PER_WORD = 2;
const WORD_MS = 40;

describe("WordEar", () => {
  let book: WordBook;
  let ear: WordEar;
  const say = (text: string, soundsAtMs: number) =>
    ear.media(book.say(text, FRAMES_PER_WORD).audio, soundsAtMs);
  const heard = (nowMs: number) =>
    ear.heard(nowMs).map(({ words }) =>
      words.map(({ word, framesHeard }) => `${word} ${framesHeard}`).join(", ")
    );

  beforeEach(() => {
    book = new WordBook("kav");
    ear = new WordEar(book, (mark) => mark === "end");
  });

  it("tells the words that have sounded, to the frame", () => {
    say("one two three", 100);
    assertEquals(heard(100), []);
    assertEquals(heard(101), ["one 1"]);
    assertEquals(heard(100 + WORD_MS + 21), ["one 2, two 2"]);
    assertEquals(heard(1_000), ["one 2, two 2, three 2"]);
  });

  it("forgets what a clear has kept from sounding, and says when that was", () => {
    say("one two three", 100);
    ear.clear(100 + WORD_MS + 5);
    assertEquals(heard(1_000), ["one 2, two 1"]);
    assertEquals(ear.heard(1_000)[0]?.cutMs, 145);
    say("four", 200);
    assertEquals(heard(1_000), ["one 2, two 1", "four 2"]);
  });

  it("ends an utterance with its mark, which a clear then cuts only while it sounds", () => {
    say("one", 100);
    ear.mark("kp:1");
    say("two", 100 + WORD_MS);
    ear.mark("end");
    say("three", 100 + 2 * WORD_MS);
    ear.mark("end");
    ear.clear(100 + 2 * WORD_MS + 10);
    assertEquals(heard(1_000), ["one 2, two 2", "three 1"]);
    assertEquals(ear.heard(1_000).map(({ cutMs }) => cutMs), [undefined, 190]);
  });

  it("hears nothing in frames that are in nobody's book, or another speaker's", () => {
    ear.media(new Uint8Array(320).fill(0x20), 0);
    ear.media(new WordBook("caller").say("one", 2).audio, 100);
    assertEquals(heard(1_000), []);
  });
});
