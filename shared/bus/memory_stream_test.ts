import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { MemoryStream } from "./memory_stream.ts";
import type { StreamSpec } from "./stream_spec.ts";

function open(limits: Partial<StreamSpec>) {
  const clock = new FakeClock();
  const spec = { name: "S", subjects: ["s.>"], maxMessages: 100, ...limits };
  const stream = new MemoryStream(spec, clock);
  const capture = (bytes: number, id?: string) =>
    stream.capture("s.x", new Uint8Array(bytes), {}, id).duplicate;
  return { clock, stream, capture, oldest: () => stream.from(1)?.position };
}

describe("MemoryStream.capture()", () => {
  it("keeps the newest maxMessages", () => {
    const { stream, capture, oldest } = open({ maxMessages: 3 });
    for (let i = 0; i < 5; i++) capture(1);
    assertEquals([oldest(), stream.get(2), stream.get(5)?.position], [3, undefined, 5]);
  });

  it("keeps the newest maxBytes", () => {
    const { capture, oldest } = open({ maxBytes: 10 });
    for (let i = 0; i < 5; i++) capture(4);
    assertEquals(oldest(), 4);
    capture(11);
    assertEquals(oldest(), undefined);
  });

  it("forgets messages of maxAgeMs", async () => {
    const { clock, capture, oldest } = open({ maxAgeMs: 1_000 });
    capture(1);
    await clock.advance(600);
    capture(1);
    assertEquals(oldest(), 1);
    await clock.advance(400);
    assertEquals(oldest(), 2);
    await clock.advance(600);
    assertEquals(oldest(), undefined);
  });

  it("knows a message id until its window has passed", async () => {
    const { clock, capture } = open({ duplicateWindowMs: 1_000 });
    assertEquals([capture(1, "a"), capture(1, "b"), capture(1, "a")], [false, false, true]);
    await clock.advance(999);
    assertEquals(capture(1, "a"), true);
    await clock.advance(1);
    assertEquals([capture(1, "a"), capture(1, "a")], [false, true]);
  });

  it("keeps its own copy of the bytes", () => {
    const { stream } = open({});
    const data = Uint8Array.of(1, 2);
    stream.capture("s.x", data, {});
    data.fill(9);
    assertEquals(stream.get(1)?.data, Uint8Array.of(1, 2));
  });
});
