import { assert, assertEquals, assertLess } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import { hearingOf } from "../../end_to_end/heard.ts";
import { getsFallback, isEnd } from "../answers.ts";
import { between, burstsAfter, longestSilenceMs, median, rounded } from "../bursts.ts";
import { type BenchCall, eventually, LiveKav, LONG_MS, SHORT_GREETING } from "../live_kav.ts";
import { LongAnswer } from "../long_answer.ts";
import { LongTalk } from "../long_talk.ts";

const KILLS = 10;
const SILENCE_LIMIT_MS = 2_000;

const FALLBACK_LIMIT_MS = 3_500;
/** Calls that ask one after the other, so that one dialog is killed at different moments of all of them. */
const ASKED_APART_MS = [0, 150, 300, 450];
const KILL_AFTER_MS = 150;
/** What is said twice would come soon. */
const LINGER_MS = 1_500;

const available = PocketSphinxRecognizer.available();
if (available !== true) console.warn(`SKIP questions to a dialog that is killed: ${available}`);

let kav: LiveKav;
let answer: LongAnswer;

const sleep = (ms: number) => kav.clock.sleepUntil(kav.clock.now() + ms);
describe("A dialog", () => {
  beforeAll(async () => {
    kav = await LiveKav.start({ businessFile: SHORT_GREETING, instances: { dialog: 3 } });
    answer = await LongAnswer.ofKey(kav.business, "9");
  });
  afterAll(() => kav?.[Symbol.asyncDispose]());

  describe("killed in mid-answer", () => {
    it("has a successor that goes on with the sentence, after 2 s at most", async () => {
      await using opened = new AsyncDisposableStack();
      const all = await Promise.all([LongTalk.begin(kav, answer), LongTalk.begin(kav, answer)]);
      for (const { call } of all) opened.defer(async () => void await call.hangUp());
      const { call } = all[0];
      const silencesMs: number[] = [];
      let adding: Promise<unknown> = Promise.resolve();
      for (let kill = 0; kill < KILLS; kill++) {
        const killed = await kav.workerOf(call, "dialog");
        const its = all
          .filter((talk) => kav.takersOf(talk.call, "dialog").at(-1) === killed.instance)
          .map((talk) => ({ talk, before: talk.bursts.length }));
        await sleep(between(300, 1_500));
        const killMs = kav.clock.now();
        await kav.kill(killed);
        for (const { talk, before } of its) {
          const { fromMs } = await talk.spokenTimes(before + 1);
          await kav.workerOf(talk.call, "dialog", killed);
          await kav.clock.sleepUntil(fromMs + 500);
          silencesMs.push(longestSilenceMs(talk.call, killMs, fromMs + 450));
        }
        // It starts while the next one is killed: a third is there.
        await adding;
        adding = kav.up.add("dialog");
      }
      await adding;
      const beginnings = await Promise.all(all.map((talk) => talk.beginnings()));
      console.log(
        `dialog killed: silence ${rounded(silencesMs)} ms, median ${median(silencesMs)} ms; ` +
          `went on with sentences ${beginnings.map((each) => each.join(" ")).join(" / ")}`,
      );
      assertLess(median(silencesMs), SILENCE_LIMIT_MS);
      assertEquals(beginnings[0]!.length, KILLS + 1);
      for (const [i, talk] of all.entries()) {
        const turns = await kav.turns(talk.call);
        assertEquals(turns.map(({ asked, told }) => [asked, told]).slice(1), [
          ["key 9", answer.text],
        ]);
        assertEquals(turns[1]!.spoken.from.piece, beginnings[i]!.at(-1));
      }

      const againMs = call.nowMs;
      call.press("*");
      const seconds = 3;
      await sleep((seconds + 1) * 1_000);
      const start = (await answer.audioFrom(0)).subarray(0, seconds * 8_000);
      hearingOf(call.heardTrack(), start, againMs - call.startedMs);
      const [, first, again] = await kav.turns(call);
      assertEquals([first!.interrupted, again!.asked, again!.told], [true, "key *", answer.text]);
    });
  });

  describe("killed when it was asked", { ignore: available !== true }, () => {
    it("has a successor that answers, once", async () => {
      await using opened = new AsyncDisposableStack();
      const [keeper, ...others] = kav.servicesOf("dialog");
      await Promise.all(others.map((each) => kav.kill(each)));
      const { answer: told, phrasings } = kav.business.questions[1]!;
      const asked = phrasings[0]!;
      const [question, spoken] = await Promise.all([kav.speech(asked), kav.speech(told)]);
      const all = await kav.placeMany(ASKED_APART_MS.length);
      for (const { call } of all) opened.defer(async () => void await call.hangUp());
      await Promise.all(all.map(({ call }) => call.untilMark("greeting_end", LONG_MS)));
      await kav.up.add("dialog");
      const fromMs = kav.clock.now();
      await Promise.all(all.map(async ({ call }, i) => {
        await kav.clock.sleepUntil(fromMs + ASKED_APART_MS[i]!);
        await call.play(question);
      }));
      const finalOf = ({ telemetry }: BenchCall) =>
        telemetry.call.find(({ event }) => event === "final");
      const { atMs } = await eventually(() => finalOf(all[0]!), "the first final");
      await kav.clock.sleepUntil(atMs + KILL_AFTER_MS);
      const killMs = kav.clock.now();
      await kav.kill(keeper!);
      const results = await Promise.all(all.map(async (placed) => {
        const { call } = placed;
        await kav.workerOf(call, "dialog", keeper);
        const end = await call.untilEvent("echoed", LONG_MS, isEnd);
        await sleep(LINGER_MS);
        // What a killed one may have begun to say comes before, and is not all of it.
        const last = burstsAfter(call, fromMs).at(-1)!;
        const hearing = hearingOf(call.heardTrack(), spoken, last.fromMs - call.startedMs - 20);
        assertEquals(call.timeline.of("echoed").filter(isEnd), [end]);
        assertEquals(last.frames, spoken.length / FRAME_BYTES);
        const turns = await kav.turns(call);
        assertEquals(turns.slice(1).map((turn) => [turn.asked, turn.told]), [[asked, told]]);
        return {
          finalMs: finalOf(placed)!.atMs - killMs,
          answeredMs: hearing.fromMs + call.startedMs - killMs,
        };
      }));
      console.log(
        "dialog killed when asked: " +
          results.map(({ finalMs, answeredMs }) =>
            `final at ${Math.round(finalMs)} ms, answered at ${Math.round(answeredMs)} ms`
          ).join("; "),
      );
      const before = results.filter(({ finalMs }) => finalMs > 0);
      assert(before.length > 0 && before.length < results.length, "finals before and after");
    });
  });

  describe("that is nowhere", () => {
    it("closes the stream within 3.5 s of its start, and the caller gets the fallback verb", async () => {
      await Promise.all(kav.servicesOf("dialog").map((dialog) => kav.kill(dialog)));
      const openMs = await getsFallback(kav);
      console.log(`no dialog: stream closed after ${Math.round(openMs)} ms`);
      assertLess(openMs, FALLBACK_LIMIT_MS);
    });
  });
});
