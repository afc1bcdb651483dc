import { assert, assertEquals } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import { decodeJson } from "shared/bus/codec.ts";
import { type Heartbeat, heartbeat } from "shared/bus/messages.ts";
import { splitSentences } from "shared/speech/sentences.ts";
import type { Business } from "shared/store/business.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import { ScriptedSynthesizer } from "shared/testing/scripted_synthesizer.ts";
import { RECORDED_TEXTS } from "./greeting/recorded_texts.ts";
import { CallKit, type CallKitOptions } from "./testing/call_kit.ts";
import { FakeEdge } from "./testing/fake_edge.ts";

const HEBREW = sampleBusiness({ language: "he-IL", voice: "he-IL-Wavenet-A" });

let kit: CallKit;
const others: FakeEdge[] = [];

async function start(options?: CallKitOptions): Promise<void> {
  kit = await CallKit.start(options);
}

function otherCall(call: string): FakeEdge {
  const edge = new FakeEdge(kit.edgeBus, kit.clock, call);
  others.push(edge);
  return edge;
}

/** What becomes of an offer: the refusal's reason, "taken", or undefined when nobody answers. */
async function outcome(
  edge: FakeEdge,
  business = "shop",
  more: Parameters<FakeEdge["offer"]>[1] = {},
): Promise<string | undefined> {
  const offered = edge.offer(business, more);
  await kit.clock.advance(450);
  const reply = await offered;
  return reply && (reply.took ? "taken" : reply.reason);
}

