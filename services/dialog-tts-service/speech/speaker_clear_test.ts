import { assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { Credit, UtterancePlay } from "shared/bus/messages.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import type { TextPosition } from "shared/store/stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { sampleCredit } from "../testing/sample_credit.ts";
import type { ControlRequest } from "../line/control_sender.ts";
import { CannedSpeech } from "./canned_speech.ts";
import { Speaker } from "./speaker.ts";
import { SpeechPublisher } from "./speech_publisher.ts";

/** At 10 frames a word. */
const TEXT = "one two three four";
const FRAMES = 40;

const BARGE_IN = { because: "barge_in", onsetMs: 4_321 } as const;

describe("Speaker.clear()", () => {
  let clock: FakeClock;
  let publisher: SpeechPublisher;
  let speaker: Speaker;
  let requests: ControlRequest[];
  let told: string[];

  /** How an engine times the words of what is cut; unset: it does not. */
  let timed: ((frames: number) => Promise<TextPosition | undefined>) | undefined;

  /** Speaks it; all of it goes to the bus. */
  async function speak(utterance: number, frames = FRAMES): Promise<void> {
    speaker.speak({
      utterance,
      turn: utterance,
      role: "reply",
      interruptible: true,
      mark: "end",
      answers: undefined,
      llmMs: undefined,
      greetingSource: () => undefined,
      open: () => {
        const speech = new CannedSpeech(new Uint8Array(frames * 160), TEXT, () => 1);
        return timed ? Object.assign(speech, { timedPositionAt: timed }) : speech;
      },
      begun: () => {},
      sent: (pieces) => told.push(`u${utterance}: ${pieces} sent`),
      heard: ({ piece, word }) => told.push(`u${utterance}: heard ${piece}/${word}`),
      brokeOff: () => {},
    });
    await clock.advance(0);
  }

  function credit(change: Partial<Credit>): void {
    speaker.credit(sampleCredit({ consumed_seq: publisher.lastSeq, ...change }));
  }

  /** The edge says how much was sent and heard of what was silenced. */
  function cleared(...plays: [utterance: number, sent: number, heard: number][]): void {
    credit({
      cleared_through: Math.max(...plays.map(([utterance]) => utterance)),
      cleared: plays.map(([utterance, sent, heard]) => ({ utterance, sent, heard })),
    });
  }

  async function isSettled(): Promise<boolean> {
    let settled = false;
    speaker.settled().then(() => settled = true);
    await clock.advance(0);
    return settled;
  }

  beforeEach(() => {
    clock = new FakeClock();
    requests = [];
    told = [];
    timed = undefined;
    publisher = new SpeechPublisher({
      ...{ bus: new MemoryBus({ clock }), clock, call: "CA1", epoch: 0 },
      ...{ window: 100, nextSeq: 0, isOpen: true, lastEvent: () => undefined },
    });
    speaker = new Speaker({
      clock,
      publisher,
      control: (request) => requests.push(request),
      tell: () => {},
    });
  });

  afterEach(async () => {
    speaker.stop();
    publisher.stop();
    await clock.advance(1_000);
    assertEquals(clock.sleeping, 0, "nothing stays behind");
  });

  it("asks the edge to silence it, tells why, and since when the caller speaks", async () => {
    await speak(1);
    speaker.clear({ through: 1, ...BARGE_IN });
    const after_seq = FRAMES - 1;
    const clear = { kind: "clear", through: 1, after_seq } as const;
    assertEquals(requests.at(-1), { ...clear, because: "barge_in", onset_ms: 4_321 });
    speaker.clear({ through: 1, because: "key" });
    assertEquals(requests.at(-1), { ...clear, because: "key" });
  });

  it("waits for the edge to tell how much was sent and heard", async () => {
    await speak(1);
    speaker.clear({ through: 1, ...BARGE_IN });
    assertEquals([told, speaker.isUnsettled], [[], true]);
    credit({});
    assertEquals([told, speaker.isUnsettled], [[], true]);
    cleared([1, 33, 29]);
    assertEquals([told, speaker.isUnsettled], [["u1: 0 sent", "u1: heard 0/2"], false]);
  });

  it("takes what the edge tells once, though every credit repeats it", async () => {
    await speak(1);
    speaker.clear({ through: 1, ...BARGE_IN });
    cleared([1, 40, 40]);
    cleared([1, 40, 40]);
    assertEquals(told, ["u1: 1 sent", "u1: heard 1/0"]);
  });

  it("is settled when the edge has told of everything", async () => {
    await speak(1);
    speaker.clear({ through: 1, ...BARGE_IN });
    await speak(2);
    speaker.clear({ through: 2, because: "key" });
    const settled = isSettled();
    cleared([1, 20, 20]);
    assertEquals([await settled, speaker.isUnsettled], [false, true]);
    const both = isSettled();
    cleared([1, 20, 20], [2, 10, 10]);
    assertEquals([await both, speaker.isUnsettled], [true, false]);
    assertEquals(told.filter((line) => line.includes("heard")), ["u1: heard 0/2", "u2: heard 0/1"]);
  });

  it("is settled anew each time", async () => {
    for (const utterance of [1, 2]) {
      await speak(utterance);
      speaker.clear({ through: utterance, ...BARGE_IN });
      const settled = isSettled();
      cleared([utterance, 20, 20]);
      assertEquals(await settled, true);
    }
  });

  it("was not heard at all when the edge had sent nothing of it", async () => {
    await speak(1);
    speaker.clear({ through: 1, because: "key" });
    const settled = isSettled();
    credit({ cleared_through: 1 });
    assertEquals([await settled, told], [true, ["u1: 0 sent", "u1: heard 0/0"]]);
  });

  it("does not take for its own what the edge tells of others", async () => {
    await speak(2);
    speaker.clear({ through: 2, ...BARGE_IN });
    cleared([1, 40, 40]);
    assertEquals([told, speaker.isUnsettled], [[], true]);
  });

  it("is settled when the speaker stops: nobody waits for an edge that is gone", async () => {
    await speak(1);
    speaker.clear({ through: 1, ...BARGE_IN });
    const settled = isSettled();
    speaker.stop();
    assertEquals([await settled, told], [true, []]);
  });

  describe("at the end of the call", () => {
    const play = (utterance: number, sent: number, heard: number): UtterancePlay => ({
      ...{ utterance, sent, heard },
    });

    it("tells how much was heard of what was playing", async () => {
      await speak(1);
      speaker.ended([play(1, 26, 23)]);
      assertEquals(told, ["u1: 0 sent", "u1: heard 0/2"]);
    });

    it("tells how much was heard of what was still being published", async () => {
      await speak(1, 400);
      speaker.ended([play(1, 95, 90)]);
      assertEquals(told.at(-1), "u1: heard 0/0");
      assertEquals(publisher.lastSeq, 99, "the edge's window holds the rest back");
    });

    it("has nothing to tell of what had played to its end", async () => {
      await speak(1);
      speaker.ended([play(1, FRAMES, FRAMES)]);
      assertEquals(told, []);
    });

    it("tells of what had been sent but not played to its end", async () => {
      await speak(1);
      speaker.ended([play(1, FRAMES, FRAMES - 1)]);
      assertEquals(told, ["u1: 1 sent", "u1: heard 0/3"]);
    });

    it("tells of what was silenced just before", async () => {
      await speak(1);
      speaker.clear({ through: 1, ...BARGE_IN });
      await speak(2);
      speaker.ended([play(1, 20, 17), play(2, 0, 0)]);
      assertEquals(told, ["u1: 0 sent", "u1: heard 0/1", "u2: 0 sent", "u2: heard 0/0"]);
    });

    it("tells nothing where the edge tells nothing", async () => {
      await speak(1);
      speaker.ended([]);
      speaker.ended([play(7, 20, 20)]);
      assertEquals(told, []);
    });
  });

  it("puts an engine's own timing in the place of the estimate, and is settled then", async () => {
    const timing = Promise.withResolvers<TextPosition | undefined>();
    timed = () => timing.promise;
    await speak(1);
    speaker.clear({ through: 1, ...BARGE_IN });
    cleared([1, 30, 25]);
    assertEquals([told, await isSettled()], [["u1: 0 sent", "u1: heard 0/2"], false]);
    timing.resolve({ piece: 0, word: 3 });
    await clock.advance(0);
    assertEquals([told.at(-1), speaker.isUnsettled], ["u1: heard 0/3", false]);
  });

  it("leaves it at the estimate when the engine takes over 200 ms", async () => {
    const timing = Promise.withResolvers<TextPosition | undefined>();
    timed = () => timing.promise;
    await speak(1);
    speaker.clear({ through: 1, ...BARGE_IN });
    cleared([1, 30, 25]);
    await clock.advance(200);
    assertEquals(speaker.isUnsettled, false);
    timing.resolve({ piece: 0, word: 3 });
    await clock.advance(0);
    assertEquals(told.at(-1), "u1: heard 0/2");
  });
});
