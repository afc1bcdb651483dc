import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import type { CallEvent } from "shared/testing/fake_twilio/fake_twilio.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { Timeline } from "shared/testing/timeline.ts";
import { measure, type MeasureOptions } from "./measurements.ts";
import type { DemoRun, Exchange } from "./script.ts";
import type { Telemetry } from "./telemetry_tap.ts";

const END = { by: "kav", code: 1000, reason: "Hangup", verbs: [] } as const;
const EMPTY: Telemetry = { tx: [], rx: [], latency: [], call: [] };
const TX = {
  call: "CA1",
  fps: 50,
  q: 0,
  drops: 0,
  late_p99_ms: 1,
  resyncs: 0,
  underruns: 0,
  catch_ups: 0,
  lost: 0,
  unconfirmed: 0,
  stalls: 0,
};

/** A timeline of events at given times. */
async function timelineOf(...events: [atMs: number, CallEvent][]): Promise<Timeline<CallEvent>> {
  const clock = new FakeClock();
  const timeline = new Timeline<CallEvent>(clock);
  for (const [atMs, event] of events) {
    await clock.advance(atMs - clock.now());
    timeline.add(event);
  }
  return timeline;
}

const frame = (bufferedMs: number, bytes = 160): CallEvent => ({
  kind: "media",
  bytes,
  bufferedMs,
});

function measured(
  timeline: Timeline<CallEvent>,
  run: Partial<DemoRun>,
  telemetry: Partial<Telemetry> = {},
) {
  const call: MeasureOptions["call"] = {
    timeline,
    gapStats: () => undefined,
    audibleMs: (fromMs, toMs) => toMs - fromMs,
  };
  return measure({
    call,
    telemetry: { ...EMPTY, ...telemetry },
    run: { end: END, ...run },
    recognition: true,
    fullQueueWarnings: 3,
  });
}

function exchange(fromMs: number, toMs: number): Exchange {
  const step = { by: "key", digit: "7", expected: "Right." } as const;
  return { step, fromMs, toMs, asked: "key 7", told: "Wrong." };
}

describe("measure()", () => {
  it("counts frames, odd ones and warnings at Twilio", async () => {
    const timeline = await timelineOf(
      [0, frame(0)],
      [20, frame(20, 161)],
      [40, { kind: "warning", code: 31951, message: "extra field" }],
    );
    const { media, twilioWarnings, fullQueueWarnings, ended } = measured(timeline, {});
    assertEquals(media, { frames: 2, odd: 1 });
    assertEquals(twilioWarnings, ["31951 extra field"]);
    assertEquals([fullQueueWarnings, ended], [3, "by kav: Hangup"]);
  });

  it("takes of an answer what came between its two times, holes after its first frame", async () => {
    const timeline = await timelineOf(
      [900, frame(0)],
      [1_000, frame(0)],
      [1_020, frame(20)],
      [1_100, frame(0)],
      [2_000, frame(0)],
    );
    const seconds = [{ ...TX, atMs: 950, underruns: 5, drops: 5 }, {
      ...TX,
      atMs: 1_500,
      underruns: 1,
      drops: 2,
    }];
    const { longAnswer } = measured(timeline, { longAnswer: exchange(1_000, 2_000) }, {
      tx: seconds,
    });
    assertEquals(longAnswer, { lengthMs: 60, holesMs: 40, underruns: 1, drops: 2 });
  });

  it("takes of the silence what came in it", async () => {
    const call = (["partial", "final", "rejected", "greeting_end"] as const).map((event, i) => ({
      call: "CA1",
      event,
      atMs: 100 * i,
    }));
    const rx = [0, 100, 300].map((atMs) => ({
      call: "CA1",
      fps_in: 50,
      q: 0,
      drops: 1,
      write_ms: 0,
      atMs,
    }));
    const { silence } = measured(await timelineOf(), {
      silence: { fromMs: 100, toMs: 350, frames: 12 },
    }, { call, rx });
    assertEquals(silence, { frames: 12, events: 2, drops: 2, heardMs: 250 });
  });

  it("sets what was told against what should have been", async () => {
    const { question, nonsense, longAnswer } = measured(await timelineOf(), {
      question: exchange(0, 1),
    });
    assertEquals(question, { asked: "key 7", told: "Wrong.", expected: "Right." });
    assertEquals([nonsense, longAnswer], [undefined, undefined]);
  });
});
