import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { FRAME_BYTES, MULAW_SILENCE } from "shared/media/frame.ts";
import { decodeMulaw, encodeMulaw } from "shared/media/mulaw.ts";
import { FvadFactory } from "shared/speech/fvad/fvad.ts";
import { type SpokenText, spokenWords, toneVoice } from "./tone_voice.ts";

const HEBREW = "שלום, אני רוצה להזמין תור לספר מחר בבוקר בשעה עשר, תודה רבה.";
const TEXTS = [
  HEBREW,
  "כן",
  "I would like to book a haircut tomorrow at 10:30, please.",
  "a b c d e f g h",
  "今日は天気がいい мы хотим إلى اللقاء",
  `${HEBREW} `.repeat(5),
  "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüsselbund",
];
const detectors = await FvadFactory.load();

/** One letter a frame: V and v for voiced or not in a word, G and g between words. */
function heard({ audio, words }: SpokenText, silentFramesBefore: number): string {
  const vad = detectors.create();
  for (let i = 0; i < silentFramesBefore; i++) vad.isVoiced(new Int16Array(FRAME_BYTES));
  const letters = framesOf(audio).map((frame, i) => {
    const isVoiced = vad.isVoiced(decodeMulaw(frame));
    const inWord = words.some(({ fromFrame, toFrame }) => i >= fromFrame && i < toFrame);
    const letter = inWord ? "V" : "G";
    return isVoiced ? letter : letter.toLowerCase();
  });
  vad.close();
  return letters.join("");
}

function framesOf(audio: Uint8Array): Uint8Array[] {
  return Array.from(
    { length: audio.length / FRAME_BYTES },
    (_, i) => audio.subarray(i * FRAME_BYTES, (i + 1) * FRAME_BYTES),
  );
}

const lengthsOf = ({ words }: SpokenText) => words.map((word) => word.toFrame - word.fromFrame);

describe("toneVoice()", () => {
  for (const text of TEXTS) {
    it(`is speech to the voice activity detector from its first frame to its last: ${text.slice(0, 24)}`, () => {
      for (const silence of [0, 1, 50, 500]) {
        assertMatch(heard(toneVoice(text), silence), /^[VG]+$/, `after ${silence} silent frames`);
      }
    });
  }

  it("lasts about a second for 15 characters, and no word less than 8 frames", () => {
    for (const text of [HEBREW, TEXTS[2]!]) {
      const seconds = toneVoice(text).audio.length / 8_000;
      const charsPerSecond = text.length / seconds;
      assert(charsPerSecond > 12.5 && charsPerSecond < 17.5, `${charsPerSecond}`);
    }
    assertEquals(lengthsOf(toneVoice("a bc abcdef")), [8, 8, 20]);
  });

  it("leaves 2 or 3 quieter frames between words, and none at the ends", () => {
    const { audio, words } = toneVoice("אחת שתיים שלוש");
    assertEquals(words.map(({ word, fromFrame, toFrame }) => [word, fromFrame, toFrame]), [
      ["אחת", 0, 10],
      ["שתיים", 13, 30],
      ["שלוש", 32, 45],
    ]);
    assertEquals(audio.length, 45 * FRAME_BYTES);
    const level = (frame: number) =>
      Math.max(...decodeMulaw(framesOf(audio)[frame]!).map((sample) => Math.abs(sample)));
    assert(level(11) * 3 < level(5), `${level(11)} between words, ${level(5)} in one`);
  });

  it("never speaks two frames alike, in whatever texts", () => {
    const seen = new Map<string, string>();
    const texts = [...TEXTS, HEBREW.slice(1), `${HEBREW} כן`, "b", "a", "a a a a a a a a"];
    for (const text of texts) {
      framesOf(toneVoice(text).audio).forEach((frame, i) => {
        const key = frame.join();
        assertEquals(seen.get(key), undefined, `frame ${i} of ${text}`);
        seen.set(key, `frame ${i} of ${text}`);
      });
    }
  });

  it("speaks a text the same every time, and another text differently from its first frame on", () => {
    assertEquals(toneVoice(HEBREW), toneVoice(HEBREW));
    const first = (text: string) => toneVoice(text).audio.subarray(0, FRAME_BYTES);
    assertNotEquals(first("שלום לך"), first("שלום לכם"));
  });

  it("scales its words with the rate", () => {
    const [slow, normal, fast] = [0.5, 1, 2].map((rate) =>
      lengthsOf(toneVoice("book a table", rate))
    );
    assertEquals(normal, [13, 8, 17]);
    assertEquals(slow, [26, 16, 34]);
    assertEquals(fast, [7, 4, 9]);
  });

  it("outlives being decoded and encoded again", () => {
    const { audio } = toneVoice(HEBREW);
    assertEquals(encodeMulaw(decodeMulaw(audio)), audio);
  });

  it("says nothing of a text without words", () => {
    for (const text of ["", " \n", "... - !", "🙂"]) {
      assertEquals(toneVoice(text), { audio: new Uint8Array(), words: [] });
    }
  });

  it("gives every word its own frames of any text, and no silent frame", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.constantFrom(0.25, 1, 2), (text, rate) => {
        const spoken = toneVoice(text, rate);
        let at = 0;
        for (const { fromFrame, toFrame } of spoken.words) {
          assert(fromFrame >= at && toFrame >= fromFrame + 4);
          at = toFrame;
        }
        assertEquals(spoken.audio.length, at * FRAME_BYTES);
        assertEquals(spoken.words.map(({ word }) => word), spokenWords(text));
        for (const frame of framesOf(spoken.audio)) {
          assert(frame.some((byte) => byte !== MULAW_SILENCE));
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("spokenWords()", () => {
  it("takes the punctuation around words off, and leaves the one within", () => {
    assertEquals(spokenWords('"Yes," she said - at 10:30 (p.m.)…'), [
      ...["Yes", "she", "said", "at", "10:30", "p.m"],
    ]);
    assertEquals(spokenWords("שלום! מה-שלומך? צה״ל, ג'ירפה."), [
      "שלום",
      "מה-שלומך",
      "צה״ל",
      "ג'ירפה",
    ]);
  });
});
