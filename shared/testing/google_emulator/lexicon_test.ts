import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FRAME_BYTES, silentFrame } from "shared/media/frame.ts";
import { Lexicon } from "./lexicon.ts";
import { toneVoice } from "./tone_voice.ts";

describe("Lexicon", () => {
  let lexicon: Lexicon;
  beforeEach(() => {
    lexicon = new Lexicon();
  });

  /** Every frame: a word in capitals where it starts, a dot for what belongs to no word. */
  const hear = (audio: Uint8Array) =>
    Array.from({ length: audio.length / FRAME_BYTES }, (_, i) => {
      const heard = lexicon.find(audio.subarray(i * FRAME_BYTES, (i + 1) * FRAME_BYTES));
      return heard ? (heard.isWordStart ? heard.word.toUpperCase() : heard.word) : ".";
    });

  it("knows the word of every frame, and which frame is its first", () => {
    const speech = toneVoice("a bc");
    lexicon.add(speech);
    const further = (word: string) => Array.from({ length: 7 }, () => word);
    const expected = ["A", ...further("a"), ".", ".", ".", "BC", ...further("bc")];
    assertEquals(hear(speech.audio), expected);
  });

  it("knows no silence, and no text it was not given", () => {
    lexicon.add(toneVoice("yes please"));
    lexicon.add(toneVoice(""));
    assertEquals(lexicon.find(silentFrame()), undefined);
    assertEquals(new Set(hear(toneVoice("yes pleased").audio)), new Set(["."]));
  });

  it("keeps the texts apart that share words, however many they are", () => {
    const speeches = Array.from({ length: 500 }, (_, i) => toneVoice(`word word ${i} word`));
    for (const speech of speeches) lexicon.add(speech);
    for (const { audio, words } of speeches) {
      const starts = hear(audio).filter((word) => word !== word.toLowerCase() || /^\d/.test(word));
      assertEquals([...new Set(starts)], ["WORD", words[2]!.word]);
    }
  });

  it("tells frames apart that differ in one bit", () => {
    const speech = toneVoice("yes");
    lexicon.add(speech);
    for (let i = 0; i < FRAME_BYTES; i++) {
      const frame = speech.audio.slice(0, FRAME_BYTES);
      frame[i]! ^= 1 << (i % 8);
      assertEquals(lexicon.find(frame), undefined);
    }
  });

  it("forgets what it learned first, beyond its size", () => {
    const small = new Lexicon(10);
    const [first, second] = [toneVoice("a"), toneVoice("b")];
    small.add(first);
    small.add(second);
    assertEquals(small.find(first.audio.subarray(0, FRAME_BYTES)), undefined);
    assertEquals(small.find(first.audio.subarray(-FRAME_BYTES))?.word, "a");
    assertEquals(small.find(second.audio.subarray(0, FRAME_BYTES)), {
      word: "b",
      isWordStart: true,
    });
  });
});
