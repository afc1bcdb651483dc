import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { decodeJson } from "shared/bus/codec.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { credit } from "shared/bus/messages.ts";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LossyBus } from "shared/testing/lossy_bus.ts";
import { CannedSpeech } from "./canned_speech.ts";
import type { FrameSource } from "./message_assembly.ts";
import { type Publication, SpeechPublisher } from "./speech_publisher.ts";
import { FakeEdge } from "../testing/fake_edge.ts";

const AUDIO = "kav.call.CA1.tx.audio";
const CREDIT = "kav.call.CA1.credit";

/** Frames whose bytes are their numbers. */
function numbered(frames: number): CannedSpeech {
  const audio = new Uint8Array(frames * FRAME_BYTES);
  for (let i = 0; i < frames; i++) audio.fill(i, i * FRAME_BYTES, (i + 1) * FRAME_BYTES);
  return new CannedSpeech(audio, "One.", () => 1);
}

describe("SpeechPublisher.publish()", () => {
  let clock: FakeClock;
  let bus: LossyBus;
  let edgeBus: LossyBus;
  let edge: FakeEdge;
  let publisher: SpeechPublisher;
  let messages: number;
  let abort: AbortController;
  let outcome: Publication | undefined;

  const publish = async (source: FrameSource, utterance = 1) => {
    abort = new AbortController();
    outcome = undefined;
    outcome = await publisher.publish(utterance, source, abort.signal, () => {});
  };
  const seqs = () => edge.sent.map(({ seq }) => seq);
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i);

  beforeEach(() => {
    clock = new FakeClock();
    const memory = new MemoryBus({ clock });
    bus = new LossyBus(memory, clock);
    edgeBus = new LossyBus(memory, clock);
    edge = new FakeEdge(edgeBus, clock, "CA1");
    messages = 0;
    publisher = new SpeechPublisher({
      bus,
      clock,
      call: "CA1",
      epoch: 0,
      window: 9,
      nextSeq: 0,
      isOpen: false,
      lastEvent: () => undefined,
    });
    bus.subscribe(CREDIT, (message) => {
      const decoded = decodeJson(credit, message.data);
      if (decoded.ok) publisher.credit(decoded.value);
    });
    memory.subscribe(AUDIO, () => messages++);
    edge.takeOver(0);
  });

  afterEach(async () => {
    publisher.stop();
    edge.vanish();
    await clock.advance(1_000);
    assertEquals(clock.sleeping, 0, "nothing stays behind");
  });

  it("sends every frame once, in order, and never has more than the window waiting", async () => {
    publish(numbered(250));
    await clock.advance(6_000);
    assertEquals(outcome, { kind: "complete" });
    assertEquals(seqs(), range(0, 249));
    assertEquals(edge.sent.map(({ byte }) => byte), range(0, 249));
    assertEquals(edge.maxQueued, 9);
    const gaps = edge.sent.slice(1).map(({ atMs }, i) => atMs - edge.sent[i]!.atMs);
    assert(gaps.every((gap) => gap === 20), "the edge never runs dry");
  });

  it("does not ask for credit while it comes, after a pause neither", async () => {
    publish(numbered(50));
    await clock.advance(5_000);
    publish(numbered(50), 2);
    await clock.advance(5_000);
    assertEquals([edge.sent.length, edge.syncs], [100, 0]);
  });

  it("puts several frames into a message", async () => {
    publish(numbered(250));
    await clock.advance(6_000);
    assert(messages <= 130, `${messages} messages for 250 frames`);
  });

  it("waits for the first credit before the first frame", async () => {
    edge.vanish();
    edge = new FakeEdge(edgeBus, clock, "CA1");
    const mute = new SpeechPublisher({
      bus,
      clock,
      call: "CA1",
      epoch: 0,
      window: 9,
      nextSeq: 0,
      isOpen: false,
      lastEvent: () => 3,
    });
    const publishing = mute.publish(1, numbered(3), new AbortController().signal, () => {});
    await clock.advance(190);
    assertEquals([messages, edge.syncs], [0, 0]);
    await clock.advance(500);
    assertEquals([messages, edge.syncs], [0, 3]);
    mute.stop();
    assertEquals(await publishing, { kind: "aborted" });
  });

  it("holds no more than the window at an edge that sends nothing, and asks five times a second", async () => {
    edge.sending = false;
    publish(numbered(100));
    await clock.advance(10_000);
    assertEquals(edge.queued, 9);
    assert(edge.syncs >= 45 && edge.syncs <= 51, `${edge.syncs} syncs in 10 s`);
    edge.sending = true;
    await clock.advance(3_000);
    assertEquals(seqs(), range(0, 99));
  });

  it("waits while the edge is paused", async () => {
    edge.paused = true;
    edge.credit();
    publish(numbered(20));
    await clock.advance(2_000);
    assertEquals(messages, 0);
    edge.paused = false;
    await clock.advance(1_500);
    assertEquals(seqs(), range(0, 19));
  });

  it("plays to the end when fifteen messages in a row are lost", async () => {
    let from = 20;
    let lost = 0;
    bus.drop = (subject) => subject === AUDIO && from-- <= 0 && lost++ < 15;
    publish(numbered(250));
    await clock.advance(9_000);
    assertEquals(outcome, { kind: "complete" });
    assertEquals(edge.sent.at(-1)?.seq, 249);
    assertEquals(bus.dropped, 15);
    assertEquals(edge.lost, 250 - edge.sent.length);
    assert(edge.lost >= 15 && edge.lost <= 45, `${edge.lost} frames lost`);
    assertEquals(edge.maxQueuedSeqAhead <= 9, true);
  });

  it("learns that the last frames were lost, and goes on with the next utterance", async () => {
    bus.drop = (subject) => subject === AUDIO;
    await publish(numbered(5));
    bus.heal();
    await clock.advance(250);
    assertEquals([publisher.lastSeq, publisher.consumedSeq, edge.lost], [4, 4, 5]);
    publish(numbered(5), 2);
    await clock.advance(500);
    assertEquals(seqs(), range(5, 9));
  });

  it("plays to the end when most credit is lost", async () => {
    let credits = 0;
    edgeBus.drop = (subject) => subject === CREDIT && credits++ % 10 !== 0;
    publish(numbered(100));
    await clock.advance(30_000);
    assertEquals(seqs(), range(0, 99));
  });

  it("plays to the end when all credit is lost for a while", async () => {
    edgeBus.drop = (subject) => subject === CREDIT && clock.now() > 500 && clock.now() < 3_000;
    publish(numbered(100));
    await clock.advance(8_000);
    assertEquals(seqs(), range(0, 99));
  });

  it("keeps its frames while the bus is away", async () => {
    publish(numbered(60));
    await clock.advance(500);
    bus.setConnected(false);
    await clock.advance(3_000);
    bus.setConnected(true);
    await clock.advance(2_000);
    assertEquals(seqs(), range(0, 59));
  });

  it("begins when the bus is back", async () => {
    bus.setConnected(false);
    publish(numbered(10));
    await clock.advance(1_000);
    assertEquals(publisher.lastSeq, -1);
    bus.setConnected(true);
    await clock.advance(500);
    assertEquals(seqs(), range(0, 9));
  });

  it("stops at once when aborted, and numbers on", async () => {
    publish(numbered(100));
    await clock.advance(200);
    abort.abort();
    await clock.advance(0);
    assertEquals(outcome, { kind: "aborted" });
    const next = publisher.lastSeq + 1;
    publish(numbered(3), 2);
    await clock.advance(500);
    const second = edge.sent.filter(({ utterance }) => utterance === 2);
    assertEquals(second.map(({ seq }) => seq), range(next, next + 2));
  });

  it("sends what a slow source has, frame by frame", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const canned = numbered(4);
    let taken = 0;
    publish({
      async next() {
        if (taken++ === 3) await promise;
        return canned.next();
      },
    });
    await clock.advance(100);
    assertEquals(seqs(), [0, 1, 2]);
    assertEquals(outcome, undefined);
    resolve();
    await clock.advance(100);
    assertEquals(seqs(), [0, 1, 2, 3]);
    assertEquals(outcome, { kind: "complete" });
  });

  it("begins with the lead in one message, however slowly it comes", async () => {
    const canned = numbered(4);
    publish({
      async next() {
        await clock.sleepUntil(clock.now() + 50);
        return canned.next();
      },
    });
    await clock.advance(140);
    assertEquals([messages, edge.syncs], [0, 0]);
    await clock.advance(40);
    assertEquals([seqs(), messages], [[0, 1], 1]);
    await clock.advance(1_000);
    assertEquals([seqs(), outcome], [[0, 1, 2, 3], { kind: "complete" }]);
  });

  it("sends what there is of a source that breaks off, and tells why", async () => {
    const canned = numbered(2);
    const error = new Error("no voice");
    publish({
      async next() {
        const next = await canned.next();
        return next.done ? { done: true, error } : next;
      },
    });
    await clock.advance(200);
    assertEquals(outcome, { kind: "broken_off", error });
    assertEquals(seqs(), [0, 1]);
  });

  it("calls onFirst right before the first frame, and not at all without one", async () => {
    const calls: number[] = [];
    const { signal } = new AbortController();
    await publisher.publish(1, numbered(0), signal, () => calls.push(publisher.lastSeq));
    assertEquals(calls, []);
    await publisher.publish(1, numbered(2), signal, () => calls.push(publisher.lastSeq));
    await publisher.publish(2, numbered(2), signal, () => calls.push(publisher.lastSeq));
    assertEquals(calls, [-1, 1]);
  });
});
