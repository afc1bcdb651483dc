import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { callText } from "./call_text.ts";
import { coloured, plain } from "./paint.ts";
import { aRecord, aTurn } from "./testing/records.ts";

const LATENCY = { sttPartialMs: 300, sttFinalMs: 400, llmMs: 200, ttsMs: 100, totalMs: 800 };

const RECORD = aRecord("CA1", {
  notes: ["Please call דנה\nback."],
  turns: [
    aTurn(0, { told: "Good morning.", toldFromMs: 20, toldToMs: 1_980 }),
    aTurn(1, {
      asked: "מתי אתם\u202e פתוחים?",
      told: "We are open",
      interrupted: true,
      tools: [{ name: "orders", ms: 31.6, outcome: "timeout" }],
      ...{ askedFromMs: 2_500, askedToMs: 3_251, toldFromMs: 4_051, toldToMs: 5_000 },
      latency: LATENCY,
      bargeInMs: 214,
    }),
    aTurn(2, { asked: "key 5", told: "", interrupted: true, toldFromMs: 6_000 }),
  ],
});

describe("callText()", () => {
  it("tells what was asked, used and heard in each turn, and where the time went", () => {
    assertEquals(callText(RECORD, plain), [
      "CA1  shop  2026-01-02 03:04:05  1:05",
      "3 turns, 2 interrupted; leg 0; 3270 frames in, 900 out",
      "ended     goodbye",
      "note      Please call דנה back.",
      "",
      "turn 0, greeting",
      "heard   0.02-1.98 s     Good morning.",
      "",
      "turn 1, interrupted after 214 ms of speech",
      "caller  2.50-3.25 s     מתי אתם  פתוחים?",
      "tool    orders 32 ms timeout",
      "heard   4.05-5.00 s     We are open …",
      "  stt   ████████████████████                       400 ms",
      "  llm                       ██████████             200 ms",
      "  tts                                 █████        100 ms",
      "  send                                     █████   100 ms",
      "  total                                            800 ms",
      "",
      "turn 2, interrupted",
      "caller                  key 5",
      "heard   6.00-? s        …",
    ]);
  });

  it("tells of a call that has not ended, or is from before there were turns", () => {
    const open = aRecord("CA1", { endedAt: null, durationMs: null, endReason: null });
    assertEquals(callText(open, plain), [
      "CA1  shop  2026-01-02 03:04:05  not ended",
      "0 turns, 0 interrupted; leg 0; 3270 frames in, 900 out",
    ]);
  });

  it("says the same with colours", () => {
    const lines = callText(RECORD, coloured);
    // deno-lint-ignore no-control-regex
    const bare = lines.map((line) => line.replaceAll(/\u001b\[\d+m/g, ""));
    assertEquals(bare, callText(RECORD, plain));
    assertEquals(lines[0], "\u001b[1mCA1\u001b[0m  shop  2026-01-02 03:04:05  1:05");
  });
});
