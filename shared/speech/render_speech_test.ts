import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { ScriptedSynthesizer, speechByte } from "shared/testing/scripted_synthesizer.ts";
import { renderSpeech } from "./render_speech.ts";
import { SynthesisError } from "./synthesizer.ts";

const VOICE = { language: "en-US", voice: "kal" };
const { signal } = new AbortController();

describe("renderSpeech()", () => {
  it("joins the sentences without padding between them and pads the end with silence", async () => {
    const synthesizer = new ScriptedSynthesizer({ framesPerWord: 1, extraBytes: 50 });
    const audio = await renderSpeech(synthesizer, { ...VOICE, text: "One. Two three." }, signal);
    assertEquals([...audio], [
      ...new Array(210).fill(speechByte(0)),
      ...new Array(370).fill(speechByte(1)),
      ...new Array(60).fill(0xff),
    ]);
    assertEquals(synthesizer.requests.map(({ text }) => text), ["One.", "Two three."]);
  });

  it("takes 60 s of speech and refuses one frame more", async () => {
    const of = (frames: number) => {
      const synthesizer = new ScriptedSynthesizer({ framesPerWord: frames });
      return renderSpeech(synthesizer, { ...VOICE, text: "Word." }, signal);
    };
    assertEquals((await of(3000)).length, 480_000);
    await assertRejects(() => of(3001), Error, "at most 60 s");
  });

  it("refuses a text that gives no speech", async () => {
    const synthesizer = new ScriptedSynthesizer({ framesPerWord: 0 });
    await assertRejects(
      () => renderSpeech(synthesizer, { ...VOICE, text: "Word." }, signal),
      Error,
      "none to speak",
    );
  });

  it("passes the synthesizer's error on", async () => {
    const synthesizer = new ScriptedSynthesizer({ failAt: 1 });
    await assertRejects(
      () => renderSpeech(synthesizer, { ...VOICE, text: "One. Two." }, signal),
      SynthesisError,
    );
  });

  it("rejects with the signal's reason instead of giving half a text", async () => {
    const abort = new AbortController();
    abort.abort(new Error("stopping"));
    await assertRejects(
      () => renderSpeech(new ScriptedSynthesizer(), { ...VOICE, text: "One. Two." }, abort.signal),
      Error,
      "stopping",
    );
  });
});
