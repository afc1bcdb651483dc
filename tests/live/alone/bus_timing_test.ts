import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FRAME_MS } from "shared/media/frame.ts";
import { type GapStats, gapStats } from "shared/testing/fake_twilio/fake_twilio.ts";
import { undisturbed } from "../../end_to_end/undisturbed.ts";
import { failoversOf } from "../hands.ts";
import { LiveKav, LONG_MS } from "../live_kav.ts";

const STOPS = 20;
/** The text of a minute that the demo's business reads on this key. */
const KEY = "9";
/** Between two stops the window fills again; how far apart they are is left to chance. */
const REFILL_MS = 500;
const RANDOM_MS = 900;
/** What a stop can reach behind its end: the window is full again by then. */
const AFTERMATH_MS = 400;
/** Until the last second has been told. */
const REPORT_MS = 1_200;
const MAX_P99_MS = 15;
const MAX_GAP_MS = 60;

interface Stop {
  readonly fromMs: number;
  readonly toMs: number;
}

/** nats-server stands still again and again. */
async function stopAgainAndAgain(kav: LiveKav, stopMs: number): Promise<Stop[]> {
  const { clock, up: { nats } } = kav;
  const stops: Stop[] = [];
  for (let i = 0; i < STOPS; i++) {
    await clock.sleepUntil(clock.now() + REFILL_MS + Math.random() * RANDOM_MS);
    const fromMs = clock.now();
    nats.suspend();
    await clock.sleepUntil(fromMs + stopMs);
    nats.resume();
    stops.push({ fromMs, toMs: clock.now() });
  }
  return stops;
}

const isWithin = (atMs: number, stops: readonly Stop[]) =>
  stops.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs + AFTERMATH_MS);

/** The arrivals within the stops and what follows them, or all others. */
function paceOf(arrivalsMs: readonly number[], stops: readonly Stop[], within: boolean): GapStats {
  return gapStats(arrivalsMs.filter((atMs) => isWithin(atMs, stops) === within))!;
}

/** Of those that end within the stops and what follows them. */
function longestGapMs(arrivalsMs: readonly number[], stops: readonly Stop[]): number {
  return Math.max(
    ...arrivalsMs.map((atMs, i) => i > 0 && isWithin(atMs, stops) ? atMs - arrivalsMs[i - 1]! : 0),
  );
}

interface Reading {
  readonly during: GapStats;
  readonly otherwise: GapStats;
  readonly longestGapMs: number;
  readonly underruns: number;
  readonly resyncs: number;
  /** Dropped, or lost on the way. */
  readonly missing: number;
}

/** A text is read to the caller while nats-server stands still for `stopMs` at twenty random moments. */
async function readThroughStops(kav: LiveKav, stopMs: number): Promise<Reading> {
  const { call, telemetry } = await kav.place();
  await call.untilMark("greeting_end", LONG_MS);
  const pressedMs = call.nowMs;
  call.press(KEY);
  await call.untilHeardSpeech(LONG_MS);
  const stops = await stopAgainAndAgain(kav, stopMs);
  await kav.clock.sleepUntil(kav.clock.now() + REPORT_MS);
  assertEquals(call.timeline.of("echoed").filter(({ name }) => name === "u2:end"), [], "text over");
  await call.hangUp();

  const arrivalsMs = call.timeline.of("media").map(({ atMs }) => atMs)
    .filter((atMs) => atMs >= pressedMs);
  const seconds = telemetry.tx.filter(({ atMs }) => atMs >= pressedMs);
  assertGreater(seconds.length, (STOPS * (REFILL_MS + stopMs)) / 1_000, "seconds told");
  const total = (key: "underruns" | "resyncs" | "drops" | "lost") =>
    seconds.reduce((sum, second) => sum + second[key], 0);
  return {
    during: paceOf(arrivalsMs, stops, true),
    otherwise: paceOf(arrivalsMs, stops, false),
    longestGapMs: longestGapMs(arrivalsMs, stops),
    underruns: total("underruns"),
    resyncs: total("resyncs"),
    missing: total("drops") + total("lost"),
  };
}

/** Everything but the pace, which a machine with other work disturbs, must hold every time. */
async function isUnheard(stopMs: number, windowFrames?: number): Promise<void> {
  const edge = windowFrames === undefined ? {} : { TX_WINDOW_FRAMES: String(windowFrames) };
  await using kav = await LiveKav.start({ instances: { greetings: 0 }, settingsOf: { edge } });
  const reading = await undisturbed(async () => {
    const read = await readThroughStops(kav, stopMs);
    console.log(told(read, stopMs, windowFrames));
    assertEquals([read.underruns, read.missing], [0, 0], "underruns, frames missing");
    assertEquals(await failoversOf(kav), 0, "failovers");
    assertGreater(read.during.count, (STOPS * stopMs) / FRAME_MS, "gaps during stops");
    return read;
  }, keepsTime);
  assertLess(reading.during.p99DeviationMs, MAX_P99_MS, "p99 of |gap - 20|");
  assertLess(reading.longestGapMs, MAX_GAP_MS, "longest gap");
}

const keepsTime = ({ during, longestGapMs }: Reading) =>
  during.p99DeviationMs < MAX_P99_MS && longestGapMs < MAX_GAP_MS;

function told(reading: Reading, stopMs: number, windowFrames: number | undefined): string {
  const { during, otherwise, longestGapMs, underruns, resyncs } = reading;
  const deviation = (pace: GapStats) =>
    `p99 ${pace.p99DeviationMs.toFixed(1)} ms, max ${pace.maxDeviationMs.toFixed(1)} ms`;
  return `nats-server stopped ${STOPS} times for ${stopMs} ms, window ${
    windowFrames ?? "default"
  }: underruns ` +
    `${underruns}, resyncs ${resyncs}, |gap - 20| then ${deviation(during)}, otherwise ` +
    `${deviation(otherwise)}, longest gap then ${longestGapMs.toFixed(1)} ms`;
}

describe("The bus is not in the timing path", () => {
  it("of a text: stops of 100 ms are not heard, nor those of 250 ms with a window of 18", async () => {
    // Side by side: each waits most of the time.
    await Promise.all([isUnheard(100), isUnheard(250, 18)]);
  });
});
