import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { ConversationTurn } from "shared/store/stores.ts";
import { EdgeBench, eventually } from "./testing/edge_bench.ts";

function said(turn: number, over: Partial<ConversationTurn>): ConversationTurn {
  return {
    ...{ turn, asked: null, pieces: ["We are open.", "Come in."], isWhole: true, piecesSent: 1 },
    ...{ interrupted: false, heard: null, interruptible: true, then: { do: "none" }, tools: [] },
    spoken: { utterance: turn, from: { piece: 0, word: 0 }, pieceEnds: [25, 50] },
    ...over,
  };
}

describe("The record of a call", () => {
  it("has the turns' words from the dialog and their times from the edge, and the event too", async () => {
    await using bench = new EdgeBench();
    const events: Record<string, unknown>[] = [];
    bench.bus.subscribe("kav.event.call.ended", ({ data }) => {
      events.push(JSON.parse(new TextDecoder().decode(data)));
    });
    const call = await bench.talk();
    const stt = bench.stt.line(call);
    const line = bench.dialog.line(call);
    await line.begin(1, { role: "greeting", turn: 0 });
    line.audio(1, 5);
    await line.control({ kind: "mark", utterance: 1, name: "greeting_end" });
    await eventually(() => line.event("mark_played"), "the end of the greeting");
    const { seq, streamMs } = stt.frames.at(-1)!;
    const range = { from_seq: seq, to_seq: seq, onset_ms: streamMs, last_voiced_ms: streamMs };
    stt.speech({ kind: "final", text: "when?", ...range, promoted: false });
    await bench.flows([call], 2);
    const reply = { turn: 1, reply_to: { epoch: 0, speech: 1 }, llm_ms: 24, tts_ms: 13 };
    await line.begin(2, reply);
    line.audio(2, 50);
    await eventually(() => call.timeline.of("media").length > 10, "the answer");
    const onset = stt.frames.at(-1)!.streamMs;
    const clear = { kind: "clear" as const, through: 2, because: "barge_in" as const };
    await line.control({ ...clear, onset_ms: onset, after_seq: -1 });
    await call.hangUp();
    await bench.stores.conversations.put({
      ...{ call: call.callSid, businessId: "demo", leg: 0, epoch: 0, takenThroughSeq: -1 },
      turns: [
        said(0, {}),
        said(1, { asked: "when?", interrupted: true, heard: { piece: 1, word: 1 } }),
      ],
      notes: ["Call back."],
      closed: true,
    });

    const stored = () => bench.stores.callRecords.get(call.callSid);
    const record = await eventually(async () => {
      const record = await stored();
      return record?.endedAt ? record : undefined;
    }, "the record");
    const [greeting, answer] = record.turns;
    assertEquals(record.turns.map(({ turn, told, asked }) => [turn, told, asked]), [
      [0, "We are open. Come in.", null],
      [1, "We are open. Come", "when?"],
    ]);
    assert(greeting!.toldFromMs! < greeting!.toldToMs!);
    assertEquals([greeting!.askedFromMs, greeting!.latency, greeting!.bargeInMs], [
      null,
      null,
      null,
    ]);
    assert(answer!.askedToMs! <= answer!.toldFromMs! && answer!.toldFromMs! <= answer!.toldToMs!);
    assert(answer!.toldToMs! <= record.durationMs!);
    assertEquals([answer!.latency?.llmMs, answer!.latency?.ttsMs], [24, 13]);
    assert(answer!.bargeInMs !== null && answer!.interrupted);
    assertEquals(record.notes, ["Call back."]);
    assertEquals(events, [JSON.parse(JSON.stringify(record))]);
  });
});
