import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { parseCallSubject } from "shared/bus/subjects.ts";
import type { Verb } from "shared/testing/fake_twilio/fake_twilio.ts";
import { hearingOf } from "../heard.ts";
import { type BenchCall, eventually, KavBench, LONG_MS } from "../kav_bench.ts";
import { together } from "../together.ts";
import { undisturbed } from "../undisturbed.ts";

const CALLS = 20;
const ANSWER_MS = 40_000;
const MAX_P99_MS = 40;
/** A machine with other work disturbs the pace. */
const GAUGES = ["kav_calls", "kav_stt_calls", "kav_dialog_calls"];

/** No call is held anywhere. */
async function untilNoCalls(bench: KavBench): Promise<void> {
  await eventually(async () => {
    const calls = await Promise.all(GAUGES.map((gauge) => bench.sample(gauge)));
    return calls.every((count) => count === 0);
  }, "all calls gone");
}

/** Key 1 is pressed, and its answer of ten seconds heard to its end. */
async function hearsAnswer(bench: KavBench, { call }: BenchCall): Promise<number> {
  await call.untilMark("greeting_end", LONG_MS);
  const fromMs = call.nowMs;
  call.press("1");
  await call.untilMark("u2:end", ANSWER_MS);
  const said = await bench.speech(bench.textOfKey("1"));
  const media = call.timeline.of("media").filter(({ atMs }) => atMs >= fromMs);
  assertEquals(media.length, said.length / FRAME_BYTES, "frames");
  hearingOf(call.heardTrack(), said);
  return fromMs;
}

/** Twenty calls hear an answer at the same time. Every frame must arrive, however the pace is. */
async function answerTwenty(bench: KavBench): Promise<{ fps: number[]; worstP99Ms: number }> {
  const placed = await Promise.all(Array.from({ length: CALLS }, () => bench.place()));
  const fromMs = await Promise.all(placed.map((one) => hearsAnswer(bench, one)));
  assertEquals(await bench.sample("kav_calls"), CALLS);
  const seconds = placed.flatMap(({ telemetry }) => [...telemetry.tx, ...telemetry.rx]);
  assertEquals(seconds.filter(({ drops }) => drops > 0), [], "drops");
  await Promise.all(placed.map(({ call }) => call.hangUp()));
  await untilNoCalls(bench);
  return {
    fps: placed.flatMap(({ telemetry }) => telemetry.tx)
      .map(({ fps }) => fps)
      .filter((fps) => fps !== null),
    worstP99Ms: Math.max(
      ...placed.map(({ call }, i) => call.gapStats({ fromMs: fromMs[i]! })!.p99DeviationMs),
    ),
  };
}

describe("Kav", () => {
  it("answers twenty calls at once, each at 50 frames a second", async () => {
    await using bench = await KavBench.start();
    const { outOfPace, worstP99Ms } = await undisturbed(async () => {
      const { fps, worstP99Ms } = await answerTwenty(bench);
      assertGreater(fps.length, CALLS * 8);
      console.log(
        `${CALLS} calls: fps ${Math.min(...fps)} to ${Math.max(...fps)} in ${fps.length} call ` +
          `seconds, |gap - 20| p99 of the worst call ${worstP99Ms.toFixed(1)} ms`,
      );
      return { outOfPace: fps.filter((rate) => rate < 49 || rate > 51), worstP99Ms };
    }, ({ outOfPace, worstP99Ms }) => outOfPace.length === 0 && worstP99Ms < MAX_P99_MS);
    assertEquals(outOfPace, [], "[TX] fps");
    assertLess(worstP99Ms, MAX_P99_MS, "p99 of |gap - 20|");
  });

  it("keeps nothing of a call that hangs up in the middle of an answer", async () => {
    await using bench = await KavBench.start();
    const { call } = await bench.place();
    await call.untilMark("greeting_end", LONG_MS);
    const published: string[] = [];
    for (const bus of Object.values(bench.buses)) {
      bus.drop = (subject) => {
        if (parseCallSubject(subject)?.call === call.callSid) published.push(subject);
        return false;
      };
    }
    call.press("1");
    await call.untilHeardSpeech(LONG_MS);
    await eventually(() => published.length > 100, "an answer in full flow");
    assertEquals((await call.hangUp()).by, "caller");
    await untilNoCalls(bench);
    const before = published.length;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assertEquals(published.slice(before), [], "published about a call that is over");
    assertEquals(bench.kav.edge.calls, 0);
    const record = await bench.kav.stores.callRecords.get(call.callSid);
    assertEquals(record?.endReason, "caller_hung_up");
  });
});

/** Presses a key that ends the talk: what is said last is heard, then Twilio gets its verb. */
async function leavesBy(bench: KavBench, digit: string, lastWords: string): Promise<Verb[]> {
  const { call } = await bench.place();
  await call.untilMark("greeting_end", LONG_MS);
  call.press(digit);
  const end = await call.untilEnded(LONG_MS);
  assertEquals([end.by, end.code], ["kav", 1000]);
  hearingOf(call.heardTrack(), await bench.speech(lastWords));
  assertEquals(call.timeline.of("warning"), []);
  return end.verbs.filter(({ verb }) => verb !== "Connect" && verb !== "Redirect");
}

together("A caller", {}, {
  "is connected with a person on key 0": async (bench) => {
    const { transfer } = bench.business;
    assert(transfer);
    assertEquals(await leavesBy(bench, "0", transfer.text), [
      { verb: "Dial", number: transfer.number },
      { verb: "Hangup" },
    ]);
  },
  "is hung up on after the goodbye of key #": async (bench) => {
    const verbs = await leavesBy(bench, "#", bench.business.goodbye.text);
    assertEquals(verbs, [{ verb: "Hangup" }]);
  },
  "finds no API where no ADMIN_TOKEN is set": async (bench) => {
    const response = await fetch(`${bench.origin}/api/openapi.json`);
    await response.body?.cancel();
    assertEquals(response.status, 404);
  },
});
