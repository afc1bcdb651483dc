import { assertEquals, assertNotEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { SynthesisRequest } from "shared/speech/synthesizer.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import type { PhraseStore } from "shared/store/stores.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { ScriptedSynthesizer } from "shared/testing/scripted_synthesizer.ts";
import { CachedSynthesizer, type CacheResult, MAX_CACHED_CHARS } from "./cached_synthesizer.ts";

const REQUEST = { text: "Hello there", language: "he-IL", voice: "he-IL-Wavenet-A", rate: 1 };
const NEVER = new AbortController().signal;

let clock: FakeClock;
let engine: ScriptedSynthesizer;
let phrases: PhraseStore;
let results: CacheResult[];
let cache: CachedSynthesizer;

/** A cache over the same store, as another process has it. */
function newCache(
  { memoryBytes = 1_000_000, store = phrases, of = engine } = {},
): CachedSynthesizer {
  return new CachedSynthesizer({
    engine: of,
    phrases: store,
    clock,
    memoryBytes,
    onResult: (result) => results.push(result),
  });
}

/** As a chain does it: what is kept, else the engine. */
async function speak(
  request: SynthesisRequest = REQUEST,
  from: CachedSynthesizer = cache,
  signal: AbortSignal = NEVER,
): Promise<number> {
  const kept = await from.recall(request);
  if (kept) return kept.length;
  let bytes = 0;
  for await (const piece of from.synthesize(request, signal)) bytes += piece.length;
  return bytes;
}

beforeEach(() => {
  clock = new FakeClock();
  engine = new ScriptedSynthesizer();
  ({ phrases } = new MemoryStores({ clock }));
  results = [];
  cache = newCache();
});

describe("CachedSynthesizer", () => {
  it("asks the engine once for a sentence, then memory has it", async () => {
    const bytes = await speak();
    assertEquals([await speak(), await speak()], [bytes, bytes]);
    assertEquals([engine.requests.length, results], [1, ["miss", "memory", "memory"]]);
  });

  it("finds in the store what another process has said, and then in memory", async () => {
    const bytes = await speak();
    await settle();
    const other = newCache();
    assertEquals([await speak(REQUEST, other), await speak(REQUEST, other)], [bytes, bytes]);
    assertEquals([engine.requests.length, results], [1, ["miss", "store", "memory"]]);
  });

  it("keeps nothing in memory when it may not, and still has the store", async () => {
    cache = newCache({ memoryBytes: 0 });
    await speak();
    await settle();
    await speak();
    await speak();
    assertEquals([engine.requests.length, results], [1, ["miss", "store", "store"]]);
  });

  it("takes another text, voice, language or pace for another sentence", async () => {
    const others: SynthesisRequest[] = [
      { ...REQUEST, text: "Hello there." },
      { ...REQUEST, voice: "he-IL-Wavenet-B" },
      { ...REQUEST, language: "he" },
      { ...REQUEST, rate: 1.1 },
    ];
    for (const request of [REQUEST, ...others]) await speak(request);
    assertEquals([engine.requests.length, new Set(results)], [5, new Set(["miss"])]);
    await speak({ text: REQUEST.text, language: "he-IL", voice: REQUEST.voice });
    assertEquals(engine.requests.length, 5, "no pace is the voice's own");
  });

  it("keeps nothing of a sentence that failed or was aborted", async () => {
    engine = new ScriptedSynthesizer({ failAt: 0 });
    cache = newCache();
    await speak().catch(() => {});
    const abort = new AbortController();
    for await (const _ of cache.synthesize(REQUEST, abort.signal)) abort.abort();
    await settle();
    assertEquals(engine.requests.map(({ state }) => state), ["failed", "aborted"]);
    assertEquals(await cache.recall(REQUEST), undefined);
    assertNotEquals(await speak(), 0);
    assertEquals(engine.requests.length, 3);
  });

  it("makes a sentence once for two calls at once, also when the first hangs up", async () => {
    engine = new ScriptedSynthesizer({ delay: { clock, ms: 100 } });
    cache = newCache();
    const abort = new AbortController();
    const first = speak(REQUEST, cache, abort.signal);
    const second = speak();
    await clock.advance(50);
    abort.abort();
    await clock.advance(100);
    assertEquals(await first, 0);
    assertNotEquals(await second, 0);
    assertEquals([engine.requests.length, engine.requests[0]!.state], [1, "spoken"]);
  });

  it("asks anew when the call it was made for hung up", async () => {
    engine = new ScriptedSynthesizer({ delay: { clock, ms: 100 } });
    cache = newCache();
    const abort = new AbortController();
    const first = speak(REQUEST, cache, abort.signal);
    await clock.advance(50);
    abort.abort();
    const second = speak();
    await clock.advance(100);
    await first;
    assertNotEquals(await second, 0);
    assertEquals(engine.requests.map(({ state }) => state), ["aborted", "spoken"]);
  });

  it("waits 40 ms for the store, and takes its failure for a miss", async () => {
    const hanging = { get: () => new Promise<never>(() => {}), put: () => Promise.resolve() };
    let found: Uint8Array | undefined | "none yet" = "none yet";
    newCache({ store: hanging }).recall(REQUEST).then((audio) => found = audio);
    await clock.advance(39);
    assertEquals(found, "none yet");
    await clock.advance(1);
    assertEquals(found, undefined);

    const away = () => Promise.reject(new Error("away"));
    const without = newCache({ store: { get: away, put: away } });
    assertNotEquals(await speak(REQUEST, without), 0);
    await settle();
    assertEquals([await without.recall(REQUEST) !== undefined, results], [
      true,
      ["miss", "miss", "memory"],
    ]);
    assertEquals(clock.sleeping, 0);
  });

  it("keeps nothing of what is said once, and does not look for it", async () => {
    await speak({ ...REQUEST, once: true });
    await speak({ ...REQUEST, once: true });
    assertEquals([engine.requests.length, results], [2, []]);
    await speak();
    assertEquals(results, ["miss"]);
  });

  it("leaves long texts alone", async () => {
    const text = "a".repeat(MAX_CACHED_CHARS + 1);
    await speak({ ...REQUEST, text });
    await speak({ ...REQUEST, text });
    assertEquals([engine.requests.length, results], [2, []]);
    await speak({ ...REQUEST, text: text.slice(1) });
    assertEquals(results, ["miss"]);
  });

  it("closes when what it stores is stored", async () => {
    const storing = Promise.withResolvers<void>();
    const slow = { get: () => Promise.resolve(undefined), put: () => storing.promise };
    const closing = newCache({ store: slow });
    await speak(REQUEST, closing);
    let isClosed = false;
    const closed = closing.close().then(() => isClosed = true);
    await settle();
    assertEquals(isClosed, false);
    storing.resolve();
    await closed;
    assertEquals([isClosed, clock.sleeping], [true, 0]);
  });
});
