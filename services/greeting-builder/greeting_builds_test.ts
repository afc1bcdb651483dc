import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import { settle } from "shared/testing/fake_clock.ts";
import type { ScriptedSpeech } from "shared/testing/scripted_synthesizer.ts";
import { COOLDOWN_MS, GreetingBuilds } from "./greeting_builds.ts";
import { breakable, BuilderKit, greeted, NOW } from "./testing/builder_kit.ts";

const OLD = greeted("Old words.");
const NEW = greeted("New words.", { version: 2 });

let kit: BuilderKit;
let rendered: number;
let stop: AbortController;
let drain: AbortController;

beforeEach(() => {
  kit = new BuilderKit();
  rendered = 0;
  stop = new AbortController();
  drain = new AbortController();
});

/** The builds of one builder. */
function builder(
  { speech = {}, instance = "one", stores = kit.stores, synthesizer = kit.synthesizer(speech) }: {
    readonly speech?: ScriptedSpeech;
    readonly synthesizer?: Synthesizer;
    readonly instance?: string;
    readonly stores?: BuilderKit["stores"];
  } = {},
): GreetingBuilds {
  return new GreetingBuilds({
    stores,
    synthesizer,
    limit: { pass: () => Promise.resolve() },
    clock: kit.clock,
    instance,
    now: () => NOW,
    log: kit.log,
    onRendered: () => rendered++,
    draining: drain.signal,
    signal: stop.signal,
  });
}

const slow = (ms: number): ScriptedSpeech => ({ delay: { clock: kit.clock, ms } });

describe("GreetingBuilds.build()", () => {
  it("renders what is missing, and nothing that is fresh", async () => {
    await kit.stores.businesses.put(OLD);
    const builds = builder();
    assertEquals(await builds.build("shop"), { outcome: "rendered" });
    assertEquals(await builds.build("shop"), { outcome: "fresh" });
    assertEquals([await kit.has(OLD), rendered, kit.clock.sleeping], [true, 1, 0]);
  });

  it("knows nothing of a business that is not there", async () => {
    assertEquals(await builder().build("nobody"), { outcome: "unknown" });
  });

  it("renders once for two builders that are asked at the same moment", async () => {
    await kit.stores.businesses.put(OLD);
    const both = ["one", "two"].map((instance) =>
      builder({ instance, speech: slow(2_000) }).build("shop")
    );
    await kit.clock.advance(3_000);
    const outcomes = (await Promise.all(both)).map(({ outcome }) => outcome).toSorted();
    assertEquals([outcomes, kit.spoken], [["fresh", "rendered"], ["Old words."]]);
  });

  it("renders the newest text when it changes in the middle, after a pause for others that follow", async () => {
    await kit.stores.businesses.put(OLD);
    const building = builder({ speech: slow(500) }).build("shop");
    await kit.clock.advance(100);
    await kit.stores.businesses.put(NEW);
    await kit.clock.advance(COOLDOWN_MS);
    assertEquals([await kit.has(OLD), kit.spoken.length], [true, 1]);
    await kit.clock.advance(2_000);
    assertEquals(await building, { outcome: "rendered" });
    assertEquals([await kit.has(NEW), rendered], [true, 2]);
  });

  it("goes on where another builder has died, 10 s later", async () => {
    await kit.stores.businesses.put(OLD);
    await kit.stores.greetingBuilds.lease("shop", "dead", 10_000);
    const building = builder().build("shop");
    await kit.clock.advance(9_700);
    assertEquals(kit.spoken, []);
    await kit.clock.advance(500);
    assertEquals(await building, { outcome: "rendered" });
  });

  it("keeps its lease for as long as it renders", async () => {
    await kit.stores.businesses.put(OLD);
    const building = builder({ speech: slow(40_000) }).build("shop");
    await kit.clock.advance(39_000);
    assertEquals(await kit.stores.greetingBuilds.lease("shop", "other", 1), false);
    await kit.clock.advance(1_000);
    assertEquals(await building, { outcome: "rendered" });
  });

  it("leaves no greeting of a business that is deleted in the middle", async () => {
    await kit.stores.businesses.put(OLD);
    const building = builder({ speech: slow(500) }).build("shop");
    await kit.clock.advance(100);
    await kit.stores.businesses.delete("shop");
    await kit.clock.advance(1_000);
    assertEquals(await building, { outcome: "unknown" });
    assertEquals(await kit.stores.greetings.get("shop"), undefined);
  });

  it("notes why it failed until it succeeds, and lets the next one try at once", async () => {
    await kit.stores.businesses.put(OLD);
    let failure: Error | undefined = new Error("the voice is gone");
    const builds = builder({ speech: { failure: () => failure } });
    assertEquals(await builds.build("shop"), { outcome: "failed", error: "the voice is gone" });
    assertEquals(await kit.stores.greetingBuilds.failure("shop"), {
      error: "the voice is gone",
      failedAt: NOW,
    });
    failure = undefined;
    assertEquals(await builds.build("shop"), { outcome: "rendered" });
    assertEquals(await kit.stores.greetingBuilds.failure("shop"), undefined);
  });

  it("tells of a text that nobody can speak", async () => {
    await kit.stores.businesses.put(OLD);
    const { outcome } = await builder({ speech: { framesPerWord: 0 } }).build("shop");
    assertEquals(outcome, "unspeakable");
  });

  it("gives a synthesizer up that hangs for a minute", async () => {
    await kit.stores.businesses.put(OLD);
    const building = builder({ speech: slow(1e9) }).build("shop");
    await kit.clock.advance(60_000);
    assertEquals(await building, { outcome: "failed", error: "slower than 60 s" });
    assertEquals(kit.clock.sleeping, 0);
  });

  it("waits for a store that is away", async () => {
    await kit.stores.businesses.put(OLD);
    const greetings = breakable(kit.stores.greetings);
    greetings.away = true;
    const building = builder({ stores: { ...kit.stores, greetings: greetings.store } })
      .build("shop");
    await kit.clock.advance(600_000);
    assertStringIncludes(kit.logged.at(-1)!, "greetings wait for the store");
    greetings.away = false;
    await kit.clock.advance(5_000);
    assertEquals(await building, { outcome: "rendered" });
  });

  it("waits no longer for the store when it is to drain", async () => {
    const businesses = breakable(kit.stores.businesses);
    businesses.away = true;
    const building = builder({ stores: { ...kit.stores, businesses: businesses.store } })
      .build("shop");
    await settle();
    drain.abort();
    await assertRejects(() => building, Error, "away");
    assertEquals(kit.clock.sleeping, 0);
  });

  it("is broken off by its signal, and gives the lease back", async () => {
    await kit.stores.businesses.put(OLD);
    const building = builder({ speech: slow(1_000) }).build("shop");
    await settle();
    stop.abort(new Error("stopping"));
    await assertRejects(() => building, Error, "stopping");
    assertEquals(await kit.stores.greetingBuilds.lease("shop", "other", 1), true);
    assertEquals([await kit.has(OLD), kit.clock.sleeping], [false, 0]);
  });
});
