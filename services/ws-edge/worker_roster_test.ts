import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { type Watched, WorkerRoster } from "./worker_roster.ts";

const NOBODY: ReadonlySet<string> = new Set();

describe("WorkerRoster", () => {
  let roster: WorkerRoster;
  beforeEach(() => {
    roster = new WorkerRoster();
  });

  const beat = (instance: string, calls: string[], nowMs: number, capacity = 10) =>
    roster.heard("stt", { instance, calls, capacity, draining: false }, nowMs)
      .map(({ call }) => call);
  const watch = (instance: string, call: string, sinceMs: number): Watched => {
    const watched = { role: "stt", instance, call, sinceMs, onLost: () => {} } as const;
    roster.watch(watched);
    return watched;
  };
  const choose = (nowMs: number, not = NOBODY) => roster.choose("stt", not, nowMs);

  describe("choose()", () => {
    it("takes the least loaded, for its capacity", () => {
      beat("small", ["a"], 0, 2);
      beat("large", ["b", "c"], 0, 100);
      assertEquals(choose(0), "large");
    });

    it("leaves out who is silent, draining, full, without capacity, to be avoided or of the other role", () => {
      beat("silent", [], -1_200);
      roster.heard("stt", { instance: "draining", calls: [], capacity: 9, draining: true }, 0);
      beat("full", ["a", "b"], 0, 2);
      beat("none", [], 0, 0);
      beat("avoided", [], 0);
      roster.heard("dialog", { instance: "other", calls: [], capacity: 9, draining: false }, 0);
      assertEquals(choose(0, new Set(["avoided"])), undefined);
      beat("willing", ["a"], 0, 2);
      assertEquals(choose(0, new Set(["avoided"])), "willing");
    });

    it("spreads many calls at one moment, within the room of each", () => {
      beat("w1", [], 0, 3);
      beat("w2", [], 0, 3);
      const chosen = Array.from({ length: 7 }, () => choose(1));
      assertEquals(chosen.filter((one) => one === "w1").length, 3);
      assertEquals(chosen.filter((one) => one === "w2").length, 3);
      assertEquals(chosen.at(-1), undefined);
      beat("w1", ["a"], 250, 3);
      assertEquals(choose(250), "w1");
    });
  });

  describe("heard()", () => {
    it("gives the calls that it should name and does not, once", () => {
      watch("w1", "kept", 0);
      watch("w1", "left", 0);
      assertEquals(beat("w1", ["kept"], 300), ["left"]);
      assertEquals(beat("w1", ["kept"], 550), []);
    });

    it("says nothing of a call taken less than 300 ms ago, nor of another worker's", () => {
      watch("w1", "young", 1);
      watch("w2", "other", -1_000);
      assertEquals(beat("w1", [], 300), []);
      assertEquals(beat("w1", [], 301), ["young"]);
    });

    it("forgets who has been silent for 60 s, and the longest silent beyond 1,000", () => {
      beat("old", [], 0);
      beat("new", [], 59_999);
      assertEquals(roster.size, 2);
      beat("new", [], 60_000);
      assertEquals(roster.size, 1);
      for (let i = 0; i < 1_500; i++) beat(`w${i}`, [], 60_001);
      assertEquals(roster.size, 1_000);
      assertEquals(choose(60_001) !== undefined, true);
    });
  });

  describe("takeSilent()", () => {
    it("gives the calls of a worker 1.2 s after its last heartbeat, once", () => {
      watch("w1", "a", 0);
      beat("w1", ["a"], 1_000);
      assertEquals(roster.takeSilent(2_199), []);
      assertEquals(roster.takeSilent(2_200).map(({ call }) => call), ["a"]);
      assertEquals(roster.takeSilent(9_000), []);
    });

    it("counts from the assignment where there was never a heartbeat", () => {
      watch("w1", "a", 500);
      assertEquals(roster.takeSilent(1_699), []);
      assertEquals(roster.takeSilent(1_700).length, 1);
    });

    it("leaves out what is not watched any more", () => {
      roster.unwatch(watch("w1", "a", 0));
      assertEquals(roster.takeSilent(9_000), []);
    });
  });
});
