import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { offer } from "shared/bus/messages.ts";
import { offerSubject } from "shared/bus/subjects.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { type Assignment, offerUntilTaken } from "./offer_maker.ts";

type Answer = "take" | "decline" | "silent";

/** Offers a call to a worker that answers as told, one answer per offer; the last one repeats. */
function offering(answers: Answer[], signal = new AbortController().signal) {
  const clock = new FakeClock();
  const bus = new MemoryBus({ clock });
  const offers: { atMs: number; epoch: number }[] = [];
  const listen = () =>
    bus.subscribe(offerSubject("stt"), (message) => {
      const decoded = decodeJson(offer, message.data);
      if (!decoded.ok) throw new Error(decoded.problem);
      const answer = answers[Math.min(offers.length, answers.length - 1)];
      offers.push({ atMs: clock.now(), epoch: decoded.value.epoch });
      const reply = { instance: "w1", took: answer === "take", reason: "full" };
      if (answer !== "silent") message.respond(encodeJson(reply));
    });
  let assignment: Assignment | undefined | "pending" = "pending";
  offerUntilTaken({
    bus,
    clock,
    role: "stt",
    firstEpoch: 256,
    onOffer: () => {},
    describe: () => ({
      call: "CA1",
      leg: 1,
      business: "demo",
      window: 9,
      next_utterance: 1,
      next_seq: 0,
      utterances: [],
    }),
  }, signal).then((result) => assignment = result);
  return { clock, offers, listen, result: () => assignment };
}

describe("offerUntilTaken()", () => {
  it("gives the call to the first taker, with the leg's first epoch", async () => {
    const { clock, listen, result } = offering(["take"]);
    listen();
    await clock.advance(260);
    assertEquals(result(), { epoch: 256, instance: "w1" });
  });

  it("asks again after 250 ms while nobody is there, with the same epoch", async () => {
    const { clock, listen, offers, result } = offering(["take"]);
    await clock.advance(600);
    listen();
    await clock.advance(400);
    assertEquals(offers, [{ atMs: 750, epoch: 256 }]);
    assertEquals(result(), { epoch: 256, instance: "w1" });
  });

  it("asks again with the next epoch after 400 ms of silence", async () => {
    const { clock, listen, offers } = offering(["silent", "silent", "take"]);
    await clock.advance(200);
    listen();
    await clock.advance(2_000);
    assertEquals(offers, [
      { atMs: 250, epoch: 256 },
      { atMs: 650, epoch: 257 },
      { atMs: 1_050, epoch: 258 },
    ]);
  });

  it("asks again after 250 ms when the offer is declined, with the same epoch", async () => {
    const { clock, listen, offers } = offering(["decline", "take"]);
    await clock.advance(200);
    listen();
    await clock.advance(2_000);
    assertEquals(offers, [{ atMs: 250, epoch: 256 }, { atMs: 500, epoch: 256 }]);
  });

  it("ends when the call does, and leaves no timer", async () => {
    const abort = new AbortController();
    const { clock, result } = offering(["silent"], abort.signal);
    await clock.advance(1_000);
    abort.abort();
    await clock.advance(0);
    assertEquals([result(), clock.sleeping], [undefined, 0]);
  });
});
