import { assertEquals, assertGreater } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import { callSubject } from "shared/bus/subjects.ts";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { SttKit, type SttKitOptions } from "./testing/stt_kit.ts";

/** How long the caller speaks, or does not. */
type Voice = readonly (readonly [frames: number, speaks: boolean])[];

let kit: SttKit;

/** A service that has taken the call from another one, at that frame. */
async function tookOver(seq: number, options?: SttKitOptions): Promise<void> {
  kit = await SttKit.start(options);
  kit.epoch = 1;
  kit.seq = seq;
  kit.streamMs = seq * 20;
  await kit.taken();
}

/** The edge replays, ten frames to a message. */
function replays(...voice: Voice): void {
  const bytes = voice.flatMap(([frames, speaks]) =>
    Array.from({ length: frames }, () => speaks ? 0x10 : 0xff)
  );
  for (let i = 0; i < bytes.length; i += 10) {
    const message = bytes.slice(i, i + 10);
    const payload = new Uint8Array(message.length * FRAME_BYTES);
    message.forEach((byte, k) => payload.fill(byte, k * FRAME_BYTES, (k + 1) * FRAME_BYTES));
    kit.audio(payload);
  }
}

const told = () =>
  kit.speech.map((event) =>
    event.kind === "final"
      ? `${event.text} ${event.from_seq}-${event.to_seq} ${event.onset_ms}`
      : event.kind
  );

afterEach(async () => {
  assertEquals(await kit.metric("kav_stt_drops_total"), 0);
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

describe("SttCall replay", () => {
  it("hears speech where it was, four times as fast", async () => {
    await tookOver(300, {
      recognizer: {
        script: [
          { kind: "partial", atSeq: 350, text: "when are" },
          { kind: "final", atSeq: 440, toSeq: 419, text: "when are you open" },
        ],
      },
    });
    replays([20, false], [100, true], [30, false]);
    await kit.clock.advance(1_000);
    assertEquals(told(), [
      "speech_started",
      "speech_sustained",
      "partial",
      "speech_ended",
      "when are you open 320-419 6400",
    ]);
    const [started, , partial, ended, final] = kit.speech;
    const at = { atMs: 1_000 + 24 * 5, epoch: 1, speech: 1 };
    assertEquals(started, { ...at, kind: "speech_started", onset_ms: 6_400, seq: 320 });
    assertEquals(partial, {
      ...at,
      atMs: 1_000 + 50 * 5,
      kind: "partial",
      text: "when are",
      onset_ms: 6_400,
      to_seq: 350,
    });
    assertEquals(ended, {
      ...at,
      atMs: 1_000 + 128 * 5,
      kind: "speech_ended",
      last_voiced_ms: 8_380,
    });
    assertEquals(final!.atMs, 1_000 + 140 * 5);
    const { written_seq, covered_seq } = kit.acks.at(-1)!;
    assertEquals([written_seq, covered_seq], [449, 449]);
  });

  it("promotes nothing in a pause whose end still waits for the engine", async () => {
    await tookOver(0, {
      recognizer: { script: [{ kind: "partial", atSeq: 45, text: "when are" }] },
    });
    replays([50, true], [15, false], [50, true], [20, false]);
    await kit.clock.advance(60 * 5);
    assertEquals(told(), ["speech_started", "speech_sustained", "partial", "speech_ended"]);
    kit.recognition.setReady(false);
    await kit.clock.advance(1_000);
    assertEquals(told(), ["speech_started", "speech_sustained", "partial", "speech_ended"]);
    kit.recognition.setReady(true);
    await kit.clock.advance(45 * 5);
    kit.recognition.partial("when are you open", 104);
    await kit.clock.advance(1_000);
    assertEquals(told().filter((text) => text.includes("-")), ["when are you open 0-104 0"]);
  });

  it("promotes after a silence that was heard, though frames wait behind it", async () => {
    await tookOver(0, {
      recognizer: { script: [{ kind: "partial", atSeq: 45, text: "goodbye" }] },
    });
    replays([50, true], [149, false]);
    await kit.clock.advance(58 * 5 + 320);
    assertEquals(told().at(-1), "goodbye 0-45 0");
    assertGreater(kit.seq - kit.writtenSeqs.length, 50);
  });

  it("promotes as soon as the rest of the silence is heard, once the engine goes on", async () => {
    await tookOver(0, {
      recognizer: { script: [{ kind: "partial", atSeq: 45, text: "goodbye" }] },
    });
    replays([50, true], [149, false]);
    await kit.clock.advance(60 * 5);
    kit.recognition.setReady(false);
    await kit.clock.advance(1_000);
    assertEquals(told().at(-1), "speech_ended");
    kit.recognition.setReady(true);
    await kit.clock.advance(20 * 5);
    assertEquals(told().at(-1), "goodbye 0-45 0");
    assertGreater(kit.seq - kit.writtenSeqs.length, 50);
  });

  it("acks frames that the engine fails on: the edge's window goes on", async () => {
    await tookOver(100);
    kit.recognition.failure = new Error("broken");
    replays([10, false]);
    await kit.clock.advance(200);
    assertEquals(kit.acks.at(-1)!.written_seq, 109);
  });

  it("takes frames that come again only once", async () => {
    await tookOver(0);
    replays([20, false]);
    await kit.clock.advance(200);
    kit.seq = 10;
    kit.streamMs = 200;
    replays([20, false]);
    await kit.clock.advance(200);
    assertEquals(kit.writtenSeqs, Array.from({ length: 30 }, (_, i) => i));
    assertEquals(await kit.metric("kav_stt_lost_total"), 0);
  });
});

describe("SttCall results", () => {
  it("that found the bus away go out when it is back, before the ack that covers them", async () => {
    await tookOver(0);
    await kit.speaks(40);
    await kit.silence(20);
    kit.sttBus.setConnected(false);
    kit.recognition.final("goodbye", 40);
    await kit.clock.advance(1_000);
    assertEquals(told(), ["speech_started", "speech_sustained", "speech_ended"]);
    const order: string[] = [];
    kit.bus.subscribe(callSubject(kit.call, "speech"), () => order.push("speech"));
    kit.bus.subscribe(callSubject(kit.call, "ack"), () => order.push("ack"));
    kit.sttBus.setConnected(true);
    await kit.clock.advance(200);
    assertEquals(told().at(-1), "goodbye 0-40 0");
    assertEquals([order, kit.acks.at(-1)!.covered_seq], [["speech", "ack"], 59]);
  });
});
