import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { heartbeat, type Offer, offerReply } from "shared/bus/messages.ts";
import { heartbeatSubject, offerSubject } from "shared/bus/subjects.ts";
import { business } from "shared/store/business.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { sampleOffer } from "shared/testing/sample_offer.ts";
import { LineLog } from "../line_log.ts";
import { Metrics } from "../metrics.ts";
import type { Service } from "../service.ts";
import type { WorkerCall } from "./offer_desk.ts";
import { startWorker } from "./worker.ts";

const SHOP = business.parse({
  id: "shop",
  name: "shop",
  called_numbers: ["+15550100001"],
  greeting: { text: "Hello." },
  not_understood: "Pardon?",
  questions: [{ id: "hours", phrasings: ["when are you open"], answer: "Always." }],
  goodbye: { phrasings: ["goodbye"], text: "Goodbye." },
  fallback: { do: "say", text: "We are away." },
});

class Call implements WorkerCall {
  readonly call: string;
  readonly epoch: number;
  readonly #ended = Promise.withResolvers<string>();

  constructor(offer: Offer) {
    this.call = offer.call;
    this.epoch = offer.epoch;
  }

  get ended(): Promise<string> {
    return this.#ended.promise;
  }

  start(): void {}

  end(reason: string): void {
    this.#ended.resolve(reason);
  }
}

/** A worker with room for two calls. */
class Rig {
  readonly clock = new FakeClock();
  readonly bus = new MemoryBus({ clock: this.clock });
  readonly beats: { atMs: number; calls: string[]; draining: boolean }[] = [];
  readonly calls: Call[] = [];
  readonly log: string[] = [];
  readonly worker: Service;
  /** What the lookup of a business waits for. */
  store: Promise<void> = Promise.resolve();

  constructor() {
    const metrics = new Metrics();
    this.bus.subscribe(heartbeatSubject("stt-service", "w1"), ({ data }) => {
      const decoded = decodeJson(heartbeat, data);
      if (!decoded.ok) throw new Error(decoded.problem);
      const { calls, draining } = decoded.value;
      this.beats.push({ atMs: this.clock.now(), calls, draining });
    });
    this.worker = startWorker({
      name: "stt-service",
      bus: this.bus,
      clock: this.clock,
      role: "stt",
      instance: "w1",
      capacity: 2,
      findBusiness: (id) => this.store.then(() => id === "shop" ? SHOP : undefined),
      open: (offer) => {
        const call = new Call(offer);
        this.calls.push(call);
        return call;
      },
      metrics: {
        calls: metrics.gauge("calls", "calls"),
        badMessages: metrics.counter("bad", "bad", ["subject"]),
      },
      log: new LineLog({ write: (line) => this.log.push(line), clock: this.clock }),
    });
  }

  /** Offers a call to the group, or to the worker alone; gives the reply in short. */
  async offer(to: "group" | "direct", call: string, fields: Partial<Offer> = {}): Promise<string> {
    const offer = sampleOffer({ call, ...fields });
    const subject = offerSubject("stt", to === "direct" ? "w1" : undefined);
    const result = await this.bus.request(subject, encodeJson(offer), { timeoutMs: 400 });
    if (!result.ok) return result.reason;
    const reply = decodeJson(offerReply, result.data);
    if (!reply.ok) throw new Error(reply.problem);
    return reply.value.took ? "took" : reply.value.reason;
  }
}

describe("OfferDesk", () => {
  it("takes what is offered to it alone, as what is offered to the group", async () => {
    const rig = new Rig();
    assertEquals(await rig.offer("group", "CA1"), "took");
    assertEquals(await rig.offer("direct", "CA2"), "took");
    assertEquals(rig.calls.map(({ call }) => call), ["CA1", "CA2"]);
    await rig.worker.stop();
  });

  it("full, leaves the group and declines what is offered to it alone", async () => {
    const rig = new Rig();
    for (const call of ["CA1", "CA2"]) assertEquals(await rig.offer("group", call), "took");
    assertEquals(await rig.offer("group", "CA3"), "no_responders");
    assertEquals(await rig.offer("direct", "CA3"), "full");
    rig.calls[0]!.end("ended");
    await rig.clock.advance(0);
    assertEquals(await rig.offer("group", "CA3"), "took");
    await rig.worker.stop();
  });

  it("full, takes a call anew that it has, with a newer epoch", async () => {
    const rig = new Rig();
    for (const call of ["CA1", "CA2"]) await rig.offer("group", call);
    assertEquals(await rig.offer("direct", "CA1", { epoch: 1 }), "took");
    assertEquals(await rig.calls[0]!.ended, "superseded");
    await rig.clock.advance(250);
    assertEquals(rig.beats.at(-1)!.calls.toSorted(), ["CA1", "CA2"]);
    await rig.worker.stop();
  });

  it("declines where it is to be avoided, has that epoch, or does not know the business", async () => {
    const rig = new Rig();
    for (const to of ["group", "direct"] as const) {
      assertEquals(await rig.offer(to, "CA1", { not: ["w0", "w1"] }), "excluded");
      assertEquals(await rig.offer(to, "CA1", { business: "nobody" }), "unknown_business");
    }
    assertEquals(await rig.offer("direct", "CA1", { epoch: 3, not: ["w0"] }), "took");
    assertEquals(await rig.offer("direct", "CA1", { epoch: 3 }), "excluded");
    assertEquals(await rig.offer("direct", "CA1", { epoch: 2 }), "excluded");
    await rig.worker.stop();
  });

  it("draining, says so to what is offered to it alone, until its last call has ended", async () => {
    const rig = new Rig();
    await rig.offer("group", "CA1");
    let drained = false;
    rig.worker.drain().then(() => drained = true);
    assertEquals(await rig.offer("group", "CA2"), "no_responders");
    assertEquals(await rig.offer("direct", "CA2"), "draining");
    assertEquals(drained, false);
    rig.calls[0]!.end("ended");
    await rig.clock.advance(0);
    assertEquals(await rig.offer("direct", "CA2"), "no_responders");
    assertEquals(drained, true);
    await rig.worker.stop();
  });
});

describe("startWorker()", () => {
  it("says that it lives at once, and then every 250 ms", async () => {
    const rig = new Rig();
    await rig.clock.advance(500);
    assertEquals(rig.beats.map(({ atMs }) => atMs), [0, 250, 500]);
    await rig.worker.stop();
  });

  it("stopped, ends its calls, and says a last time that it has none", async () => {
    const rig = new Rig();
    await rig.offer("group", "CA1");
    await rig.clock.advance(260);
    await rig.worker.stop();
    assertEquals(await rig.calls[0]!.ended, "stopped");
    await rig.clock.advance(0);
    assertEquals(rig.beats.slice(-2), [
      { atMs: 250, calls: ["CA1"], draining: false },
      { atMs: 260, calls: [], draining: true },
    ]);
    assertEquals(await rig.offer("direct", "CA1", { epoch: 1 }), "no_responders");
    await rig.clock.advance(5_000);
    assertEquals([rig.beats.length, rig.clock.sleeping], [3, 0]);
  });

  it("stopped while it looks a business up, takes nothing any more", async () => {
    const rig = new Rig();
    const { promise, resolve } = Promise.withResolvers<void>();
    rig.store = promise;
    const reply = rig.offer("group", "CA1");
    await rig.clock.advance(10);
    await rig.worker.stop();
    resolve();
    assertEquals([await reply, rig.calls.length], ["draining", 0]);
  });
});
