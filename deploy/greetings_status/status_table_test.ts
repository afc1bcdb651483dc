import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { GreetingStatus } from "../api/answers.ts";
import { ageText, statusTable } from "./status_table.ts";

const NOW = "2026-03-01T12:00:00.000Z";
const nowMs = Date.parse(NOW);
const greeting = (business_id: string, of: Partial<GreetingStatus>): GreetingStatus => ({
  business_id,
  name: business_id,
  state: "fresh",
  bytes: 20_000,
  updated_at: "2026-03-01T11:57:00.000Z",
  last_error: null,
  ...of,
});

describe("statusTable()", () => {
  it("shows each greeting, its last error, and how many there are of each state", () => {
    const error = "Cannot speak: the voice he-IL-Wavenet-Z is unknown to all of the engines\nat x";
    const lines = statusTable([
      greeting("shop", {}),
      greeting("cafe", {
        state: "stale",
        last_error: { error, failed_at: "2026-03-01T11:59:48.000Z" },
      }),
      greeting("pub", { state: "missing", bytes: null, updated_at: null }),
      greeting("zoo", { bytes: 480_000, updated_at: "2026-02-27T12:00:00.000Z" }),
    ], nowMs);
    assertEquals(lines, [
      "business  state    bytes   audio   age    last error",
      "shop      fresh    20000   2.5 s   3 min  -",
      "cafe      stale    20000   2.5 s   3 min  Cannot speak: the voice he-IL-Wavenet-Z is unknow… (12 s ago)",
      "pub       missing  -       -       -      -",
      "zoo       fresh    480000  60.0 s  2 d    -",
      "4 businesses: 2 fresh, 1 stale, 1 missing",
    ]);
  });

  it("says when there are none", () => assertEquals(statusTable([], nowMs), ["no businesses"]));
});

describe("ageText()", () => {
  for (
    const [time, age] of [
      [NOW, "0 s"],
      ["2026-03-01T12:00:05.000Z", "0 s"],
      ["2026-03-01T11:59:01.000Z", "59 s"],
      ["2026-03-01T11:59:00.000Z", "1 min"],
      ["2026-03-01T11:00:00.000Z", "1 h"],
      ["2026-02-28T12:00:00.000Z", "1 d"],
      ["yesterday", "?"],
    ] as const
  ) {
    it(`tells ${time} as ${age}`, () => assertEquals(ageText(time, nowMs), age));
  }
});
