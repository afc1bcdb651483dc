import { assertEquals } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { summaryOf } from "../../bench/percentiles.ts";
import { interruptionsTable, ofInterruptions, turnsTable } from "../../bench/turns/turns_report.ts";
import { type MeasuredTurns, TurnsRig } from "../../bench/turns/turns_rig.ts";
import { undisturbed } from "../../end_to_end/undisturbed.ts";

const CALLS = 50;
const TIMES_EACH = 2;
const ASKING = { calls: 10, seconds: 3 };
/** `deno task bench:turns` holds them to what was promised, on a machine that does nothing else. */
const GENEROUS_MS = { addedMs: 60, soundsAfterMs: 300 } as const;

function tooLong({ turns }: MeasuredTurns): string[] {
  return (["addedMs", "soundsAfterMs"] as const).flatMap((key) => {
    const { p95 } = summaryOf(turns.map((turn) => turn[key]))!;
    return p95 < GENEROUS_MS[key] ? [] : [`${key}: p95 ${p95.toFixed(1)} ms`];
  });
}

describe("Kav", () => {
  let rig: TurnsRig;

  beforeAll(async () => {
    rig = await TurnsRig.start();
  });

  afterAll(() => rig[Symbol.asyncDispose]());

  it("is silenced by callers who speak: soon, all of them, and nothing is heard afterwards", async () => {
    const measured = await undisturbed(
      () => rig.interruptions(CALLS, TIMES_EACH),
      (it) => ofInterruptions(it).length === 0,
    );
    console.log(`${CALLS} calls at once\n${interruptionsTable(measured)}`);
    assertEquals(ofInterruptions(measured), []);
  });

  it("adds little to what the model and the synthesizer take for a turn", async () => {
    const measured = await undisturbed(
      () => rig.turns(ASKING.calls, ASKING.seconds),
      (it) => it.turns.length > 0 && tooLong(it).length === 0,
    );
    console.log(turnsTable([measured]));
    const { turns, answered, failures } = measured;
    assertEquals([failures, turns.length], [[], answered]);
    assertEquals(answered >= ASKING.calls, true, `${answered} answers`);
    assertEquals(tooLong(measured), []);
  });
});
