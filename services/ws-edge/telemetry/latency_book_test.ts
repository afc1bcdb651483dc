import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { LatencyBook } from "./latency_book.ts";

const base = { epoch: 0, speech: 1 };
const range = { from_seq: 50, to_seq: 100, onset_ms: 1_000, last_voiced_ms: 2_000 };
const begin = (utterance: number, reply = true) => ({
  kind: "utterance_begin" as const,
  epoch: 0,
  control_seq: 1,
  after_seq: -1,
  utterance,
  role: "reply" as const,
  turn: 3,
  interruptible: true,
  llm_ms: 5,
  tts_ms: 60,
  ...(reply && { reply_to: { epoch: 0, speech: 1 } }),
});

/** The edge received every frame 5 ms after its stream time. */
const book = () => new LatencyBook("CA1", (streamMs) => streamMs + 5);

describe("LatencyBook.answered()", () => {
  it("measures from the onset and from the last voiced frame, on the edge's clock", () => {
    const latency = book();
    latency.heard({ ...base, kind: "speech_started", onset_ms: 1_000, seq: 50 }, 1_030);
    latency.heard({ ...base, kind: "partial", text: "a", onset_ms: 1_000, to_seq: 60 }, 1_615);
    latency.heard({ ...base, kind: "partial", text: "a b", onset_ms: 1_000, to_seq: 80 }, 1_900);
    latency.heard({ ...base, kind: "final", text: "a b", ...range, promoted: false }, 2_405);
    latency.began(begin(4));
    assertEquals(latency.answered(4, 2_505), {
      call: "CA1",
      turn: 3,
      stt_partial_ms: 610,
      stt_final_ms: 400,
      llm_ms: 5,
      tts_ms: 60,
      total_ms: 500,
    });
  });

  it("gives nothing for what answers nobody, and nothing twice", () => {
    const latency = book();
    latency.began(begin(1, false));
    latency.began(begin(2));
    assertEquals(latency.answered(1, 0), undefined);
    assertEquals(latency.answered(2, 0)?.turn, 3);
    assertEquals(latency.answered(2, 0), undefined);
  });

  it("leaves open what it has not seen", () => {
    const latency = book();
    latency.heard({ ...base, kind: "rejected", ...range }, 2_400);
    latency.began(begin(1));
    const { stt_partial_ms, stt_final_ms, total_ms } = latency.answered(1, 2_600)!;
    assertEquals([stt_partial_ms, stt_final_ms, total_ms], [null, null, 595]);
  });
});

describe("LatencyBook.spoken()", () => {
  it("tells when the edge had received the first and the last voiced frame of a speech", () => {
    const latency = book();
    assertEquals(latency.spoken(base), undefined);
    latency.heard({ ...base, kind: "speech_started", onset_ms: 900, seq: 50 }, 1_030);
    assertEquals(latency.spoken(base), { fromMs: 905, toMs: undefined });
    latency.heard({ ...base, kind: "final", text: "a", ...range, promoted: false }, 2_405);
    assertEquals(latency.spoken(base), { fromMs: 905, toMs: 2_005 });
  });

  it("takes the onset from the final where the start of the speech was lost", () => {
    const latency = book();
    latency.heard({ ...base, kind: "final", text: "a", ...range, promoted: false }, 2_405);
    latency.heard({ ...base, speech: 2, kind: "rejected", ...range }, 2_405);
    const span = { fromMs: 1_005, toMs: 2_005 };
    assertEquals([latency.spoken(base), latency.spoken({ epoch: 0, speech: 2 })], [span, span]);
  });
});
