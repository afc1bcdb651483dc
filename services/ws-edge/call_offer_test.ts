import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { closeOf, EdgeBench, endOf, eventually } from "./testing/edge_bench.ts";

/** A bench whose edge and bus live by a clock of their own; its sockets and callers are real. */
function slowBench(options: ConstructorParameters<typeof EdgeBench>[0] = {}) {
  const clock = new FakeClock();
  return { clock, bench: new EdgeBench({ clock, workers: ["stt"], ...options }) };
}

/** Places a call; resolves when its `start` has reached the edge. */
async function start(bench: EdgeBench) {
  const call = await bench.place();
  await eventually(() => bench.edge.calls === 1, "start");
  return call;
}

describe("A call that no dialog takes", () => {
  for (const dialog of ["absent", "decline", "silent"] as const) {
    it(`(${dialog}) is closed 3 s after its start, and the business's words follow`, async () => {
      const { clock, bench } = slowBench();
      await using _ = bench;
      if (dialog !== "absent") {
        bench.dialog.answer = dialog;
        bench.dialog.join();
      }
      const call = await start(bench);
      await clock.advance(2_990);
      await bench.flows([call]);
      assertEquals([closeOf(call), bench.edge.calls], [undefined, 1]);
      await clock.advance(20);
      const end = await endOf(call);
      assertEquals([end.by, closeOf(call)], ["kav", { code: 1000, reason: "no_dialog" }]);
      assertEquals(end.verbs.slice(-2), [
        { verb: "Say", text: "demo is away." },
        { verb: "Hangup" },
      ]);
      assertEquals(bench.stt.line(call).event("ended")?.reason, "no_dialog");
      assertStringIncludes(bench.log.join(""), "reason=no_dialog");
      const epochs = bench.dialog.offers.map(({ epoch }) => epoch);
      // Only an offer that may have reached somebody who hears the call uses up an epoch.
      assertEquals(epochs, epochs.map((_, i) => dialog === "silent" ? i : 0));
      assertEquals(epochs.length > 0, dialog !== "absent");
    });
  }

  it("is given to the number of the business's fallback", async () => {
    const fallback = { do: "dial", number: "+15550108888" } as const;
    const { clock, bench } = slowBench({ fallback });
    await using _ = bench;
    const call = await start(bench);
    await clock.advance(3_010);
    const { verbs } = await endOf(call);
    assertEquals(verbs[2], { verb: "Dial", number: "+15550108888" });
  });
});

describe("A call whose dialog comes late", () => {
  it("after 1 s, is taken and goes on beyond 3 s", async () => {
    const { clock, bench } = slowBench();
    await using _ = bench;
    const call = await start(bench);
    await clock.advance(1_000);
    assertEquals(bench.dialog.offers, []);
    bench.dialog.join();
    await clock.advance(250);
    assertEquals(bench.dialog.offers.map(({ epoch }) => epoch), [0]);
    await clock.advance(5_000);
    const line = bench.dialog.line(call);
    await line.speak(1, 3);
    await clock.advance(100);
    await Promise.all([bench.flows([call]), call.untilMark("u1:end", 5_000)]);
    assertEquals(bench.edge.calls, 1);
  });

  it("is told the worker's window, the business and where to begin", async () => {
    await using bench = new EdgeBench({ settings: { txWindowFrames: 12 } });
    const call = await bench.talk();
    assertEquals(bench.dialog.offers, [{
      call: call.callSid,
      leg: 0,
      epoch: 0,
      business: "demo",
      not: [],
      window: 12,
      next_utterance: 1,
      next_seq: 0,
      utterances: [],
      heard: [],
    }]);
  });
});
