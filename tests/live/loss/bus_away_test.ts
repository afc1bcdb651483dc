import { assert, assertEquals, assertGreater, assertGreaterOrEqual, assertLess } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import type { FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { hearingOf } from "../../end_to_end/heard.ts";
import { textOfKey } from "../../end_to_end/text_of_key.ts";
import { getsFallback, greeted } from "../answers.ts";
import { assertNobodyLost } from "../hands.ts";
import { type BenchCall, eventually, LiveKav, LONG_MS, SHORT_GREETING } from "../live_kav.ts";

const CALLS = 4;
const AWAY_MS = 5_000;
const BACK_MS = 2_000;
/** An answer of ten seconds, and the one that is asked for while nobody can hear it. */
const KEY = "1";
const OTHER_KEY = "2";
const ANSWER_MS = 30_000;
const QUESTION = "where are you located";
/** The default of `TX_WINDOW_FRAMES`. */
const WINDOW_FRAMES = 9;
/** After so long the edge has sent all it had. */
const DRAINED_MS = 500;

const recognition = PocketSphinxRecognizer.available() === true;

describe("Kav without its bus", () => {
  let kav: LiveKav;

  beforeAll(async () => {
    kav = await LiveKav.start({
      businessFile: SHORT_GREETING,
      instances: { stt: 2, dialog: 2, greetings: 0 },
    });
  });
  afterAll(() => kav?.[Symbol.asyncDispose]());

  /** A call in the middle of its answer. */
  async function listening(): Promise<BenchCall> {
    const placed = await greeted(kav);
    const { call } = placed;
    call.press(KEY);
    await call.untilHeardSpeech(LONG_MS);
    return placed;
  }

  /** Kills nats-server and brings it back. @returns when it accepted connections again */
  async function takeAway(): Promise<{ goneMs: number; backMs: number }> {
    const { nats } = kav.up;
    const goneMs = kav.clock.now();
    await nats.kill();
    await kav.clock.sleepUntil(goneMs + AWAY_MS);
    await nats.startAgain();
    return { goneMs, backMs: kav.clock.now() };
  }

  /** How long after `backMs` the first frame reached the caller. */
  async function resumedMs({ call }: BenchCall, backMs: number): Promise<number> {
    const media = await call.untilEvent("media", LONG_MS, ({ atMs }) => atMs >= backMs);
    return media.atMs - backMs;
  }

  /** Every call is still with whom it was, and no stream has ended. */
  async function assertNothingEnded(calls: readonly BenchCall[]): Promise<void> {
    await assertNobodyLost(kav, calls);
    for (const { call } of calls) {
      assertEquals(call.timeline.of("stream_ended"), []);
      assertEquals(call.timeline.of("warning"), []);
    }
  }

  /** The whole answer, but for what was on its way when nats-server died; nothing of it meanwhile. */
  function assertHeard(
    { call, telemetry }: BenchCall,
    said: Uint8Array,
    goneMs: number,
    backMs: number,
  ): void {
    const lost = telemetry.tx.reduce((sum, second) => sum + second.lost, 0);
    const media = call.timeline.of("media");
    const frames = media.filter(({ atMs }) => atMs >= call.timeline.last("pressed")!.atMs).length;
    assertEquals(frames, said.length / FRAME_BYTES - lost, "frames");
    assertLess(lost, WINDOW_FRAMES + 1, "frames lost");
    if (lost === 0) hearingOf(call.heardTrack(), said);
    const meanwhile = media.filter(({ atMs }) => atMs > goneMs + DRAINED_MS && atMs < backMs);
    assertEquals(meanwhile, [], "frames without a bus");
  }

  async function unsentBy(name: "edge" | "stt"): Promise<number> {
    const unsent = kav.servicesOf(name).map((each) => kav.sample(each, "kav_bus_unsent_total"));
    return (await Promise.all(unsent)).reduce((sum, count) => sum + count, 0);
  }

  /** By voice where it can be recognized. */
  async function asks(call: FakeCall): Promise<void> {
    const before = (await kav.turns(call)).length;
    if (recognition) await call.say(QUESTION);
    else call.press(OTHER_KEY);
    const turn = await eventually(async () => (await kav.turns(call))[before], "an answer");
    assertEquals(turn.told.trim(), textOfKey(kav.business, OTHER_KEY).trim());
    await call.untilHeardSpeech(LONG_MS);
  }

  it("keeps its calls for five seconds, and goes on by itself within two of the bus's return", async () => {
    const said = await kav.speech(textOfKey(kav.business, KEY));
    const saidOther = await kav.speech(textOfKey(kav.business, OTHER_KEY));
    const calls = await Promise.all(Array.from({ length: CALLS }, listening));
    const [asking, ...waiting] = calls;
    const away = takeAway();
    await kav.clock.sleepUntil(kav.clock.now() + AWAY_MS / 2);
    asking!.call.press(OTHER_KEY);
    const { goneMs, backMs } = await away;
    const resumed = await Promise.all(calls.map((one) => resumedMs(one, backMs)));
    console.log(
      `nats-server away for ${AWAY_MS} ms: audio again ${
        resumed.map((ms) => ms.toFixed(0)).join(", ")
      } ms after its return`,
    );
    assertLess(Math.max(...resumed), BACK_MS);

    await Promise.all(waiting.map(({ call }) => call.untilMark("u2:end", ANSWER_MS)));
    await asking!.call.untilMark("u3:end", ANSWER_MS);
    await kav.tap.flush();
    for (const one of waiting) assertHeard(one, said, goneMs, backMs);
    hearingOf(asking!.call.heardTrack(), saidOther);
    await assertNothingEnded(calls);
    assertGreater(await unsentBy("edge"), 0, "edge");
    assertGreater(await unsentBy("stt"), 0, "stt");
    assert(kav.linesOf("edge-1").some((line) => /The bus is back.*messages_unsent/.test(line)));

    await Promise.all(calls.map(({ call }) => asks(call)));
    await Promise.all(calls.map(({ call }) => call.hangUp()));
  });

  it("tells a caller so after three seconds when it is away at `start`, and serves the next when it is back", async () => {
    await kav.up.nats.kill();
    const openMs = await getsFallback(kav);
    console.log(`no bus at start: stream closed after ${openMs.toFixed(0)} ms`);
    assertGreaterOrEqual(openMs, 2_900);
    assertLess(openMs, 3_600);

    await kav.up.nats.startAgain();
    await greeted(kav);
  });
});
