import { assertEquals, assertRejects } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { Log } from "shared/runtime/log.ts";
import { SynthesisError, type Synthesizer } from "shared/speech/synthesizer.ts";
import type { Business } from "shared/store/business.ts";
import { greetingHash } from "shared/store/greeting_key.ts";
import type { GreetingEntry, Stores } from "shared/store/stores.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import { type ScriptedRequest, ScriptedSynthesizer } from "shared/testing/scripted_synthesizer.ts";
import { fillGreetings, renderGreeting } from "./greeting_renderer.ts";

const NOW = "2026-05-01T10:00:00.000Z";
const { signal } = new AbortController();

function businessOf(id: string, changes: { text?: string; language?: string } = {}): Business {
  return sampleBusiness({
    id,
    language: changes.language ?? "en-US",
    greeting: { text: changes.text ?? `Welcome to ${id}.`, interruptible: false },
  });
}

describe("renderGreeting()", () => {
  it("makes an entry of whole frames under the hash of the business", async () => {
    const business = businessOf("shop", { text: "Welcome. How can I help?" });
    const synthesizer = new ScriptedSynthesizer({ framesPerWord: 2, extraBytes: 30 });
    const entry = await renderGreeting(business, synthesizer, signal, () => NOW);
    assertEquals({ ...entry, audio: entry.audio.length }, {
      businessId: "shop",
      ttsHash: greetingHash(business, "scripted"),
      audio: 11 * 160,
      updatedAt: NOW,
    });
    assertEquals(synthesizer.requests.map(({ text }) => text), ["Welcome.", "How can I help?"]);
  });

  it("is spoken as the business speaks, by the engine that is meant to, which its hash names", async () => {
    const business: Business = {
      ...businessOf("shop", { language: "he-IL" }),
      voice: "he-IL-Wavenet-A",
      speaking_rate: 1.2,
      engines: { synthesizers: [{ engine: "google" }, { engine: "flite", voice: "kal" }] },
    };
    const synthesizer = new ScriptedSynthesizer();
    const nameFor: Synthesizer["nameFor"] = ({ engines }) => engines![0]!.engine;
    Object.assign(synthesizer, { nameFor });
    synthesizer.preferredOnly = (speaker) => ({
      ...speaker,
      engines: speaker.engines!.slice(0, 1),
    });
    const { ttsHash } = await renderGreeting(business, synthesizer, signal, () => NOW);
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

  it("rejects when the synthesizer fails", async () => {
    const synthesizer = new ScriptedSynthesizer({ failAt: 0 });
    await assertRejects(
      () => renderGreeting(businessOf("shop"), synthesizer, signal, () => NOW),
      SynthesisError,
    );
  });
});

describe("fillGreetings()", () => {
  let businesses: Business[];
  let greetings: Map<string, GreetingEntry>;
  let logged: string[];
  let stores: Pick<Stores, "businesses" | "greetings">;
  const log: Pick<Log, "error"> = {
    error: (_, fields) => void logged.push(String(fields?.business)),
  };

  beforeEach(() => {
    businesses = [businessOf("a"), businessOf("b"), businessOf("c")];
    greetings = new Map();
    logged = [];
    stores = {
      businesses: { list: () => Promise.resolve(businesses) } as Stores["businesses"],
      greetings: {
        get: (id) => Promise.resolve(greetings.get(id)),
        put: (entry) => Promise.resolve(void greetings.set(entry.businessId, entry)),
      },
    };
  });

  const fill = (synthesizer = new ScriptedSynthesizer()) =>
    fillGreetings({ stores, synthesizer, log, now: () => NOW, signal });

  it("renders every greeting once", async () => {
    assertEquals(await fill(), { rendered: 3, fresh: 0, failed: 0, unstored: 0 });
    assertEquals([...greetings.keys()], ["a", "b", "c"]);
    const again = new ScriptedSynthesizer();
    assertEquals(await fill(again), { rendered: 0, fresh: 3, failed: 0, unstored: 0 });
    assertEquals(again.requests, []);
  });

  it("renders again what has another text or is damaged", async () => {
    await fill();
    businesses[0] = businessOf("a", { text: "Something else." });
    greetings.set("b", { ...greetings.get("b")!, audio: new Uint8Array(161) });
    assertEquals(await fill(), { rendered: 2, fresh: 1, failed: 0, unstored: 0 });
    assertEquals(greetings.get("a")?.ttsHash, greetingHash(businesses[0], "scripted"));
    assertEquals(greetings.get("b")!.audio.length % 160, 0);
  });

  it("goes on after a greeting that cannot be spoken, and names it in the log", async () => {
    businesses[0] = businessOf("a", { language: "he-IL" });
    const synthesizer = new ScriptedSynthesizer({ languages: ["en-US"] });
    assertEquals(await fill(synthesizer), { rendered: 2, fresh: 0, failed: 1, unstored: 0 });
    assertEquals([...greetings.keys()], ["b", "c"]);
    assertEquals(logged, ["a"]);
  });

  it("goes on after a greeting that cannot be stored", async () => {
    const { put } = stores.greetings;
    stores.greetings.put = (entry) =>
      entry.businessId === "b" ? Promise.reject(new Error("read only")) : put(entry);
    assertEquals(await fill(), { rendered: 2, fresh: 0, failed: 0, unstored: 1 });
    assertEquals(logged, ["b"]);
  });

  it("ends early where it is not to go on, and tells each outcome", async () => {
    const outcomes: string[] = [];
    const result = await fillGreetings({
      stores,
      synthesizer: new ScriptedSynthesizer(),
      log,
      now: () => NOW,
      signal,
      goOn: () => outcomes.length < 2,
      onOutcome: (outcome) => void outcomes.push(outcome),
    });
    assertEquals(result, { rendered: 2, fresh: 0, failed: 0, unstored: 0 });
    assertEquals([outcomes, [...greetings.keys()]], [["rendered", "rendered"], ["a", "b"]]);
  });

  it("stops when aborted", async () => {
    const stopping = fillGreetings({
      stores,
      synthesizer: new ScriptedSynthesizer(),
      log,
      now: () => NOW,
      signal: AbortSignal.abort(new Error("stopping")),
    });
    await assertRejects(() => stopping, Error, "stopping");
    assertEquals(greetings.size, 0);
  });
});
