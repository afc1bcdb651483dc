import { assertEquals } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import { encodeJson } from "shared/bus/codec.ts";
import type { OfferReply } from "shared/bus/messages.ts";
import { offerSubject } from "shared/bus/subjects.ts";
import type { Business } from "shared/store/business.ts";
import type { Stores } from "shared/store/stores.ts";
import { SHOP, SttKit } from "./testing/stt_kit.ts";

type Declined = Extract<OfferReply, { took: false }>;

const TOOK: OfferReply = { took: true, instance: "stt-1" };
const declined = (reason: Declined["reason"]): Declined => ({
  took: false,
  instance: "stt-1",
  reason,
});

let kit: SttKit;

/** Stores whose businesses are looked up by `get`, and listed as ever. */
const lookingUp = (get: (id: string) => Promise<Business | undefined>) => (stores: Stores) => {
  stores.businesses.get = get;
  return stores;
};

afterEach(async () => {
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

describe("startStt() offers", () => {
  it("takes a call, and tells the engine what the business understands, and what may come", async () => {
    const hints = ["tandemette"];
    kit = await SttKit.start({
      stores: lookingUp(() => Promise.resolve({ ...SHOP, phrase_hints: hints })),
    });
    assertEquals(await kit.offer(), TOOK);
    assertEquals(kit.recognition.options, {
      call: "CA1",
      language: "en-GB",
      phrases: ["when are you open", "goodbye"],
      hints,
    });
    assertEquals(await kit.metric("kav_stt_calls"), 1);
  });

  it("tells the engine which engines the business wants", async () => {
    const recognizers: ["google", "pocketsphinx"] = ["google", "pocketsphinx"];
    kit = await SttKit.start({
      stores: lookingUp(() => Promise.resolve({ ...SHOP, engines: { recognizers } })),
    });
    assertEquals(await kit.offer(), TOOK);
    assertEquals(kit.recognition.options.engines, recognizers);
  });

  it("hears the call before it replies", async () => {
    kit = await SttKit.start();
    kit.sttBus.dropReply = () => {
      kit.publish(3);
      return false;
    };
    await kit.taken();
    await kit.clock.advance(20);
    assertEquals(kit.writtenSeqs, [0, 1, 2]);
  });

  it("declines when it is to be avoided, or does not know the business", async () => {
    kit = await SttKit.start();
    assertEquals(await kit.offer({ not: ["stt-0", "stt-1"] }), declined("excluded"));
    assertEquals(await kit.offer({ business: "nobody" }), declined("unknown_business"));
    assertEquals([kit.recognizer.recognitions.length, kit.vads.open], [0, 0]);
  });

  it("takes a call again only with a newer epoch, and leaves the old one", async () => {
    kit = await SttKit.start();
    await kit.taken({ epoch: 3 });
    assertEquals(await kit.offer({ epoch: 3 }), declined("excluded"));
    assertEquals(await kit.offer({ epoch: 2 }), declined("excluded"));
    assertEquals(await kit.offer({ epoch: 256, leg: 1 }), TOOK);
    const [first, second] = kit.recognizer.recognitions;
    assertEquals([first?.closed, second?.closed, kit.vads.open], [true, false, 1]);
    await kit.clock.advance(250);
    assertEquals(kit.beats.at(-1)?.calls, ["CA1"]);
  });

  it("leaves the queue group while it is full, and joins it again", async () => {
    kit = await SttKit.start({ settings: { sttCapacity: 2 } });
    await kit.taken();
    await kit.taken({ call: "CA2" });
    assertEquals(await kit.offer({ call: "CA3" }), "no_responders");
    kit.event({ kind: "ended", reason: "hangup" });
    await kit.clock.advance(0);
    assertEquals(await kit.offer({ call: "CA3" }), TOOK);
    assertEquals(await kit.offer({ call: "CA4" }), "no_responders");
  });

  it("leaves the queue group to drain, and is done with its last call", async () => {
    kit = await SttKit.start();
    await kit.taken();
    let drained = false;
    kit.service.drain().then(() => drained = true);
    assertEquals(kit.service.ready(), false);
    assertEquals(await kit.offer({ call: "CA2" }), "no_responders");
    await kit.silence(50);
    assertEquals([drained, kit.writtenSeqs.length], [false, 50]);
    assertEquals(kit.beats.at(-1)?.draining, true);
    kit.event({ kind: "ended", reason: "hangup" });
    await kit.clock.advance(0);
    assertEquals(drained, true);
  });

  it("takes calls from its memory within 60 ms while the store hangs", async () => {
    kit = await SttKit.start({ stores: lookingUp(() => new Promise(() => {})) });
    const reply = kit.offer();
    await kit.clock.advance(59);
    assertEquals(kit.recognizer.recognitions.length, 0);
    await kit.clock.advance(1);
    assertEquals(await reply, TOOK);
  });

  it("counts an offer that is none", async () => {
    kit = await SttKit.start();
    kit.bus.publish(offerSubject("stt"), encodeJson({ call: "CA1" }));
    await kit.clock.advance(0);
    assertEquals(await kit.metric('kav_bus_bad_messages_total{subject="offer.stt"}'), 1);
    assertEquals(await kit.offer(), TOOK);
  });

  it("leaves a call at once when the reply cannot go out", async () => {
    kit = await SttKit.start({
      stores: lookingUp(() => {
        kit.sttBus.setConnected(false);
        return Promise.resolve(SHOP);
      }),
    });
    const reply = kit.offer();
    await kit.clock.advance(400);
    assertEquals(await reply, "timeout");
    assertEquals([kit.recognizer.recognitions.length, kit.vads.open], [0, 0]);
    assertEquals(await kit.metric("kav_stt_calls"), 0);
    assertEquals(kit.clock.sleeping, 1, "the heartbeat");
  });
});

describe("startStt() heartbeat", () => {
  it("beats at once, and every 250 ms with its calls", async () => {
    kit = await SttKit.start();
    await kit.taken();
    await kit.taken({ call: "CA2" });
    await kit.clock.advance(1_000);
    assertEquals(kit.beats.length, 5);
    assertEquals(kit.beats.at(-1), {
      instance: "stt-1",
      calls: ["CA1", "CA2"],
      capacity: 200,
      draining: false,
    });
  });

  it("is ready while the bus is there", async () => {
    kit = await SttKit.start();
    assertEquals(kit.service.ready(), true);
    kit.sttBus.setConnected(false);
    assertEquals(kit.service.ready(), false);
  });
});
