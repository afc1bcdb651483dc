import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import type { TurnLatency } from "shared/store/stores.ts";
import { coloured, plain } from "./paint.ts";
import { scaleOf, waterfall } from "./waterfall.ts";

function latency(
  [sttFinalMs, llmMs, ttsMs, totalMs]: readonly (number | null)[],
): TurnLatency {
  return {
    ...{ sttPartialMs: 300, sttFinalMs: sttFinalMs!, llmMs: llmMs!, ttsMs: ttsMs! },
    totalMs: totalMs!,
  };
}

const drawn = (ms: readonly (number | null)[], scaleMs: number) =>
  waterfall(latency(ms), scaleMs, plain);

describe("waterfall()", () => {
  it("draws the stages one after the other on the scale of the call", () => {
    assertEquals(drawn([400, 240, 130, 800], 800), [
      "stt   ████████████████████                       400 ms",
      "llm                       ████████████           240 ms",
      "tts                                   ██████▌    130 ms",
      "send                                        █▌    30 ms",
      "total                                            800 ms",
    ]);
    assertEquals(drawn([400, 240, 130, 800], 1_600), [
      "stt   ██████████                                 400 ms",
      "llm             ██████                           240 ms",
      "tts                   ███▎                       130 ms",
      "send                     ▊                        30 ms",
      "total                                            800 ms",
    ]);
  });

  it("shows what took hardly any time, and nothing for what took none", () => {
    assertEquals(drawn([400, 1, 0, 401], 401), [
      "stt   ███████████████████████████████████████▉   400 ms",
      "llm                                          ▏     1 ms",
      "tts                                                0 ms",
      "send                                               0 ms",
      "total                                            401 ms",
    ]);
  });

  it("leaves open what was not measured, and draws nothing where nothing was", () => {
    assertEquals(drawn([null, 50, null, null], 100), [
      "stt                                                   -",
      "llm   ████████████████████                        50 ms",
      "tts                                                   -",
      "send                                                  -",
      "total                                                 -",
    ]);
    assertEquals(drawn([null, null, null, null], 100), []);
  });

  it("colours the bars alone", () => {
    const [line] = waterfall(latency([80, 0, 0, 80]), 800, coloured);
    assertEquals(line, `stt   \u001b[36m████\u001b[0m${" ".repeat(36)}    80 ms`);
  });

  it("never leaves its width, whatever was measured", () => {
    const ms = fc.option(fc.nat(99_999));
    fc.assert(fc.property(fc.tuple(ms, ms, ms, ms), (values) => {
      const lines = drawn(values, scaleOf([latency(values)]));
      for (const line of lines) assertEquals(line.length, 55, line);
    }));
  });
});

describe("scaleOf()", () => {
  it("is the longest answer of the call, or its stages where they are longer", () => {
    const some = [latency([400, 10, 10, 500]), null, latency([null, 700, 100, null])];
    assertEquals(scaleOf(some), 800);
    assertEquals([scaleOf([]), scaleOf([null])], [1, 1]);
  });
});
