import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SynthesisError } from "shared/speech/synthesizer.ts";
import { ScriptedSynthesizer } from "shared/testing/scripted_synthesizer.ts";
import { EmergencyGreetings } from "./emergency_greetings.ts";

function render(synthesizer: ScriptedSynthesizer, warned: string[] = []) {
  return EmergencyGreetings.render({
    synthesizer,
    voiceOf: (language) => `voice of ${language}`,
    log: { info: (_, fields) => void warned.push(String(fields?.language)) },
    signal: new AbortController().signal,
  });
}

describe("EmergencyGreetings.render()", () => {
  it("speaks every language with its own voice", async () => {
    const synthesizer = new ScriptedSynthesizer();
    await render(synthesizer);
    const voices = new Map(synthesizer.requests.map(({ language, voice }) => [language, voice]));
    assertEquals([...voices], [["en-US", "voice of en-US"], ["he-IL", "voice of he-IL"]]);
  });

  it("gives English to a language the synthesizer cannot speak, and says so", async () => {
    const warned: string[] = [];
    const greetings = await render(new ScriptedSynthesizer({ languages: ["en-US"] }), warned);
    assertStrictEquals(greetings.of("he-IL"), greetings.of("en-US"));
    assertEquals(warned, ["he-IL"]);
  });

  it("rejects when not even English can be spoken", async () => {
    await assertRejects(() => render(new ScriptedSynthesizer({ languages: [] })), SynthesisError);
  });
});

describe("EmergencyGreetings.of()", () => {
  it("goes by the language without its country, and is English for all others", async () => {
    const greetings = await render(new ScriptedSynthesizer());
    assertStrictEquals(greetings.of("he"), greetings.of("he-IL"));
    assertStrictEquals(greetings.of("en-GB"), greetings.of("fr-FR"));
    assertNotEquals(greetings.of("he").text, greetings.of("en").text);
  });

  it("is whole frames and shorter than six seconds", async () => {
    const greetings = await render(new ScriptedSynthesizer({ extraBytes: 7 }));
    for (const language of ["he", "en"]) {
      const { length } = greetings.of(language).audio;
      assertEquals(length % 160, 0);
      assert(length > 0 && length < 6 * 8000);
    }
  });
});
