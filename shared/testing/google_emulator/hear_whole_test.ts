import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FRAME_BYTES, MULAW_SILENCE } from "shared/media/frame.ts";
import { hearWhole } from "./hear_whole.ts";
import { Lexicon } from "./lexicon.ts";
import { toneVoice } from "./tone_voice.ts";

const lexicon = new Lexicon();
const say = (text: string) => {
  const spoken = toneVoice(text);
  lexicon.add(spoken);
  return spoken.audio;
};
const silence = (frames: number) => new Uint8Array(frames * FRAME_BYTES).fill(MULAW_SILENCE);
const heard = (...parts: Uint8Array[]) =>
  hearWhole(new Uint8Array(parts.flatMap((part) => [...part])), lexicon, 400)
    .map(({ alternatives }) => alternatives[0]!.transcript);

describe("hearWhole()", () => {
  it("makes one result of what no pause divides", () => {
    assertEquals(heard(say("שלום דני"), silence(19), say("מה נשמע")), ["שלום דני מה נשמע"]);
  });

  it("ends a result at a pause", () => {
    assertEquals(heard(say("שלום דני"), silence(20), say("מה נשמע")), ["שלום דני", "מה נשמע"]);
  });

  it("hears nothing in silence or in a voice it does not know", () => {
    assertEquals(heard(silence(50), toneVoice("זר").audio), []);
  });

  it("says where the last voiced frame ends", () => {
    const audio = say("תודה");
    const whole = new Uint8Array([...audio, ...silence(10)]);
    const [result] = hearWhole(whole, lexicon, 400);
    const endMs = audio.length / FRAME_BYTES * 20;
    assertEquals(result!.resultEndTime, {
      seconds: Math.floor(endMs / 1000),
      nanos: (endMs % 1000) * 1e6,
    });
  });
});
