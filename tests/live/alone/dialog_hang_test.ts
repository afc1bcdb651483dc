import { assert, assertEquals, assertLess } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import type { ServiceProcess } from "deploy/local/service_process.ts";
import { busOfUser } from "../bus_of_user.ts";
import { between, rounded } from "../bursts.ts";
import { LiveKav, SHORT_GREETING } from "../live_kav.ts";
import { LongAnswer } from "../long_answer.ts";
import { LongTalk } from "../long_talk.ts";
import { TxTap } from "../tx_tap.ts";

/** Side by side, so that 20 hangs of 4 s take half a minute; callers press keys, so nobody need hear them. */
const HANGING_SYSTEMS = 4;
const INSTANCES = { stt: 0, dialog: 2 };
const HANGS_EACH = 5;
const CALLS_PER_ROUND = 4;
const HUNG_MS = 4_000;
const SUCCESSOR_LIMIT_MS = 2_500;
/** Whoever has hung learns by then that the call is not its own any more. */
const WAKE_MS = 1_000;

let systems: readonly LiveKav[] = [];
let answer: LongAnswer;

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

/** Hangs both dialogs in turn while they have calls, so many times in all. @returns what became of the calls of each. */
async function hangsOf(kav: LiveKav, times: number): Promise<Succession[][]> {
  const hangs: Succession[][] = [];
  const takerOf = ({ talk }: Awaited<ReturnType<typeof talks>>[number]) =>
    kav.takersOf(talk.call, "dialog")[0];
  while (hangs.length < times) {
    await using opened = new AsyncDisposableStack();
    const all = await talks(kav, CALLS_PER_ROUND, opened);
    while (new Set(all.map(takerOf)).size < 2) all.push(...await talks(kav, 1, opened));
    const [one, other] = kav.servicesOf("dialog");
    for (const [hung, successor] of [[one!, other!], [other!, one!]] as const) {
      if (hangs.length === times) break;
      const its = all.filter((each) => takerOf(each) === hung.instance);
      hangs.push(await hang(kav, its, hung, successor));
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
  const { clock } = kav;
  await clock.sleepUntil(clock.now() + between(300, 1_000));
  const stopMs = clock.now();
  kav.suspend(hung);
  await clock.sleepUntil(stopMs + HUNG_MS);
  const wokeMs = clock.now();
  kav.resume(hung);
  await clock.sleepUntil(wokeMs + WAKE_MS + 200);
  assertEquals(await kav.sample(hung, "kav_dialog_calls"), 0);
  const successions = await Promise.all(its.map(async ({ talk, tap }) => {
    const { call, bursts } = talk;
    assertEquals(kav.takersOf(call, "dialog"), [hung.instance, successor.instance]);
    const told = kav.lines.filter(({ line }) => line.includes(call.callSid));
    assertEquals(bursts.length, 2, JSON.stringify({ stopMs, bursts, told }));
    const beginnings = await talk.beginnings();
    assertEquals(tap.staleAfter(wokeMs + WAKE_MS), []);
    const stored = await kav.stores.conversations.get(call.callSid);
    const { utterance, from } = stored!.turns[1]!.spoken;
    const newest = tap.audio.at(-1)!;
    assertEquals([stored!.epoch, utterance], [newest.epoch, newest.utterance]);
    assertEquals(from.piece, beginnings[1]);
    return { spokeMs: bursts[1]!.fromMs - stopMs, stale: tap.staleAfter(wokeMs).length };
  }));
  await Promise.all(its.map(({ talk }) => talk.call.hangUp()));
  return successions;
}

describe("A dialog", () => {
  const opened = new AsyncDisposableStack();

  beforeAll(async () => {
    const options = { businessFile: SHORT_GREETING, instances: INSTANCES };
    systems = await Promise.all(
      Array.from({ length: HANGING_SYSTEMS }, async () => opened.use(await LiveKav.start(options))),
    );
    answer = await LongAnswer.ofKey(systems[0]!.business, "9");
  });
  afterAll(() => opened.disposeAsync());

  describe("that hangs for 4 s in mid-answer", () => {
    it("has a successor that speaks within 2.5 s, and never speaks again for that call", async () => {
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
});
