import { assertEquals, assertStrictEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { SAMPLE_BUSINESS } from "shared/testing/sample_business.ts";
import { speakerOf } from "shared/store/business.ts";
import { greetingHash } from "shared/store/greeting_key.ts";
import type { GreetingEntry } from "shared/store/stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { ScriptedSynthesizer } from "shared/testing/scripted_synthesizer.ts";
import { type Greeting, GreetingSource } from "./greeting_source.ts";
import { Recordings } from "./recordings.ts";

const ENGINE = "scripted";
const BUSINESS = {
  ...SAMPLE_BUSINESS,
  language: "he-IL",
  greeting: { text: "Welcome.", interruptible: false },
};
const ENTRY: GreetingEntry = {
  businessId: "shop",
  ttsHash: greetingHash(BUSINESS, ENGINE),
  audio: new Uint8Array(480),
  updatedAt: "2026-05-01T10:00:00.000Z",
};

describe("GreetingSource.greetingOf()", () => {
  let clock: FakeClock;
  let recordings: Recordings;
  let misses: string[];
  let reads: number;
  let read: () => Promise<GreetingEntry | undefined>;
  let source: GreetingSource;

  beforeEach(async () => {
    clock = new FakeClock(1_000);
    const synthesizer = new ScriptedSynthesizer();
    const log = { info: () => {}, warnLimited: () => {} };
    recordings = await Recordings.open({ synthesizer, clock, log }, [speakerOf(BUSINESS)]);
    recordings.close();
    misses = [];
    reads = 0;
    read = () => Promise.resolve(ENTRY);
    source = new GreetingSource({
      greetings: {
        kind: "redis",
        get: (businessId) => {
          assertEquals(businessId, "shop");
          reads++;
          return read();
        },
      },
      recordings,
      synthesizer: { nameFor: ({ voice }) => voice === BUSINESS.voice ? ENGINE : "another" },
      clock,
      onMiss: (businessId, miss) => misses.push(`${businessId} ${miss}`),
    });
  });

  /** When, and what, with a store that answers after `ms`. */
  async function after(ms: number, deadlineMs?: number): Promise<[number, Greeting["source"]]> {
    read = () => clock.sleepUntil(clock.now() + ms).then(() => ENTRY);
    const startMs = clock.now();
    const found = source.greetingOf(BUSINESS, deadlineMs).then(
      ({ source }): [number, Greeting["source"]] => [clock.now() - startMs, source],
    );
    await clock.advance(1_000);
    return found;
  }

  it("takes a fresh entry from the store", async () => {
    const greeting = await source.greetingOf(BUSINESS);
    assertEquals(greeting, { audio: ENTRY.audio, source: "redis", text: "Welcome." });
    assertEquals(misses, []);
    assertEquals(clock.sleeping, 0);
  });

  it("reads the store once, and then has it in memory", async () => {
    await source.greetingOf(BUSINESS);
    const greeting = await source.greetingOf(BUSINESS);
    assertEquals([greeting.source, reads], ["memory", 1]);
    assertStrictEquals(greeting.audio, ENTRY.audio);
  });

  it("does not take a changed text from memory", async () => {
    await source.greetingOf(BUSINESS);
    const changed = { ...BUSINESS, greeting: { ...BUSINESS.greeting, text: "Hi." } };
    assertEquals((await source.greetingOf(changed)).source, "emergency");
    assertEquals(misses, ["shop stale"]);
  });

  it("does not take a greeting of another engine than the business's own", async () => {
    const greeting = await source.greetingOf({ ...BUSINESS, voice: "he-IL-Wavenet-A" });
    assertEquals([greeting.source, misses], ["emergency", ["shop stale"]]);
  });

  const unfit: readonly (readonly [string, GreetingEntry | undefined])[] = [
    ["missing", undefined],
    ["stale", { ...ENTRY, ttsHash: "other" }],
    ["stale", { ...ENTRY, audio: new Uint8Array(481) }],
    ["stale", { ...ENTRY, audio: new Uint8Array(0) }],
  ];
  for (const [miss, entry] of unfit) {
    it(`gives the emergency greeting when the entry is ${miss} (${entry?.audio.length} bytes)`, async () => {
      read = () => Promise.resolve(entry);
      assertEquals(await source.greetingOf(BUSINESS), {
        ...recordings.of("greeting", "he-IL"),
        source: "emergency",
      });
      assertEquals(misses, [`shop ${miss}`]);
    });
  }

  it("gives the emergency greeting at once when the store fails", async () => {
    read = () => Promise.reject(new Error("no connection"));
    assertEquals((await source.greetingOf(BUSINESS)).source, "emergency");
    assertEquals([clock.now(), misses.join()], [1_000, "shop failed"]);
  });

  it("waits 59 ms for the store", async () => {
    assertEquals(await after(59), [59, "redis"]);
    assertEquals(misses, []);
  });

  it("gives the emergency greeting at 60 ms when the store is slow", async () => {
    assertEquals(await after(61), [60, "emergency"]);
    assertEquals(misses, ["shop slow"]);
  });

  it("keeps what came too late for the next call", async () => {
    await after(200);
    assertEquals((await source.greetingOf(BUSINESS)).source, "memory");
  });

  it("takes what the store has answered while this process stood still", async () => {
    read = () =>
      clock.sleepUntil(clock.now() + 20).then(() => clock.sleepUntil(clock.now() + 1)).then(() =>
        ENTRY
      );
    const greeting = source.greetingOf(BUSINESS);
    await clock.jump(500);
    await clock.advance(1);
    assertEquals((await greeting).source, "redis");
  });

  it("shares the deadline of earlier reads", async () => {
    assertEquals(await after(30, clock.now() + 20), [20, "emergency"]);
  });

  it("gives the emergency greeting also when the store never answers", async () => {
    read = () => new Promise(() => {});
    const greeting = source.greetingOf(BUSINESS);
    await clock.advance(60);
    assertEquals((await greeting).source, "emergency");
    assertEquals(clock.sleeping, 0);
  });
});
