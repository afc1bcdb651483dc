import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { offer } from "shared/bus/messages.ts";
import { offerQueue, offerSubject } from "shared/bus/subjects.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LossyBus } from "shared/testing/lossy_bus.ts";
import { type OfferOutcome, offerUntilTaken } from "./offer_maker.ts";

type Answer = "take" | "decline" | "silent";

interface Options {
  readonly again?: boolean;
  readonly not?: string[];
  /** The workers that live and have room, in the order in which they would be chosen. */
  readonly known?: string[];
  readonly lastEpoch?: number;
  readonly signal?: AbortSignal;
}

/** The offering of a call, and workers that answer as told: one answer per offer, the last one repeats. */
class Offering {
  readonly clock = new FakeClock();
  readonly memory = new MemoryBus({ clock: this.clock });
  readonly bus = new LossyBus(this.memory, this.clock);
  readonly offers: { atMs: number; epoch: number; to: string; not?: string[] }[] = [];
  readonly not: Set<string>;
  outcome: OfferOutcome | "pending" = "pending";
  readonly #options: Options;

  constructor(options: Options = {}) {
    this.#options = options;
    this.not = new Set(options.not);
  }

  start(): void {
    const { known = [], again = false, lastEpoch = 511 } = this.#options;
    offerUntilTaken({
      bus: this.bus,
      clock: this.clock,
      role: "stt",
      firstEpoch: 256,
      lastEpoch,
      again,
      not: this.not,
      candidate: (not) => known.find((instance) => !not.has(instance)),
      onOffer: () => {},
      describe: () => ({
        call: "CA1",
        leg: 1,
        business: "demo",
        window: 9,
        next_utterance: 1,
        next_seq: 0,
        utterances: [],
        heard: [],
      }),
    }, this.#options.signal ?? new AbortController().signal).then((got) => this.outcome = got);
  }

  /** A worker joins: the group, and what is offered to it alone. */
  join(instance: string, ...answers: Answer[]): void {
    let count = 0;
    for (const direct of [false, true]) {
      const subject = offerSubject("stt", direct ? instance : undefined);
      const handler = (message: { data: Uint8Array; respond(data: Uint8Array): boolean }) => {
        const decoded = decodeJson(offer, message.data);
        if (!decoded.ok) throw new Error(decoded.problem);
        const { epoch, not } = decoded.value;
        const to = direct ? instance : "group";
        this.offers.push({ atMs: this.clock.now(), epoch, to, ...(not.length > 0 && { not }) });
        const answer = answers[Math.min(count++, answers.length - 1)];
        if (answer === "silent") return;
        const taking = answer === "take" && !not.includes(instance);
        message.respond(encodeJson({ instance, took: taking, reason: "full" }));
      };
      this.bus.subscribe(subject, handler, direct ? {} : { queue: offerQueue("stt") });
    }
  }
}

describe("offerUntilTaken()", () => {
  it("gives the call to the first taker, with the leg's first epoch", async () => {
    const offering = new Offering();
    offering.join("w1", "take");
    offering.start();
    await offering.clock.advance(0);
    assertEquals(offering.outcome, { kind: "taken", epoch: 256, instance: "w1" });
  });

  it("asks again after 250 ms while nobody is there, with the same epoch", async () => {
    const offering = new Offering();
    offering.start();
    await offering.clock.advance(600);
    offering.join("w1", "take");
    await offering.clock.advance(400);
    assertEquals(offering.offers, [{ atMs: 750, epoch: 256, to: "group" }]);
    assertEquals(offering.outcome, { kind: "taken", epoch: 256, instance: "w1" });
  });

  it("asks again with the next epoch after 400 ms of silence", async () => {
    const offering = new Offering();
    offering.join("w1", "silent", "silent", "take");
    offering.start();
    await offering.clock.advance(2_000);
    assertEquals(offering.offers, [
      { atMs: 0, epoch: 256, to: "group" },
      { atMs: 400, epoch: 257, to: "group" },
      { atMs: 800, epoch: 258, to: "group" },
    ]);
  });

  it("asks again after 250 ms when the offer is declined, with the same epoch", async () => {
    const offering = new Offering();
    offering.join("w1", "decline", "take");
    offering.start();
    await offering.clock.advance(2_000);
    assertEquals(offering.offers.map(({ atMs, epoch }) => [atMs, epoch]), [[0, 256], [250, 256]]);
  });

  it("asks a worker that is known to live after a group member that hangs", async () => {
    const offering = new Offering({ known: ["w2"] });
    offering.join("hung", "silent");
    offering.start();
    await offering.clock.advance(100);
    offering.join("w2", "take");
    await offering.clock.advance(400);
    assertEquals(offering.outcome, { kind: "taken", epoch: 257, instance: "w2" });
    assertEquals(offering.offers.map(({ atMs, to }) => [atMs, to]), [[0, "group"], [400, "w2"]]);
  });

  it("asks a known worker first when the call had one before", async () => {
    const offering = new Offering({ again: true, not: ["w1"], known: ["w1", "w2"] });
    offering.join("w1", "silent");
    offering.join("w2", "take");
    offering.start();
    await offering.clock.advance(0);
    assertEquals(offering.offers, [{ atMs: 0, epoch: 256, to: "w2", not: ["w1"] }]);
  });

  it("asks the next known worker at once after one that declines or is gone", async () => {
    const offering = new Offering({ again: true, known: ["full", "gone", "w3"] });
    offering.join("full", "decline");
    offering.join("w3", "take");
    offering.start();
    await offering.clock.advance(0);
    assertEquals(offering.offers.map(({ epoch, to }) => [epoch, to]), [[256, "full"], [256, "w3"]]);
    assertEquals([...offering.not], []);
  });

  it("avoids who did not answer alone, and forgives after a round without a taker", async () => {
    const offering = new Offering({ again: true, known: ["w1"] });
    offering.join("w1", "silent", "take");
    offering.start();
    await offering.clock.advance(390);
    assertEquals([...offering.not], []);
    await offering.clock.advance(300);
    assertEquals(offering.offers, [
      { atMs: 0, epoch: 256, to: "w1" },
      { atMs: 400, epoch: 257, to: "group", not: ["w1"] },
      { atMs: 650, epoch: 257, to: "w1" },
    ]);
    assertEquals(offering.outcome, { kind: "taken", epoch: 257, instance: "w1" });
  });

  it("does not blame a worker while the bus itself stands still", async () => {
    const offering = new Offering({ again: true, known: ["w1"] });
    const released = Promise.withResolvers<void>();
    offering.bus.flush = () => released.promise;
    offering.join("w1", "silent", "take");
    offering.start();
    await offering.clock.advance(900);
    assertEquals(offering.offers.length, 1);
    released.resolve();
    await offering.clock.advance(300);
    assertEquals([...offering.not], []);
    assertEquals(offering.outcome, { kind: "taken", epoch: 257, instance: "w1" });
  });

  it("uses nothing up while the bus is away", async () => {
    const offering = new Offering();
    offering.join("w1", "take");
    offering.bus.setConnected(false);
    offering.start();
    await offering.clock.advance(60_000);
    assertEquals(offering.offers, []);
    offering.bus.setConnected(true);
    await offering.clock.advance(250);
    assertEquals(offering.outcome, { kind: "taken", epoch: 256, instance: "w1" });
  });

  it("waits longer and longer for a group that never answers", async () => {
    const offering = new Offering();
    offering.join("w1", "silent");
    offering.start();
    await offering.clock.advance(60_000);
    const { length } = offering.offers;
    assertEquals(length > 20 && length < 40, true, `${length} offers`);
  });

  it("is exhausted when all epochs are used up", async () => {
    const offering = new Offering({ lastEpoch: 257 });
    offering.join("w1", "silent");
    offering.start();
    await offering.clock.advance(1_000);
    assertEquals(offering.outcome, { kind: "exhausted" });
    assertEquals(offering.offers.map(({ epoch }) => epoch), [256, 257]);
  });

  it("ends when the call does, and leaves no timer", async () => {
    const abort = new AbortController();
    const offering = new Offering({ signal: abort.signal });
    offering.start();
    await offering.clock.advance(1_000);
    abort.abort();
    await offering.clock.advance(0);
    assertEquals([offering.outcome, offering.clock.sleeping], [{ kind: "aborted" }, 0]);
  });
});
