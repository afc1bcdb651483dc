import { assert, assertEquals, assertLess } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Business } from "shared/store/business.ts";
import { hearingOf } from "../heard.ts";
import { eventually, KavBench, LONG_MS } from "../kav_bench.ts";
import { together } from "../together.ts";

const CALLS = 5;
const MAX_FIRST_FRAME_MS = 100;
const EMERGENCY = "Hello, thank you for calling. How can I help you?";

describe("The greeting", () => {
  it("begins within 100 ms of start", async () => {
    await using bench = await KavBench.start();
    const delaysMs: number[] = [];
    for (let i = 0; i < CALLS; i++) {
      const { call } = await bench.place();
      const start = await call.untilEvent("stream_started", LONG_MS);
      const first = await call.untilEvent("media", LONG_MS);
      delaysMs.push(first.atMs - start.atMs);
      await call.hangUp();
    }
    const sorted = delaysMs.toSorted((a, b) => a - b);
    console.log(`start to first frame: ${sorted.map((ms) => ms.toFixed(1)).join(", ")} ms`);
    assertLess(sorted[Math.floor(CALLS / 2)]!, MAX_FIRST_FRAME_MS, "median");
  });
});

/** A business of its own number, with another greeting text or none in the store. */
async function addBusiness(
  bench: KavBench,
  of: Pick<Business, "id" | "called_numbers">,
): Promise<string> {
  await bench.kav.stores.businesses.put({
    ...bench.business,
    ...of,
    greeting: { ...bench.business.greeting, text: "Something new." },
  });
  return of.called_numbers[0]!;
}

async function hearsEmergencyGreeting(bench: KavBench, to: string): Promise<void> {
  const { call } = await bench.place({ to });
  await call.untilMark("greeting_end", LONG_MS);
  hearingOf(call.heardTrack(), await bench.speech(EMERGENCY));
}

const misses = (bench: KavBench, reason: string) =>
  bench.sample(`kav_greeting_misses_total{reason="${reason}"}`);

together("The greeting", {}, {
  "is the one of the store, whole, and its end is told when it has played": async (bench) => {
    const { call, telemetry } = await bench.place();
    const mark = await call.untilMark("greeting_end", LONG_MS);
    const stored = await bench.kav.stores.greetings.get(bench.business.id);
    const { toMs } = hearingOf(call.heardTrack(), stored!.audio);
    assert(mark.atMs - call.startedMs >= toMs, "the mark is behind the last frame");
    const line = `[TX] greeting_end call=${call.callSid}`;
    await eventually(() => bench.printed.includes(line), line);
    assertEquals(telemetry.call.map(({ event }) => event), ["greeting", "greeting_end"]);
    assertEquals(telemetry.call[0]!.greeting_source, "memory");
    assertEquals((await bench.turns(call)).map(({ turn, told }) => ({ turn, told })), [
      { turn: 0, told: bench.business.greeting.text },
    ]);
  },

  "is the emergency greeting when its text has changed since": async (bench) => {
    const to = await addBusiness(bench, { id: "changed", called_numbers: ["+15555550111"] });
    const stored = await bench.kav.stores.greetings.get(bench.business.id);
    await bench.kav.stores.greetings.put({ ...stored!, businessId: "changed" });
    await hearsEmergencyGreeting(bench, to);
    assertEquals(await misses(bench, "stale"), 1);
  },

  "is the emergency greeting when the store has none": async (bench) => {
    const to = await addBusiness(bench, { id: "new", called_numbers: ["+15555550112"] });
    await hearsEmergencyGreeting(bench, to);
    assertEquals(await misses(bench, "missing"), 1);
  },
});
