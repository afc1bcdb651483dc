import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import { FULL_QUEUE_WARNING, LineCounter } from "./line_counter.ts";

describe("LineCounter.write()", () => {
  it("passes every line on and counts those that hold the text", () => {
    const written: string[] = [];
    const counter = new LineCounter(FULL_QUEUE_WARNING, (line) => written.push(line));
    const lines = ["info fine\n", "warn ⚠️ tx_q full (drop oldest) call=CA1\n", "warn other\n"];
    for (const line of lines) counter.write(line);
    assertEquals([written, counter.count], [lines, 1]);
  });
});