afterEach(async () => {
  for (const edge of others.splice(0)) edge.vanish();
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

describe("startDialogTts()", () => {
  it("makes the recordings of every language before it takes a call, as its businesses speak", async () => {
    await start({ business: HEBREW });
    for (const [primary, { language, ...texts }] of RECORDED_TEXTS) {
      for (const sentence of Object.values(texts).flatMap((text) => splitSentences(text))) {
        const request = kit.synthesizer.requests.find(({ text }) => text === sentence);
        assertEquals(request?.language, language);
        assertEquals(request?.voice, primary === "he" ? HEBREW.voice : undefined);
      }
    }
    assertEquals(kit.service.ready(), true);
  });

  it("greets the first call of a business that came later in its language", async () => {
    await start();
    await kit.stores.businesses.put({ ...HEBREW, id: "new", called_numbers: ["+15550100009"] });
    const { length } = kit.synthesizer.requests;
    assertEquals(await outcome(kit.edge, "new"), "taken");
    await kit.clock.advance(2_500);
    assertEquals((await kit.turns())[0]?.pieces, [RECORDED_TEXTS.get("he")!.greeting]);
    assertEquals(kit.synthesizer.requests.length, length);
  });

  it("starts while its synthesizer is away, and records by the last resort", async () => {
    const lastResort = new ScriptedSynthesizer();
    await start({ lastResort, speech: { languages: [] }, greetingStored: false });
    assert(lastResort.requests.length > 0);
    await kit.greeted();
    assertEquals((await kit.turns())[0]?.pieces, [RECORDED_TEXTS.get("en")!.greeting]);
  });

  it("speaks as the business does: language, voice, pace, engines", async () => {
    const synthesizers: Business["engines"]["synthesizers"] = [{ engine: "google" }];
    await start({ business: { ...HEBREW, speaking_rate: 1.25, engines: { synthesizers } } });
    await kit.asked("where are you", 1_000);
    const spoken = kit.synthesizer.requests.find(({ text }) => text === "Two Main Road.")!;
    const { language, voice, rate, engines } = spoken;
    assertEquals({ language, voice, rate, engines }, {
      language: "he-IL",
      voice: "he-IL-Wavenet-A",
      rate: 1.25,
      engines: [{ engine: "google" }],
    });
  });

  it("tells every 250 ms which calls it has", async () => {
    await start();
    const beats: Heartbeat[] = [];
    kit.bus.subscribe("kav.worker.dialog-tts-service.dialog-1.heartbeat", ({ data }) => {
      const decoded = decodeJson(heartbeat, data);
      assert(decoded.ok);
      beats.push(decoded.value);
    });
    await kit.clock.advance(1_000);
    assertEquals(beats.length, 4);
    assertEquals(await outcome(kit.edge), "taken");
    assertEquals(beats.at(-1), {
      instance: "dialog-1",
      calls: ["CA1"],
      capacity: 200,
      draining: false,
    });
    assertEquals(await kit.metric("kav_dialog_calls"), 1);
  });

  it("is not ready while the bus is away", async () => {
    await start();
    kit.dialogBus.setConnected(false);
    assertEquals(kit.service.ready(), false);
  });

  it("drains: takes no new call, and is done when the last one has ended", async () => {
    await start();
    assertEquals(await outcome(kit.edge), "taken");
    let drained = false;
    kit.service.drain().then(() => drained = true);
    assertEquals(await outcome(otherCall("CA2")), undefined);
    assertEquals([kit.service.ready(), drained], [false, false]);
    kit.edge.end();
    await kit.clock.advance(0);
    assertEquals(drained, true);
  });

  it("drains at once without calls", async () => {
    await start();
    await kit.service.drain();
    await kit.service.drain();
    assertEquals(kit.service.ready(), false);
  });

  it("stops: leaves its calls, which are silent from then on", async () => {
    await start();
    await kit.greeted();
    await kit.service.stop();
    await kit.clock.advance(0);
    assertEquals(await kit.metric("kav_dialog_calls"), 0);
    await kit.says("where are you");
    await kit.clock.advance(1_000);
    assertEquals(kit.frames(2), 0);
  });

  it("asks for the greeting that a call could not have", async () => {
    await start({ greetingStored: false });
    const asked: string[] = [];
    kit.bus.subscribe("kav.prompt.changed.shop", ({ data }) => {
      asked.push(new TextDecoder().decode(data));
    });
    await kit.greeted();
    assertEquals(asked, ['{"business_id":"shop","version":1}']);
    assertEquals(await kit.metric('kav_greeting_misses_total{reason="missing"}'), 1);
  });
});

describe("OfferDesk", () => {
  it("refuses a call that it has failed before", async () => {
    await start();
    assertEquals(await outcome(kit.edge, "shop", { not: ["dialog-7", "dialog-1"] }), "excluded");
  });

  it("refuses a business that nobody knows", async () => {
    await start();
    assertEquals(await outcome(kit.edge, "nobody"), "unknown_business");
  });

  it("takes a call by the last copy of its business when the store is slow or away", async () => {
    await start();
    kit.stores.businesses.get = () => new Promise(() => {});
    assertEquals(await outcome(kit.edge), "taken");
    kit.stores.businesses.get = () => Promise.reject(new Error("away"));
    assertEquals(await outcome(otherCall("CA2")), "taken");
  });

  it("takes a call by the last copy of a business that was deleted since its edge has found it", async () => {
    await start();
    await kit.stores.businesses.delete("shop");
    assertEquals(await outcome(kit.edge), "taken");
  });

  it("leaves the group while full, and comes back", async () => {
    await start({ settings: { dialogCapacity: 1 } });
    assertEquals(await outcome(kit.edge), "taken");
    const second = otherCall("CA2");
    assertEquals(await outcome(second), undefined);
    kit.edge.end();
    await kit.clock.advance(0);
    assertEquals(await outcome(second), "taken");
  });

  it("takes no more than it can when offers come at once", async () => {
    await start({ settings: { dialogCapacity: 2 } });
    const replies = Promise.all(
      ["CA2", "CA3", "CA4", "CA5"].map((call) => otherCall(call).offer("shop")),
    );
    await kit.clock.advance(450);
    const taken = (await replies).filter((reply) => reply?.took);
    assertEquals(taken.length, 2);
  });

  it("takes a call anew with a newer epoch, and lets the older one go", async () => {
    await start();
    await kit.greeted();
    const more = { epoch: 1, next_utterance: 2, next_seq: 80 };
    assertEquals(await outcome(kit.edge, "shop", more), "taken");
    assertEquals(await outcome(kit.edge, "shop", { epoch: 1 }), "excluded");
    assertEquals(await outcome(kit.edge, "shop", { epoch: 0 }), "excluded");
    assertEquals(await kit.metric("kav_dialog_calls"), 1);
    await kit.says("where are you");
    await kit.clock.advance(2_000);
    assertEquals(kit.frames(2), 30);
  });

  it("lets a call go when nobody waits for its reply any more", async () => {
    await start();
    const { get } = kit.stores.businesses;
    kit.stores.businesses.get = (id) => {
      kit.dialogBus.setConnected(false);
      return get.call(kit.stores.businesses, id);
    };
    assertEquals(await outcome(kit.edge), undefined);
    assertEquals(await kit.metric("kav_dialog_calls"), 0);
    assertEquals(kit.log.filter((line) => line.includes("takes call")), []);
  });

  it("refuses a call when it begins to drain while it looks the business up", async () => {
    await start();
    kit.stores.businesses.get = () => new Promise(() => {});
    const offered = kit.edge.offer("shop");
    await kit.clock.advance(10);
    const drained = kit.service.drain();
    await kit.clock.advance(450);
    assertEquals(await offered, { took: false, instance: "dialog-1", reason: "draining" });
    await drained;
  });

  it("lets the older conversation go before anything is heard of the newer", async () => {
    await start();
    await kit.greeted();
    kit.edgeBus.drop = (subject) => !subject.startsWith("kav.offer");
    const more = { epoch: 1, next_utterance: 2, next_seq: 80 };
    assertEquals(await outcome(kit.edge, "shop", more), "taken");
    assertEquals(await kit.metric("kav_dialog_calls"), 1);
  });

  it("counts an offer it cannot read, and takes the next", async () => {
    await start();
    kit.bus.publish("kav.offer.dialog", new Uint8Array([1, 2]));
    await kit.clock.advance(0);
    assertEquals(await kit.metric('kav_bus_bad_messages_total{subject="offer.dialog"}'), 1);
    assertEquals(await outcome(kit.edge), "taken");
  });
});
