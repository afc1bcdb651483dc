import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { streamLine } from "./stream_line.ts";

describe("streamLine()", () => {
  it("tells what was done, what the stream takes, and its limits in age, bytes and messages", () => {
    const line = streamLine({
      name: "S",
      subjects: ["a.*", "b"],
      maxMessages: 10,
      maxAgeMs: 7 * 86_400_000,
      maxBytes: 64 * 1024 * 1024,
      consumers: [{ durable: "d", maxDeliver: 6, ackWaitMs: 30_000 }],
    }, [{ stream: "S", action: "unchanged" }, { stream: "S", durable: "d", action: "created" }]);
    assertEquals(
      line,
      "S unchanged: a.*, b, at most 7 days, 64 MiB, 10 messages; d created, at most 6 deliveries, again after 30 s",
    );
  });

  it("says that a stream without limits in age and bytes has none", () => {
    const spec = { name: "S", subjects: ["a"], maxMessages: 1 };
    assertEquals(
      streamLine(spec, [{ stream: "S", action: "created" }]),
      "S created: a, at most any age, any size, 1 messages",
    );
  });

  for (
    const [maxAgeMs, shown] of [[2 * 3_600_000, "2 h"], [1_500, "1.5 s"]] as const
  ) {
    it(`writes ${maxAgeMs} ms as ${shown}`, () => {
      const spec = { name: "S", subjects: ["a"], maxMessages: 1, maxAgeMs };
      const line = streamLine(spec, [{ stream: "S", action: "updated" }]);
      assertEquals(line, `S updated: a, at most ${shown}, any size, 1 messages`);
    });
  }
});
