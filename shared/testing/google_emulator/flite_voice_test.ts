import { assert, assertEquals } from "@std/assert";
import { beforeAll, describe, it } from "@std/testing/bdd";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { decodeMulaw, encodeMulaw } from "shared/media/mulaw.ts";
import { loadFliteVoice } from "./flite_voice.ts";
import { Lexicon } from "./lexicon.ts";
import type { SpokenText } from "./tone_voice.ts";

const TEXTS = ["Good morning, Dr. Smith.", "Good morning. Good morning!", "Good evening."];

describe("loadFliteVoice()", () => {
  let speak: (text: string) => SpokenText;
  beforeAll(async () => {
    speak = await loadFliteVoice();
  });

  it("gives a voice whose words a lexicon understands, each once and in order", () => {
    const lexicon = new Lexicon();
    const speeches = TEXTS.map((text) => speak(text));
    for (const speech of speeches) lexicon.add(speech);
    const heard = speeches.map(({ audio }) => {
      const words: string[] = [];
      for (let at = 0; at < audio.length; at += FRAME_BYTES) {
        const frame = lexicon.find(audio.subarray(at, at + FRAME_BYTES));
        if (frame?.isWordStart) words.push(frame.word);
      }
      return words.join(" ");
    });
    assertEquals(heard, ["Good morning Dr Smith", "Good morning Good morning", "Good evening"]);
  });

  it("puts its words where it is audible", () => {
    const { audio, words } = speak(TEXTS[0]!);
    const level = (frame: number) =>
      Math.max(...decodeMulaw(audio.subarray(frame * FRAME_BYTES, (frame + 1) * FRAME_BYTES)));
    assert(level(words[0]!.fromFrame) > 400);
    assert(level(words.at(-1)!.toFrame - 1) > 400);
    words.slice(1).forEach((word, i) => assertEquals(word.fromFrame, words[i]!.toFrame));
    assert(words[0]!.fromFrame > 0, "flite begins with silence");
  });

  it("speaks in whole frames that outlive being decoded and encoded again, the same every time", () => {
    const { audio } = speak(TEXTS[0]!);
    assertEquals(audio.length % FRAME_BYTES, 0);
    assertEquals(encodeMulaw(decodeMulaw(audio)), audio);
    assertEquals(speak(TEXTS[0]!).audio, audio);
  });

  it("says nothing of a text without Latin letters", () => {
    for (const text of ["שלום", "...", ""]) {
      assertEquals(speak(text), { audio: new Uint8Array(), words: [] });
    }
  });
});
