import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { DeadlinePacer, type Departure } from "./deadline_pacer.ts";

/** Departs frames at their deadlines; `lateMs[k]` is how late the process is for frame k. */
function run(pacer: DeadlinePacer, frames: number, lateMs: Record<number, number> = {}) {
  const departures: { at: number; kind: Departure }[] = [];
  let now = 1000;
  pacer.begin(now);
  for (let k = 0; k < frames; k++) {
    now = Math.max(now, pacer.dueMs! + (lateMs[k] ?? 0));
    departures.push({ at: now - 1000, kind: pacer.depart(now) });
  }
  return departures;
}

describe("DeadlinePacer", () => {
  it("with lead 2 sends three frames at once, then one every 20 ms", () => {
    assertEquals(run(new DeadlinePacer(2), 6).map(({ at }) => at), [0, 0, 0, 20, 40, 60]);
  });

  it("without lead sends one frame every 20 ms", () => {
    assertEquals(run(new DeadlinePacer(0), 4).map(({ at }) => at), [0, 20, 40, 60]);
  });

  const LATE = [
    { lead: 2, lateMs: 19, kinds: ["paced", "paced", "paced"], gaps: [1, 20] },
    { lead: 2, lateMs: 40, kinds: ["catch_up", "catch_up", "paced", "paced"], gaps: [0, 0, 20] },
    { lead: 2, lateMs: 41, kinds: ["resync", "lead", "lead", "paced"], gaps: [0, 0, 20] },
    { lead: 0, lateMs: 41, kinds: ["resync", "paced", "paced", "paced"], gaps: [20, 20, 20] },
    {
      lead: 5,
      lateMs: 100,
      kinds: ["catch_up", "catch_up", "catch_up", "catch_up", "catch_up", "paced"],
      gaps: [0, 0, 0, 0, 0],
    },
  ];
  for (const { lead, lateMs, kinds, gaps } of LATE) {
    it(`depart() ${lateMs} ms late with lead ${lead} is ${kinds[0]}, then ${kinds[1]}`, () => {
      const first = 8;
      const frames = run(new DeadlinePacer(lead), first + kinds.length, { [first]: lateMs })
        .slice(first);
      assertEquals(frames[0]!.at, (first - lead) * 20 + lateMs);
      assertEquals(frames.map(({ kind }) => kind), kinds);
      assertEquals(
        frames.slice(1).map(({ at }, i) => at - frames[i]!.at).slice(0, gaps.length),
        gaps,
      );
    });
  }

  it("begin() before the audio sent has played out continues the deadlines", () => {
    const pacer = new DeadlinePacer(2);
    run(pacer, 10);
    const dueMs = pacer.dueMs!;
    pacer.begin(1000 + 199);
    assertEquals(pacer.dueMs, dueMs);
  });

  it("begin() after the audio sent has played out makes a new lead, and no resync", () => {
    const pacer = new DeadlinePacer(2);
    run(pacer, 10);
    pacer.begin(1200);
    assertEquals([pacer.depart(1200), pacer.depart(1200), pacer.depart(1200), pacer.dueMs], [
      "lead",
      "lead",
      "lead",
      1220,
    ]);
  });

  it("reset() forgets the deadlines: what comes next has a new lead, and no resync", () => {
    const pacer = new DeadlinePacer(2);
    run(pacer, 10);
    pacer.reset();
    assertEquals(pacer.dueMs, undefined);
    assertEquals([pacer.depart(1050), pacer.depart(1050)], ["lead", "lead"]);
  });

  it("refuses a lead that is no whole number from 0", () => {
    for (const lead of [-1, 0.5, NaN]) assertThrows(() => new DeadlinePacer(lead), RangeError);
  });

  it("never drifts: without resync frame k leaves within [due, due + its lateness]", () => {
    fc.assert(fc.property(
      fc.integer({ min: 0, max: 5 }),
      fc.array(fc.double({ min: 0, max: 40, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (lead, lateness) => {
        const departures = run(
          new DeadlinePacer(lead),
          lateness.length,
          Object.fromEntries(lateness.entries()),
        );
        departures.forEach(({ at, kind }, k) => {
          const due = Math.max(0, k - lead) * 20;
          assert(kind !== "resync" && at >= due && at <= due + 40 + 1e-6, `frame ${k} at ${at}`);
        });
      },
    ));
  });
});
