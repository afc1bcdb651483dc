import { assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { decodeJson } from "shared/bus/codec.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { credit } from "shared/bus/messages.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { CannedSpeech } from "./canned_speech.ts";
import { ControlSender } from "../line/control_sender.ts";
import { Speaker, type UtterancePlan, type WordSource } from "./speaker.ts";
import { SpeechPublisher } from "./speech_publisher.ts";
import { FakeEdge } from "../testing/fake_edge.ts";

const canned = (frames: number) => new CannedSpeech(new Uint8Array(frames * 160), "Yes.", () => 1);

describe("Speaker.speak()", () => {
  let clock: FakeClock;
  let edge: FakeEdge;
  let control: ControlSender;
  let publisher: SpeechPublisher;
  let speaker: Speaker;
  let told: string[];

  function plan(utterance: number, open: UtterancePlan["open"]): UtterancePlan {
    return {
      utterance,
      turn: utterance,
      role: "reply",
      interruptible: true,
      mark: "end",
      answers: undefined,
      llmMs: undefined,
      greetingSource: () => undefined,
      open,
      begun: () => told.push("begun"),
      sent: (pieces) => pieces > 0 && told.push(`${pieces} pieces sent`),
      heard: ({ piece, word }) => told.push(`heard ${piece}/${word}`),
      brokeOff: (error) => told.push(String(error)),
    };
  }

  beforeEach(() => {
    clock = new FakeClock(1_000);
    const bus = new MemoryBus({ clock });
    const line = { bus, clock, call: "CA1", epoch: 0 };
    told = [];
    edge = new FakeEdge(bus, clock, "CA1");
    publisher = new SpeechPublisher({
      ...line,
      window: 9,
      nextSeq: 0,
      isOpen: false,
      lastEvent: () => undefined,
    });
    control = new ControlSender({ ...line, onReply: () => {}, onBadReply: () => {} });
    speaker = new Speaker({
      clock,
      publisher,
      control: (request) => void control.request(request),
      tell: (event) => told.push(`${event.kind}@${clock.now()}`),
    });
    bus.subscribe("kav.call.CA1.credit", ({ data }) => {
      const decoded = decodeJson(credit, data);
      if (decoded.ok) speaker.credit(decoded.value);
    });
    edge.takeOver(0);
  });

  afterEach(async () => {
    speaker.stop();
    publisher.stop();
    control.stop();
    edge.vanish();
    await clock.advance(1_000);
    assertEquals(clock.sleeping, 0, "nothing stays behind");
  });

  it("tells how far an utterance is: begun, sent by the edge, published, sent to its end", async () => {
    speaker.speak(plan(1, () => canned(20)));
    await clock.advance(600);
    assertEquals(told, [
      "begun",
      "first_frame@1000",
      "sending@1040",
      "published@1240",
      "1 pieces sent",
      "sent@1400",
    ]);
  });

  it("tells that all was sent also when the source ends after its last frame was sent", async () => {
    const source = canned(3);
    const slow: WordSource = {
      piecesWithin: (frames) => source.piecesWithin(frames),
      positionAt: (frames) => source.positionAt(frames),
      next: async () => {
        const next = await source.next();
        if (next.done) await clock.sleepUntil(1_500);
        return next;
      },
    };
    speaker.speak(plan(1, () => slow));
    await clock.advance(600);
    assertEquals(told.slice(-2), ["published@1500", "sent@1500"]);
    assertEquals(edge.applied.map(({ request }) => request.kind), [
      "utterance_begin",
      "mark",
      "utterance_end",
    ]);
  });

  it("begins nothing when there is no frame, and tells that it is over", async () => {
    speaker.speak(plan(1, () => canned(0)));
    await clock.advance(100);
    assertEquals([told, edge.applied], [["published@1000"], []]);
  });

  it("tells why there is no source", async () => {
    speaker.speak(plan(1, () => Promise.reject(new Error("away"))));
    await clock.advance(100);
    assertEquals(told, ["Error: away", "speech_failed@1000"]);
    assertEquals(edge.applied, []);
  });

  it("ends what breaks off in its middle behind its last frame, and tells that it failed", async () => {
    const source = canned(5);
    const broken: WordSource = {
      piecesWithin: () => 0,
      positionAt: () => ({ piece: 0, word: 0 }),
      next: async () => {
        const next = await source.next();
        return next.done ? { done: true, error: new Error("no voice") } : next;
      },
    };
    speaker.speak(plan(1, () => broken));
    await clock.advance(200);
    assertEquals(told.filter((line) => !line.startsWith("se")), [
      "begun",
      "first_frame@1000",
      "Error: no voice",
      "speech_failed@1000",
    ]);
    assertEquals(edge.applied.map(({ request }) => request.kind), [
      "utterance_begin",
      "mark",
      "utterance_end",
    ]);
    assertEquals(edge.sent.length, 5);
  });

  it("says nothing more of what it abandoned before its first frame", async () => {
    speaker.speak(plan(1, async () => {
      await clock.sleepUntil(1_050);
      return canned(5);
    }));
    await clock.advance(20);
    speaker.abandon();
    await clock.advance(500);
    assertEquals([told, edge.applied, edge.sent], [[], [], []]);
  });
});
