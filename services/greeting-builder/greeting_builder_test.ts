import { assertEquals, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { Subscription } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import { KAV_STREAMS } from "shared/bus/kav_streams.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { promptChangedSubject } from "shared/bus/subjects.ts";
import { LineLog } from "shared/runtime/line_log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import { greetingHash } from "shared/store/greeting_key.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import type { Stores } from "shared/store/stores.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { SAMPLE_BUSINESS, sampleBusiness } from "shared/testing/sample_business.ts";
import { type ScriptedSpeech, ScriptedSynthesizer } from "shared/testing/scripted_synthesizer.ts";
import { type GreetingBuilder, startGreetingBuilder } from "./greeting_builder.ts";

const CHANGED = sampleBusiness({
  version: 2,
  greeting: { text: "New here.", interruptible: false },
});

let clock: FakeClock;
let bus: MemoryBus;
let stores: Pick<Stores, "businesses" | "greetings">;
let synthesizer: ScriptedSynthesizer;
let metrics: Metrics;
let log: string[];
let builder: GreetingBuilder;

beforeEach(() => {
  clock = new FakeClock();
  bus = new MemoryBus({ clock, streams: KAV_STREAMS });
  stores = new MemoryStores({ clock });
  metrics = new Metrics();
  log = [];
});

async function start(speech: ScriptedSpeech = {}): Promise<void> {
  synthesizer = new ScriptedSynthesizer(speech);
  builder = startGreetingBuilder({
    bus,
    clock,
    stores,
    synthesizer,
    businesses: [SAMPLE_BUSINESS],
    log: new LineLog({ write: (line) => log.push(line), clock }),
    metrics,
    now: () => "2026-05-01T10:00:00.000Z",
  });
  await settle();
}

async function tell(id: string, data = encodeJson({ business_id: id, version: 2 })): Promise<void> {
  await bus.publishDurable(promptChangedSubject(id), data);
  await settle();
}

/** All of one counter's samples, as `/metrics` shows them. */
async function samples(name: string): Promise<Record<string, number>> {
  const lines = (await metrics.text()).split("\n").filter((line) => line.startsWith(name));
  return Object.fromEntries(lines.map((line) => {
    const [key, value] = line.split(" ");
    return [key!.slice(name.length).replace(/^\{\w+="(.*)"\}$/, "$1"), Number(value)];
  }));
}

const hashInStore = async () => (await stores.greetings.get("shop"))?.ttsHash;

/** The store is away until the returned function is called. */
function breakStore(): () => void {
  const { businesses } = stores;
  const away = () => Promise.reject(new Error("away"));
  stores = { ...stores, businesses: { ...businesses, get: away, list: away } };
  const broken = stores.businesses;
  return () => {
    broken.get = (id) => businesses.get(id);
    broken.list = () => businesses.list();
    broken.put = (business) => businesses.put(business);
  };
}

describe("startGreetingBuilder()", () => {
  it("imports the businesses and renders their greetings before it is ready", async () => {
    await start({ delay: { clock, ms: 100 } });
    assertEquals(builder.ready(), false);
    await clock.advance(1_000);
    assertEquals(builder.ready(), true);
    assertEquals(await hashInStore(), greetingHash(SAMPLE_BUSINESS, "scripted"));
    assertEquals(await samples("kav_greetings_rendered_total"), { "": 1 });
    await builder.stop();
    assertEquals([builder.ready(), clock.sleeping], [false, 0]);
  });

  it("renders nothing that is fresh", async () => {
    await start();
    await builder.stop();
    await start();
    assertEquals([builder.ready(), synthesizer.requests.length], [true, 0]);
    await builder.stop();
  });

  it("tries again while the store is away, and is not ready meanwhile", async () => {
    const mend = breakStore();
    await start();
    await clock.advance(60_000);
    assertEquals(builder.ready(), false);
    assertStringIncludes(log.at(-1)!, "reason=away retry_ms=10000");
    mend();
    await clock.advance(10_000);
    assertEquals(builder.ready(), true);
    await builder.stop();
  });

  it("tries again while a greeting cannot be stored, but not one that cannot be spoken", async () => {
    const { put } = stores.greetings;
    stores.greetings.put = () => Promise.reject(new Error("read only"));
    await start();
    assertEquals(builder.ready(), false);
    stores.greetings.put = put;
    await clock.advance(500);
    assertEquals(builder.ready(), true);
    await builder.stop();

    await stores.businesses.put(CHANGED);
    await start({ failAt: 0 });
    assertEquals(builder.ready(), true);
    assertEquals(await samples("kav_greetings_failed_total"), { "": 2 });
    await builder.stop();
  });

  it("tries again while there is no stream", async () => {
    bus = new MemoryBus({ clock });
    await start();
    assertEquals(builder.ready(), false);
    assertStringIncludes(log.at(-1)!, "greetings not prepared");
    await builder.stop();
    assertEquals(clock.sleeping, 0);
  });
});

describe("startGreetingBuilder(), once a prompt has changed", () => {
  it("renders and stores the new greeting", async () => {
    await start();
    await stores.businesses.put(CHANGED);
    await tell("shop");
    assertEquals(await hashInStore(), greetingHash(CHANGED, "scripted"));
    await tell("shop");
    assertEquals(await samples("kav_prompt_events_total"), { rendered: 1, fresh: 1 });
    assertEquals(await samples("kav_greetings_rendered_total"), { "": 2 });
    await builder.stop();
  });

  it("acknowledges what is bad or unknown: it never comes again", async () => {
    await start();
    await tell("shop", new TextEncoder().encode("{"));
    await tell("shop", encodeJson({ business_id: "shop" }));
    await tell("nobody");
    await clock.advance(600_000);
    assertEquals(await samples("kav_prompt_events_total"), { bad: 2, unknown: 1 });
    assertEquals(await samples("kav_bus_bad_messages_total"), { "prompt.changed": 2 });
    await builder.stop();
  });

  it("tries again after 1 s and then 2 s when it fails", async () => {
    await start();
    const mend = breakStoreOfRunning();
    await tell("shop");
    assertEquals(await samples("kav_prompt_events_total"), { unstored: 1 });
    await clock.advance(999);
    assertEquals(await samples("kav_prompt_events_total"), { unstored: 1 });
    await clock.advance(1);
    assertEquals(await samples("kav_prompt_events_total"), { unstored: 2 });
    mend();
    await clock.advance(1_999);
    assertEquals(await samples("kav_prompt_events_total"), { unstored: 2 });
    await clock.advance(1);
    assertEquals(await samples("kav_prompt_events_total"), { unstored: 2, fresh: 1 });
    await builder.stop();
  });

  it("is given no second time to another while it renders for long", async () => {
    await start({ delay: { clock, ms: 100_000 } });
    await clock.advance(300_000);
    await stores.businesses.put(CHANGED);
    await tell("shop");
    await clock.advance(300_000);
    assertEquals(await samples("kav_prompt_events_total"), { rendered: 1 });
    await builder.stop();
  });

  /** As {@link breakStore}, under a builder that has the store already. */
  function breakStoreOfRunning(): () => void {
    const { get } = stores.businesses;
    stores.businesses.get = () => Promise.reject(new Error("away"));
    return () => stores.businesses.get = get;
  }
});

describe("GreetingBuilder.drain()", () => {
  it("finishes the greeting at hand and takes no further one", async () => {
    await start({ delay: { clock, ms: 1_000 } });
    await clock.advance(10_000);
    await stores.businesses.put(CHANGED);
    await tell("shop");
    let drained = false;
    builder.drain().then(() => drained = true);
    await tell("shop");
    assertEquals([drained, builder.ready()], [false, false]);
    await clock.advance(10_000);
    assertEquals(drained, true);
    assertEquals(await hashInStore(), greetingHash(CHANGED, "scripted"));
    assertEquals(await samples("kav_prompt_events_total"), { rendered: 1 });
    await builder.stop();
  });
});

describe("GreetingBuilder.stop()", () => {
  it("does not wait for a stream that does not answer, and leaves it when it does", async () => {
    const joining = Promise.withResolvers<Subscription>();
    bus.consume = () => joining.promise;
    await start();
    assertEquals(builder.ready(), false);
    await builder.stop();
    let left = 0;
    joining.resolve({ unsubscribe: () => left++ });
    await settle();
    assertEquals([left, builder.ready()], [1, false]);
  });

  it("breaks off the greeting at hand, which stays for the next one", async () => {
    await start({ delay: { clock, ms: 1_000 } });
    await clock.advance(10_000);
    await stores.businesses.put(CHANGED);
    await tell("shop");
    await builder.stop();
    assertEquals(await hashInStore(), greetingHash(SAMPLE_BUSINESS, "scripted"));
    await start();
    await clock.advance(60_000);
    assertEquals(await hashInStore(), greetingHash(CHANGED, "scripted"));
    await builder.stop();
  });
});
