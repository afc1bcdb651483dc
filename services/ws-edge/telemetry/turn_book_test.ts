import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { TurnBook, type TurnTimes } from "./turn_book.ts";

const START_MS = 1_000;

const begin = (utterance: number, turn: number) => ({
  ...{ kind: "utterance_begin" as const, epoch: 0, control_seq: 1, after_seq: -1 },
  ...{ utterance, role: "reply" as const, turn, interruptible: true },
});

const latency = (turn: number, total_ms: number | null) => ({
  ...{ call: "CA1", turn, stt_partial_ms: null, stt_final_ms: 400.4, llm_ms: 5, tts_ms: 60.5 },
  total_ms,
});

const UNKNOWN = {
  ...{ askedFromMs: null, askedToMs: null, toldFromMs: null, toldToMs: null },
  ...{ latency: null, bargeInMs: null },
};

const spans = (turns: readonly TurnTimes[]) =>
  turns.map(({ turn, toldFromMs, toldToMs }) => [turn, toldFromMs, toldToMs]);

describe("TurnBook.turns()", () => {
  it("tells when each turn was asked and told, from the call's start on", () => {
    const book = new TurnBook(START_MS);
    book.began(begin(1, 0), undefined);
    book.firstFrameSent(1, 1_020.4);
    book.played(1, 3_000);
    book.began(begin(2, 1), { fromMs: 3_500, toMs: 4_250.6 });
    book.firstFrameSent(2, 4_900);
    book.answered(latency(1, 649.4));
    book.played(2, 6_000);
    assertEquals(book.turns(9_000), [
      { ...UNKNOWN, turn: 0, toldFromMs: 20, toldToMs: 2_000 },
      {
        ...{ turn: 1, askedFromMs: 2_500, askedToMs: 3_251, toldFromMs: 3_900, toldToMs: 5_000 },
        latency: { sttPartialMs: null, sttFinalMs: 400, llmMs: 5, ttsMs: 61, totalMs: 649 },
        bargeInMs: null,
      },
    ]);
  });

  it("lets a turn that was silenced and resumed last from its first utterance to its last", () => {
    const book = new TurnBook(START_MS);
    book.began(begin(4, 2), { fromMs: 1_100, toMs: undefined });
    book.firstFrameSent(4, 2_000);
    book.answered(latency(2, 500));
    book.silenced(4, 2_600);
    book.bargedIn(2, 214.6);
    assertEquals(spans(book.turns(2_600)), [[2, 1_000, 1_600]]);
    book.began(begin(5, 2), { fromMs: 2_300, toMs: 2_400 });
    book.firstFrameSent(5, 5_000);
    book.answered(latency(2, 900));
    book.played(5, 6_000);
    const [turn] = book.turns(9_000);
    assertEquals(spans([turn!]), [[2, 1_000, 5_000]]);
    assertEquals([turn!.askedFromMs, turn!.askedToMs, turn!.bargeInMs], [100, 1_400, 215]);
    assertEquals(turn!.latency?.totalMs, 500);
  });

  it("knows a turn whose begin came after its first frame", () => {
    const book = new TurnBook(START_MS);
    book.firstFrameSent(7, 2_000);
    book.began(begin(7, 3), undefined);
    book.played(7, 2_500);
    assertEquals(spans(book.turns(9_000)), [[3, 1_000, 1_500]]);
  });

  it("ends what sounds with the call, and what sounded with what follows", () => {
    const book = new TurnBook(START_MS);
    for (const [utterance, atMs] of [[1, 2_000], [2, 3_000]] as const) {
      book.began(begin(utterance, utterance), undefined);
      book.firstFrameSent(utterance, atMs);
    }
    book.began(begin(3, 3), undefined);
    assertEquals(spans(book.turns(4_000)), [[1, 1_000, 2_000], [2, 2_000, 3_000], [3, null, null]]);
  });

  it("takes the mark that comes while the next utterance sounds already", () => {
    const book = new TurnBook(START_MS);
    for (const utterance of [1, 2]) {
      book.began(begin(utterance, utterance), undefined);
      book.firstFrameSent(utterance, 2_000);
    }
    book.played(1, 2_040);
    book.silenced(1, 2_500);
    assertEquals(spans(book.turns(4_000)), [[1, 1_000, 1_040], [2, 1_000, 3_000]]);
  });

  it("keeps the newest 500 turns", () => {
    const book = new TurnBook(START_MS);
    for (let turn = 0; turn < 503; turn++) book.began(begin(turn, turn), undefined);
    const turns = book.turns(2_000);
    assertEquals([turns.length, turns[0]!.turn, turns.at(-1)!.turn], [500, 3, 502]);
  });
});
