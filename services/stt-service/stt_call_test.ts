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
