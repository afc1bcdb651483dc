import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { UnspeakableText } from "shared/speech/render_speech.ts";
import { SynthesisError, type Synthesizer } from "shared/speech/synthesizer.ts";
import type { Business } from "shared/store/business.ts";
import { greetingHash } from "shared/store/greeting_key.ts";
import { type ScriptedRequest, ScriptedSynthesizer } from "shared/testing/scripted_synthesizer.ts";
import { renderGreeting } from "./greeting_renderer.ts";
import { greeted, NOW } from "./testing/builder_kit.ts";

const { signal } = new AbortController();

const render = (business: Business, synthesizer: Synthesizer) =>
  renderGreeting(business, synthesizer, signal, () => NOW);

describe("renderGreeting()", () => {
  it("makes an entry of whole frames under the hash of the business", async () => {
    const business = greeted("Welcome. How can I help?");
    const synthesizer = new ScriptedSynthesizer({ framesPerWord: 2, extraBytes: 30 });
    const entry = await render(business, synthesizer);
    assertEquals({ ...entry, audio: entry.audio.length }, {
      businessId: "shop",
      ttsHash: greetingHash(business, "scripted"),
      audio: 11 * 160,
      updatedAt: NOW,
    });
    assertEquals(synthesizer.requests.map(({ text }) => text), ["Welcome.", "How can I help?"]);
  });

  it("is spoken as the business speaks, by the engine that is meant to, which its hash names", async () => {
    const business = greeted("Welcome.", {
      language: "he-IL",
      voice: "he-IL-Wavenet-A",
      speaking_rate: 1.2,
      engines: { synthesizers: [{ engine: "google" }, { engine: "flite", voice: "kal" }] },
    });
    const synthesizer = new ScriptedSynthesizer();
    const nameFor: Synthesizer["nameFor"] = ({ engines }) => engines![0]!.engine;
    Object.assign(synthesizer, { nameFor });
    synthesizer.preferredOnly = (speaker) => ({
      ...speaker,
      engines: speaker.engines!.slice(0, 1),
    });
    const { ttsHash } = await render(business, synthesizer);
    assertEquals(ttsHash, greetingHash(business, "google"));
    const [{ text: _, pieces: _pieces, state: _state, ...speaker }] = synthesizer.requests as [
      ScriptedRequest,
    ];
    assertEquals(speaker, {
      language: "he-IL",
      voice: "he-IL-Wavenet-A",
      rate: 1.2,
      engines: [{ engine: "google" }],
    });
  });

  it("hands words on as they are: two languages in one text, and what looks like SSML", async () => {
    const synthesizer = new ScriptedSynthesizer();
    const text = 'שלום Kav! <break time="9s"/> Q&A <speak>';
    await render(greeted(text), synthesizer);
    assertEquals(synthesizer.requests.map((request) => request.text), [
      "שלום Kav!",
      '<break time="9s"/> Q&A <speak>',
    ]);
  });

  it("rejects when the synthesizer fails", async () => {
    const synthesizer = new ScriptedSynthesizer({ failAt: 0 });
    await assertRejects(() => render(greeted("Hello."), synthesizer), SynthesisError);
  });

  it("rejects what is silent, and what lasts longer than 60 s, as unspeakable", async () => {
    const silent = new ScriptedSynthesizer({ framesPerWord: 0 });
    await assertRejects(() => render(greeted("Hello."), silent), UnspeakableText);
    const slow = new ScriptedSynthesizer({ framesPerWord: 3_001 });
    await assertRejects(() => render(greeted("Hello."), slow), UnspeakableText);
  });
});
