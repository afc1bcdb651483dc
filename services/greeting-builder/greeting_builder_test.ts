import { assertEquals, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { Subscription } from "shared/bus/bus.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { promptDead } from "shared/bus/messages.ts";
import { settle } from "shared/testing/fake_clock.ts";
import { SAMPLE_BUSINESS, sampleBusiness } from "shared/testing/sample_business.ts";
import type { ScriptedSpeech } from "shared/testing/scripted_synthesizer.ts";
import { breakable, BuilderKit, greeted } from "./testing/builder_kit.ts";

const CHANGED = greeted("New here.", { version: 2 });

let kit: BuilderKit;

beforeEach(() => void (kit = new BuilderKit()));

const slow = (ms: number): ScriptedSpeech => ({ delay: { clock: kit.clock, ms } });
const results = () => kit.samples("kav_prompt_events_total");

describe("startGreetingBuilder()", () => {
  it("imports the businesses and builds their greetings before it is ready", async () => {
    const builder = await kit.start({ speech: slow(100) });
    assertEquals(builder.ready(), false);
    await kit.clock.advance(1_000);
    assertEquals(builder.ready(), true);
    assertEquals(await kit.has(SAMPLE_BUSINESS), true);
    assertEquals(await kit.samples("kav_greetings_rendered_total"), { "": 1 });
    await builder.stop();
    assertEquals([builder.ready(), kit.clock.sleeping], [false, 0]);
  });

  it("renders nothing that is fresh", async () => {
    await (await kit.start()).stop();
    kit.spoken.length = 0;
    const builder = await kit.start();
    assertEquals([builder.ready(), kit.spoken], [true, []]);
    await builder.stop();
  });

  it("shares the greetings of its start with another one", async () => {
    const businesses = Array.from(
      { length: 20 },
      (_, i) => sampleBusiness({ id: `b${i}`, called_numbers: [`+155501000${i + 10}`] }),
    );
    const both = [
      await kit.start({ businesses, speech: slow(100), instance: "one" }),
      await kit.start({ businesses, speech: slow(100), instance: "two" }),
    ];
    await kit.clock.advance(10_000);
    assertEquals(both.map((each) => each.ready()), [true, true]);
    assertEquals(await kit.samples("kav_greetings_rendered_total"), { "": 20 });
    for (const each of both) await each.stop();
  });

  it("is ready after 10 s when there is more to build, and hears changes before", async () => {
    const builder = await kit.start({ speech: slow(11_000) });
    await kit.clock.advance(9_900);
    assertEquals(builder.ready(), false);
    await kit.tell("nobody");
    assertEquals(await results(), { unknown: 1 });
    await kit.clock.advance(200);
    assertEquals([builder.ready(), await kit.has(SAMPLE_BUSINESS)], [true, false]);
    await kit.clock.advance(20_000);
    await builder.prepared;
    await builder.stop();
  });

  it("tries again while the store is away, and is not ready meanwhile", async () => {
    const businesses = breakable(kit.stores.businesses);
    businesses.away = true;
    const builder = await kit.start({ stores: { ...kit.stores, businesses: businesses.store } });
    await kit.clock.advance(60_000);
    assertEquals(builder.ready(), false);
    assertStringIncludes(kit.logged.at(-1)!, "reason=away retry_ms=10000");
    businesses.away = false;
    await kit.clock.advance(10_000);
    assertEquals(builder.ready(), true);
    await builder.stop();
  });

  it("is ready although a greeting cannot be spoken, and counts it", async () => {
    const builder = await kit.start({ speech: { failAt: 0 } });
    assertEquals(builder.ready(), true);
    assertEquals(await kit.samples("kav_greetings_failed_total"), { "": 1 });
    await builder.stop();
  });

  it("tries again while there is no stream", async () => {
    const builder = await kit.start({ bus: new MemoryBus({ clock: kit.clock }) });
    assertEquals(builder.ready(), false);
    assertStringIncludes(kit.logged.at(-1)!, "prompt changes not heard");
    await builder.stop();
    assertEquals(kit.clock.sleeping, 0);
  });
});

describe("startGreetingBuilder(), once prompts change", () => {
  it("builds the new greeting", async () => {
    const builder = await kit.start();
    await kit.clock.advance(3_000);
    await kit.change(CHANGED);
    assertEquals(await kit.has(CHANGED), true);
    await kit.tell("shop");
    assertEquals(await results(), { rendered: 1, fresh: 1 });
    await builder.stop();
  });

  it("renders twice for a burst of twenty changes, whoever of two builders gets them", async () => {
    const both = [
      await kit.start({ speech: slow(50), instance: "one" }),
      await kit.start({ speech: slow(50), instance: "two" }),
    ];
    await kit.clock.advance(10_000);
    const before = kit.spoken.length;
    for (let i = 1; i <= 20; i++) {
      await kit.change(greeted(`Text ${i}.`));
      await kit.clock.advance(100);
    }
    await kit.clock.advance(10_000);
    assertEquals(kit.spoken.slice(before), ["Text 1.", "Text 20."]);
    assertEquals(await kit.has(greeted("Text 20.")), true);
    const { rendered, fresh } = await results();
    assertEquals(rendered! + fresh!, 20);
    for (const each of both) await each.stop();
  });

  it("says on kav.prompt.dead what it gives up after five failures", async () => {
    const dead: unknown[] = [];
    kit.bus.subscribe("kav.prompt.dead.*", ({ subject, data }) => {
      const decoded = decodeJson(promptDead, data);
      dead.push([subject, decoded.ok && decoded.value]);
    });
    const builder = await kit.start({ speech: { failure: () => new Error("no voice") } });
    await kit.tell("shop", encodeJson({ business_id: "shop", version: 7 }));
    await kit.clock.advance(155_000);
    assertEquals(dead, []);
    await kit.clock.advance(1_000);
    const value = { business_id: "shop", version: 7, error: "no voice", deliveries: 5 };
    assertEquals(dead, [["kav.prompt.dead.shop", value]]);
    await kit.clock.advance(600_000);
    assertEquals(await results(), { failed: 4, dead: 1 });
    await builder.stop();
  });

  it("is given no second time to another while it renders for long", async () => {
    const builder = await kit.start({ speech: slow(25_000) });
    await kit.clock.advance(300_000);
    await kit.change(CHANGED);
    await kit.clock.advance(300_000);
    assertEquals(await results(), { rendered: 1 });
    await builder.stop();
  });
});

describe("GreetingBuilder.drain()", () => {
  it("finishes the greeting at hand and takes no further one", async () => {
    const builder = await kit.start({ speech: slow(1_000) });
    await kit.clock.advance(10_000);
    await kit.change(CHANGED);
    let drained = false;
    builder.drain().then(() => drained = true);
    await kit.tell("shop");
    assertEquals([drained, builder.ready()], [false, false]);
    await kit.clock.advance(10_000);
    assertEquals(drained, true);
    assertEquals(await kit.has(CHANGED), true);
    assertEquals(await results(), { rendered: 1 });
    await builder.stop();
  });
});

describe("GreetingBuilder.stop()", () => {
  it("does not wait for a stream that does not answer, and leaves it when it does", async () => {
    const joining = Promise.withResolvers<Subscription>();
    kit.bus.consume = () => joining.promise;
    const builder = await kit.start();
    assertEquals(builder.ready(), false);
    await builder.stop();
    let left = 0;
    joining.resolve({ unsubscribe: () => left++ });
    await settle();
    assertEquals([left, builder.ready()], [1, false]);
  });

  it("breaks off the greeting at hand, which stays for the next one", async () => {
    const builder = await kit.start({ speech: slow(1_000) });
    await kit.clock.advance(10_000);
    await kit.change(CHANGED);
    await builder.stop();
    assertEquals(await kit.has(SAMPLE_BUSINESS), true);
    const next = await kit.start();
    await kit.clock.advance(60_000);
    assertEquals(await kit.has(CHANGED), true);
    await next.stop();
  });
});
