import { assert, assertEquals } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import { encodeAudio } from "shared/bus/audio_codec.ts";
import { callSubject } from "shared/bus/subjects.ts";
import { SttKit, type SttKitOptions } from "./testing/stt_kit.ts";

let kit: SttKit;

/** A service that has taken the call. */
async function taken(options?: SttKitOptions): Promise<void> {
  kit = await SttKit.start(options);
  await kit.taken();
}

afterEach(async () => {
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("SttCall frames", () => {
  it("are written on arrival, with their positions", async () => {
    await taken();
    await kit.silence(10);
    const { written } = kit.recognition;
    assertEquals(written.map(({ atMs }) => atMs), upTo(10).map((i) => 1_000 + i * 20));
    assertEquals(written[9], { seq: 9, streamMs: 180, atMs: 1_180, byte: 0xff });
  });

  it("wait 3 s for a recognizer: none is lost, the order kept, the backlog gone in 4 s", async () => {
    await taken({ recognizer: { openMs: 3_000 } });
    kit.publish(20);
    await kit.silence(150);
    assertEquals(kit.writtenSeqs, [0], "the recognizer has just opened");
    for (let i = 0; i < 200; i++) {
      await kit.silence(1);
      if (kit.acks.at(-1)!.q === 0 && kit.acks.at(-1)!.written_seq > 0) break;
    }
    assert(kit.clock.now() - 4_000 <= 4_000, `gone by ${kit.clock.now()}`);
    assertEquals(kit.writtenSeqs, upTo(kit.seq));
    const gaps = kit.recognition.written.slice(1, 150).map(({ atMs }, i) =>
      atMs - kit.recognition.written[i]!.atMs
    );
    assertEquals(new Set(gaps), new Set([10]));
    assertEquals(await kit.metric("kav_stt_drops_total"), 0);
  });

  it("wait up to 200, then the oldest go", async () => {
    await taken({ recognizer: { openMs: 60_000 } });
    kit.publish(230);
    await kit.clock.advance(200);
    const [first] = kit.acks;
    assertEquals([first?.q, first?.drops, first?.written_seq], [200, 30, -1]);
    assertEquals(await kit.metric("kav_stt_drops_total"), 30);
    await kit.clock.advance(1_200);
    assertEquals([kit.acks.at(-1)?.q, kit.acks.at(-1)?.drops], [200, 0]);
    kit.recognition.setReady(true);
    await kit.clock.advance(2_000);
    assertEquals(kit.writtenSeqs, upTo(200).map((i) => i + 30));
  });

  it("wait while the recognizer is not ready, and go on with the same frame", async () => {
    await taken({ recognizer: { leaseMs: 300 } });
    await kit.silence(5);
    await kit.speaks(10);
    assertEquals(kit.writtenSeqs, upTo(9), "frame 9 confirms the speech and is held");
    assertEquals(kit.recognition.voice, [{
      kind: "started",
      seq: 5,
      streamMs: 100,
      writtenSeq: 8,
    }]);
    await kit.speaks(40);
    assertEquals(kit.writtenSeqs, upTo(kit.seq));
    assertEquals(kit.recognition.voice.length, 1, "every frame is heard once");
  });

  it("of a failed recognizer's successor go at one per 5 ms until they come alone", async () => {
    kit = await SttKit.start();
    kit.epoch = 1;
    await kit.taken();
    kit.publish(40);
    await kit.clock.advance(195);
    assertEquals(kit.writtenSeqs, upTo(40));
    await kit.clock.advance(25);
    kit.publish(10);
    await kit.clock.advance(90);
    assertEquals(kit.recognition.written.at(-1), {
      seq: 49,
      streamMs: 980,
      atMs: 1_220 + 90,
      byte: 0xff,
    });
  });

  it("may come several in one message", async () => {
    await taken();
    const payload = new Uint8Array(320).fill(0xff, 0, 160);
    kit.audio(payload);
    await kit.clock.advance(20);
    const written = kit.recognition.written.map(({ seq, streamMs, byte }) => [seq, streamMs, byte]);
    assertEquals(written, [[0, 0, 0xff], [1, 20, 0]]);
  });

  it("that never came are counted", async () => {
    await taken();
    await kit.silence(3);
    kit.seq += 4;
    await kit.silence(3);
    assertEquals(kit.writtenSeqs, [0, 1, 2, 7, 8, 9]);
    assertEquals(await kit.metric("kav_stt_lost_total"), 4);
  });

  it("of an older epoch are dropped", async () => {
    kit = await SttKit.start();
    kit.epoch = 7;
    await kit.taken();
    kit.epoch = 6;
    await kit.silence(3);
    kit.epoch = 7;
    await kit.silence(2);
    assertEquals(kit.writtenSeqs, [3, 4]);
  });

  it("that are none are counted, logged once, and harm nobody", async () => {
    await taken();
    const subject = callSubject(kit.call, "rx.audio");
    const tx = { kind: "tx", epoch: 0, utterance: 1, seq: 0, streamMs: 0 } as const;
    kit.bus.publish(subject, encodeAudio({ ...tx, payload: new Uint8Array(160) }));
    kit.bus.publish(subject, new Uint8Array(7));
    kit.bus.publish(callSubject(kit.call, "rx.event"), new Uint8Array(7));
    await kit.silence(2);
    assertEquals(kit.writtenSeqs, [0, 1]);
    assertEquals(await kit.metric('kav_bus_bad_messages_total{subject="rx.audio"}'), 2);
    assertEquals(await kit.metric('kav_bus_bad_messages_total{subject="rx.event"}'), 1);
    assertEquals(kit.log.filter((line) => line.includes("bad message")).length, 2);
  });

  it("that the engine fails on are counted, and the call goes on", async () => {
    await taken();
    await kit.silence(1);
    kit.recognition.failure = new Error("broken");
    await kit.silence(2);
    kit.recognition.failure = undefined;
    kit.recognition.error(new Error("broken"));
    await kit.silence(1);
    assertEquals(kit.writtenSeqs, [0, 3]);
    assertEquals(await kit.metric("kav_stt_engine_errors_total"), 3);
  });
});

describe("SttCall speech", () => {
  const kinds = () => kit.speech.map(({ kind }) => kind);

  it("starts at the first voiced frame and ends at the hangover", async () => {
    await taken();
    await kit.silence(10);
    await kit.speaks(40);
    await kit.silence(20);
    assertEquals(kit.speech, [
      { atMs: 1_280, epoch: 0, kind: "speech_started", speech: 1, onset_ms: 200, seq: 10 },
      { atMs: 2_160, epoch: 0, kind: "speech_ended", speech: 1, last_voiced_ms: 980 },
    ]);
    assertEquals(kit.recognition.voice, [
      { kind: "started", seq: 10, streamMs: 200, writtenSeq: 13 },
      { kind: "ended", seq: 49, streamMs: 980, writtenSeq: 57 },
    ]);
  });

  it("is published with partials debounced, then the final", async () => {
    await taken();
    await kit.speaks(20);
    const toldMs: number[] = [];
    for (const text of ["a", "a b", "a b c", "a b c d"]) {
      toldMs.push(kit.clock.now());
      kit.recognition.partial(text);
      await kit.speaks(2);
    }
    await kit.speaks(5);
    kit.recognition.partial("a b c d e");
    kit.recognition.final("a b c d e f");
    await kit.speaks(10);
    const texts = kit.speech.flatMap((event) =>
      event.kind === "partial" || event.kind === "final"
        ? [[event.kind, event.text, event.atMs - toldMs[0]!]]
        : []
    );
    assertEquals(
      texts,
      [
        ["partial", "a", 0],
        ["partial", "a b c", 90],
        ["partial", "a b c d", 180],
        ["final", "a b c d e f", 260],
      ].slice(0, 4),
    );
    assertEquals(await kit.metric('kav_stt_finals_total{promoted="false"}'), 1);
  });

  it("is promoted 500 ms after the last voiced frame, and never answered twice", async () => {
    await taken();
    await kit.speaks(40);
    kit.recognition.partial("when are you open");
    await kit.silence(60);
    const final = kit.speech.find(({ kind }) => kind === "final");
    assertEquals(final, {
      atMs: 1_000 + 39 * 20 + 500,
      epoch: 0,
      kind: "final",
      speech: 1,
      text: "when are you open",
      promoted: true,
      from_seq: 0,
      to_seq: 39,
      onset_ms: 0,
      last_voiced_ms: 780,
    });
    kit.recognition.final("when are they open", 39);
    await kit.silence(10);
    assertEquals(kinds().filter((kind) => kind === "final").length, 1);
    assertEquals(await kit.metric('kav_stt_finals_total{promoted="true"}'), 1);
    assertEquals(await kit.metric("kav_stt_promoted_differs_total"), 1);
  });

  it("is promoted even if no more frames come", async () => {
    await taken();
    await kit.speaks(40);
    await kit.silence(10);
    kit.recognition.partial("goodbye");
    await kit.clock.advance(500);
    assertEquals(kinds(), ["speech_started", "speech_ended", "partial", "final"]);
  });

  it("that is not understood is published as rejected", async () => {
    await taken({ recognizer: { script: [{ kind: "rejected", atSeq: 55, toSeq: 39 }] } });
    await kit.speaks(40);
    await kit.silence(20);
    assertEquals(kinds(), ["speech_started", "speech_ended", "rejected"]);
    assertEquals(await kit.metric("kav_stt_rejected_total"), 1);
  });

  it("ends at a jump of the stream time over 200 ms, where the detector is reset", async () => {
    await taken();
    await kit.speaks(20);
    kit.streamMs += 200;
    await kit.speaks(1);
    assertEquals([kinds(), kit.vads.resets], [["speech_started"], 0]);
    kit.streamMs += 201;
    await kit.silence(1);
    assertEquals([kinds(), kit.vads.resets], [["speech_started", "speech_ended"], 1]);
  });

  it("is counted as unsent while the bus is away", async () => {
    await taken();
    kit.sttBus.setConnected(false);
    await kit.clock.advance(200);
    assertEquals(await kit.metric("kav_bus_unsent_total"), 1);
  });
});

describe("SttCall ack", () => {
  const last = () => {
    const { written_seq, covered_seq, q, drops } = kit.acks.at(-1)!;
    return [written_seq, covered_seq, q, drops];
  };

  it("goes out every 200 ms, -1 before the first frame", async () => {
    await taken();
    await kit.clock.advance(600);
    assertEquals(kit.acks.map(({ atMs }) => atMs), [1_200, 1_400, 1_600]);
    assertEquals(kit.acks[0], {
      atMs: 1_200,
      epoch: 0,
      written_seq: -1,
      covered_seq: -1,
      q: 0,
      drops: 0,
      write_ms: 0,
    });
  });

  it("tells that silence is covered, and speech only when a final is over it", async () => {
    await taken();
    await kit.silence(30);
    assertEquals(last(), [29, 29, 0, 0]);
    await kit.speaks(31);
    assertEquals(last(), [59, 29, 0, 0]);
    await kit.silence(20);
    assertEquals(last(), [79, 29, 0, 0]);
    kit.recognition.final("yes", 60);
    await kit.silence(10);
    assertEquals(last(), [89, 89, 0, 0]);
  });

  it("does not cover what may turn out to be speech", async () => {
    await taken();
    await kit.silence(28);
    await kit.speaks(2);
    assertEquals(last(), [29, 27, 0, 0]);
  });
});

describe("SttCall end", () => {
  /** The call ends, everything is freed. */
  async function assertLeft(reason: string): Promise<void> {
    await kit.clock.advance(0);
    const { written, closed } = kit.recognition;
    const before = written.length;
    assertEquals([closed, kit.vads.open], [true, 0]);
    kit.publish(5);
    await kit.clock.advance(1_000);
    assertEquals(written.length, before);
    assertEquals(kit.clock.sleeping, 1, "the heartbeat");
    assertEquals([kit.beats.at(-1)?.calls, await kit.metric("kav_stt_calls")], [[], 0]);
    assert(kit.log.some((line) => line.includes(`reason=${reason}`)), kit.log.join(""));
  }

  it("comes with the edge's ended, in the middle of a backlog", async () => {
    await taken({ recognizer: { leaseMs: 500 } });
    assertEquals(kit.clock.sleeping, 3, "heartbeat, watch, acks");
    kit.publish(100, 0x10);
    await kit.clock.advance(100);
    kit.event({ kind: "ended", reason: "caller_hung_up" });
    await assertLeft("caller_hung_up");
  });

  it("comes with frames for a newer epoch", async () => {
    await taken();
    await kit.silence(5);
    kit.epoch = 1;
    await kit.silence(1);
    await assertLeft("superseded");
  });

  it("comes when the edge has assigned a newer epoch, not this or an older one", async () => {
    kit = await SttKit.start();
    kit.epoch = 5;
    await kit.taken();
    kit.event({ kind: "assigned", stt_epoch: 4 });
    kit.event({ kind: "assigned", stt_epoch: 5 });
    await kit.silence(5);
    assertEquals(kit.recognition.closed, false);
    kit.event({ kind: "assigned", stt_epoch: 6 });
    await assertLeft("superseded");
  });

  it("comes after 10 s of nothing, in which the bus was there", async () => {
    await taken();
    await kit.clock.advance(8_000);
    kit.sttBus.setConnected(false);
    await kit.clock.advance(20_000);
    kit.sttBus.setConnected(true);
    await kit.clock.advance(9_000);
    await kit.silence(1);
    await kit.clock.advance(9_900);
    assertEquals(kit.recognition.closed, false);
    await kit.clock.advance(1_200);
    await assertLeft("edge_silent");
  });

  it("keeps what the engine still says from going out", async () => {
    await taken();
    await kit.speaks(20);
    const { recognition } = kit;
    kit.event({ kind: "ended", reason: "hangup" });
    await kit.clock.advance(0);
    const told = kit.speech.length;
    recognition.partial("too late");
    recognition.final("too late");
    recognition.error(new Error("too late"));
    await kit.clock.advance(1_000);
    assertEquals([kit.speech.length, await kit.metric("kav_stt_engine_errors_total")], [told, 0]);
  });
});
