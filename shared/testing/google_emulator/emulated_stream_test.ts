import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { StreamRecord } from "./emulated_stream.ts";

describe("StreamRecord.append()", () => {
  it("keeps every byte in order, whatever comes", () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 9_000, size: "max" }), { maxLength: 12 });
    fc.assert(
      fc.property(chunks, (parts) => {
        const record = new StreamRecord(0, () => {});
        for (const part of parts) record.append(part);
        const whole = parts.flatMap((part) => [...part]);
        assertEquals([...record.audio], whole);
        assertEquals(record.audioBytes, whole.length);
      }),
      { numRuns: 30 },
    );
  });
});

describe("StreamRecord.end()", () => {
  it("counts the first end only", () => {
    let ends = 0;
    const record = new StreamRecord(0, () => ends++);
    assertEquals(record.ended, "open");
    record.end("server");
    record.end("cancelled");
    assertEquals([record.ended, ends], ["server", 1]);
  });
});
