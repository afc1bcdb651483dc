/** Ten minutes of calls that come, ask by keypad and go at any moment: nothing may pile up. */
import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { placeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { eventually, KavBench } from "../end_to_end/kav_bench.ts";
import { heldMb } from "../memory/held_memory.ts";

const MINUTES = 10;
const CALLERS = 10;
const KEYS = ["1", "3", "5", "7", "8", "*"];
/** What may be left of a call once it is over: records, lines and conversations, not its audio. */
const MAX_KEPT_KB = 64;
const WARM_UP_CALLS = 50;
const GREETING_MS = 30_000;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One call: some hang up in the greeting, some in an answer, some press two keys in a row. */
async function oneCall(bench: KavBench, number: number): Promise<void> {
  const call = await placeCall({ webhook: bench.origin, to: bench.business.called_numbers[0]! });
  if (number % 5 !== 0) {
    await call.untilMark("greeting_end", GREETING_MS);
    call.press(KEYS[number % KEYS.length]!);
    await sleep(300 + (number * 977) % 4_000);
    call.press(KEYS[(number + 1) % KEYS.length]!);
  }
  await sleep((number * 1_583) % 3_000);
  await call.hangUp();
}

describe("Kav", () => {
  it(`takes ${CALLERS} callers at a time for ${MINUTES} minutes and keeps nothing of them`, async () => {
    await using bench = await KavBench.start();
    const endMs = performance.now() + MINUTES * 60_000;
    let placed = 0;
    let warmMb = Infinity;
    const caller = async () => {
      while (performance.now() < endMs) {
        await oneCall(bench, placed++);
        if (placed === WARM_UP_CALLS) warmMb = await heldMb();
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));

    await eventually(() => bench.kav.edge.calls === 0, "the last call gone");
    const total = await bench.sample('kav_calls_total{reason="caller_hung_up"}');
    const endMb = await heldMb();
    const keptKb = (endMb - warmMb) * 1024 / (placed - WARM_UP_CALLS);
    console.log(
      `${placed} calls: ${warmMb.toFixed(1)} MB held after ${WARM_UP_CALLS}, ${
        endMb.toFixed(1)
      } MB ` +
        `in the end, ${keptKb.toFixed(1)} kB a call`,
    );
    assertGreater(placed, WARM_UP_CALLS);
    assertEquals(total, placed, "calls ended by hanging up");
    for (
      const name of ["kav_calls", "kav_tx_drops_total", "kav_tx_lost_total", "kav_rx_drops_total"]
    ) {
      assertEquals(await bench.sample(name), 0, name);
    }
    assertLess(keptKb, MAX_KEPT_KB, "kB kept of a call");
  });
});
