import { assert, assertEquals, assertLess } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import type { ServiceProcess } from "deploy/local/service_process.ts";
import { hearingOf } from "../../end_to_end/heard.ts";
import { getsFallback, isEnd } from "../answers.ts";
import { burstsAfter, longestSilenceMs, median } from "../bursts.ts";
import { busOfUser } from "../bus_of_user.ts";
import { type BenchCall, eventually, LiveKav, LONG_MS } from "../live_kav.ts";
import { LongAnswer } from "../long_answer.ts";
import { LongTalk } from "../long_talk.ts";
import { TxTap } from "../tx_tap.ts";

const FIXTURE = new URL("../fixtures/failover.yaml", import.meta.url).pathname;

/** Side by side, so that 20 hangs of 4 s take a minute. */
const HANGING_SYSTEMS = 3;
const HANGS_EACH = 7;
const CALLS_PER_ROUND = 4;
const HUNG_MS = 4_000;
const SUCCESSOR_LIMIT_MS = 2_500;
/** Whoever has hung learns by then that the call is not its own any more. */
const WAKE_MS = 1_000;

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
const between = (fromMs: number, toMs: number) => fromMs + Math.random() * (toMs - fromMs);
const rounded = (values: readonly number[]) =>
  values.map(Math.round).sort((a, b) => a - b).join(" ");

/** Calls in the middle of a long answer, and all that dialogs publish for them. */
async function talks(kav: LiveKav, count: number, opened: AsyncDisposableStack) {
  const bus = opened.adopt(await busOfUser(kav.up, "edge"), (it) => it.close());
  return await Promise.all(Array.from({ length: count }, async () => {
    const talk = await LongTalk.begin(kav, answer);
    opened.defer(async () => void await talk.call.hangUp());
    return { talk, tap: new TxTap(bus, talk.call.callSid) };
  }));
}

interface Succession {
  /** From the hang until the successor was heard. */
  readonly spokeMs: number;
  /** Messages that the hung one has published after it woke. */
  readonly stale: number;
}

/** Hangs dialogs that have calls, so many times. @returns what became of the calls of each. */
async function hangsOf(kav: LiveKav, times: number): Promise<Succession[][]> {
  const hangs: Succession[][] = [];
  while (hangs.length < times) {
    await using opened = new AsyncDisposableStack();
    const all = await talks(kav, CALLS_PER_ROUND, opened);
    const [one, other] = kav.servicesOf("dialog");
    for (const [hung, successor] of [[one!, other!], [other!, one!]] as const) {
      const its = all.filter(({ talk }) => kav.takersOf(talk.call, "dialog")[0] === hung.instance);
      if (its.length > 0) hangs.push(await hang(kav, its, hung, successor));
    }
  }
  return hangs;
}

/** One dialog hangs, wakes, and has nothing to say any more. */
async function hang(
  kav: LiveKav,
  its: Awaited<ReturnType<typeof talks>>,
  hung: ServiceProcess,
  successor: ServiceProcess,
): Promise<Succession[]> {
  await sleep(between(300, 1_000));
  const stopMs = kav.clock.now();
  kav.suspend(hung);
  await kav.clock.sleepUntil(stopMs + HUNG_MS);
  const wokeMs = kav.clock.now();
  kav.resume(hung);
  await sleep(WAKE_MS + 200);
  assertEquals(await kav.sample(hung, "kav_dialog_calls"), 0);
  const successions = await Promise.all(its.map(async ({ talk, tap }) => {
    const { call, bursts } = talk;
    assertEquals(kav.takersOf(call, "dialog"), [hung.instance, successor.instance]);
    const told = kav.lines.filter(({ line }) => line.includes(call.callSid));
    assertEquals(bursts.length, 2, JSON.stringify({ stopMs, bursts, told }));
    const beginnings = await talk.beginnings();
    assertEquals(tap.staleAfter(wokeMs + WAKE_MS), []);
    const stored = await kav.stores.conversations.get(call.callSid);
    const { utterance, firstSentence } = stored!.turns[1]!.spoken;
    const newest = tap.audio.at(-1)!;
    assertEquals([stored!.epoch, utterance], [newest.epoch, newest.utterance]);
    assertEquals(firstSentence, beginnings[1]);
    return { spokeMs: bursts[1]!.fromMs - stopMs, stale: tap.staleAfter(wokeMs).length };
  }));
  await Promise.all(its.map(({ talk }) => talk.call.hangUp()));
  return successions;
}

describe("A dialog", () => {
  beforeAll(async () => {
    kav = await LiveKav.start({ businessFile: FIXTURE, instances: { dialog: 2 } });
    answer = await LongAnswer.ofKey(kav.business, "9");
  });
  afterAll(() => kav?.[Symbol.asyncDispose]());

  describe("that hangs for 4 s in mid-answer", () => {
    it("has a successor that speaks within 2.5 s, and never speaks again for that call", async () => {
      await using others = new AsyncDisposableStack();
      const options = { businessFile: FIXTURE, instances: { dialog: 2 } };
      const systems = [kav];
      while (systems.length < HANGING_SYSTEMS) {
        systems.push(others.use(await LiveKav.start(options)));
      }
      const hangs = (await Promise.all(systems.map((each) => hangsOf(each, HANGS_EACH)))).flat();
      const successors = hangs.flat();
      console.log(
        `dialog hung: ${hangs.length} times, ${successors.length} successors spoke after ` +
          `${
            rounded(successors.map(({ spokeMs }) => spokeMs))
          } ms; messages published after waking: ` +
          rounded(successors.map(({ stale }) => stale)),
      );
      assert(hangs.length >= 20);
      for (const { spokeMs } of successors) assertLess(spokeMs, SUCCESSOR_LIMIT_MS);
    });
  });

  describe("killed in mid-answer", () => {
    it("has a successor that goes on with the sentence, after 2 s at most", async () => {
      await using opened = new AsyncDisposableStack();
      const all = (await talks(kav, 2, opened)).map(({ talk }) => talk);
      const { call } = all[0]!;
      const silencesMs: number[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        const adding = kill === 0 ? undefined : kav.up.add("dialog");
        const killed = await kav.workerOf(call, "dialog");
        const its = all
          .filter((talk) => kav.takersOf(talk.call, "dialog").at(-1) === killed.instance)
          .map((talk) => ({ talk, before: talk.bursts.length }));
        await Promise.all([adding, sleep(between(300, 1_500))]);
        const killMs = kav.clock.now();
        await kav.kill(killed);
        for (const { talk, before } of its) {
          const { fromMs } = await talk.spokenTimes(before + 1);
          await kav.workerOf(talk.call, "dialog", killed);
          await kav.clock.sleepUntil(fromMs + 500);
          silencesMs.push(longestSilenceMs(talk.call, killMs, fromMs + 450));
        }
      }
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
        assertEquals(turns[1]!.spoken.firstSentence, beginnings[i]!.at(-1));
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
