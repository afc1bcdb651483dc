import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { durationText, spanText, timeText } from "./call_times.ts";

describe("durationText()", () => {
  it("counts minutes and whole seconds", () => {
    const shown = [null, 0, 999, 65_999, 3_600_000].map(durationText);
    assertEquals(shown, ["-", "0:00", "0:00", "1:05", "60:00"]);
  });
});

describe("spanText()", () => {
  it("leaves open what is not known", () => {
    const shown = [spanText(0, 1_234), spanText(null, 5), spanText(5, null), spanText(null, null)];
    assertEquals(shown, ["0.00-1.23 s", "?-0.01 s", "0.01-? s", ""]);
  });
});

describe("timeText()", () => {
  it("shows local time, and what is none as such", () => {
    const at = new Date(2026, 11, 31, 23, 5, 9).toISOString();
    assertEquals([timeText(at), timeText("yesterday")], ["2026-12-31 23:05:09", "?"]);
  });
});
