import { assert, assertEquals, assertGreater, assertGreaterOrEqual, assertLess } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import { gapStats } from "shared/testing/fake_twilio/fake_twilio.ts";
import { ConversationWatch } from "deploy/demo/conversation_watch.ts";
import { type DemoPlan, planDemo } from "deploy/demo/plan.ts";
import { type DemoRun, runDemoCall } from "deploy/demo/script.ts";
import { undisturbed } from "../../end_to_end/undisturbed.ts";
import { ROLES } from "../hands.ts";
import { type BenchCall, LiveKav } from "../live_kav.ts";

const CALLS = 20;
/** Four decoders take a sentence of 4 s every second. */
const STAGGER_MS = 600;
/** A fair share is ten; one call in two thousand runs gives an instance fewer. */
const LEAST_SHARE = 3;
const MAX_P99_MS = 15;
const VOICE_STEPS = ["question", "nonsense"] as const;
const STEPS = [...VOICE_STEPS, "longAnswer", "goodbye"] as const;

const recognition = PocketSphinxRecognizer.available() === true;

interface Conversation extends BenchCall {
  readonly run: DemoRun;
  readonly fromMs: number;
  readonly toMs: number;
}

interface Pace {
  readonly p99Ms: number;
  readonly worstP99Ms: number;
  readonly maxMs: number;
  readonly fps: readonly number[];
  readonly underruns: number;
  readonly resyncs: number;
}

/** Calls begin one after the other, and then are all on the line together. */
async function talk(kav: LiveKav, plan: DemoPlan, voice: ReadonlyMap<string, Uint8Array>) {
  const speak = (text: string) => Promise.resolve(voice.get(text)!);
  const { conversations } = kav.stores;
  return await Promise.all(
    Array.from({ length: CALLS }, async (_, i): Promise<Conversation> => {
      await kav.clock.sleepUntil(kav.clock.now() + i * STAGGER_MS);
      const fromMs = kav.clock.now();
      const placed = await kav.place({ speak });
      const events = new ConversationWatch({
        conversations,
        clock: kav.clock,
        callSid: placed.call.callSid,
        onTurn: () => {},
      });
      const run = await runDemoCall(placed.call, { plan, events, print: () => {} });
      events.stop();
      return { ...placed, run, fromMs, toMs: kav.clock.now() };
    }),
  );
}

function assertAnswers({ call, run }: Conversation, plan: DemoPlan): void {
  const { callSid } = call;
  assertEquals([run.problem, run.end.by, run.end.code], [undefined, "kav", 1000], callSid);
  assertEquals(call.timeline.of("warning"), [], callSid);
  for (const step of STEPS) {
    assertEquals(words(run[step]?.told), words(plan[step]?.expected), `${step} of ${callSid}`);
  }
  if (plan.question?.by !== "voice") return;
  assertEquals([run.question?.asked, run.nonsense?.asked], [plan.question.text, null], callSid);
}

const words = (text: string | undefined) => text?.trim().split(/\s+/);

/** No call has changed hands, and every instance has its part of them. */
function assertSpread(kav: LiveKav, calls: readonly Conversation[]): Record<string, number> {
  const taken: Record<string, number> = {};
  for (const role of ROLES) {
    for (const { instance } of kav.servicesOf(role)) taken[instance] = 0;
    for (const { call } of calls) {
      const takers = kav.takersOf(call, role);
      assertEquals(takers.length, 1, `${role} of ${call.callSid}: ${takers}`);
      taken[takers[0]!]!++;
    }
  }
  for (const [instance, count] of Object.entries(taken)) {
    assertGreaterOrEqual(count, LEAST_SHARE, `calls of ${instance}`);
  }
  return taken;
}

function assertTogether(calls: readonly Conversation[]): void {
  const togetherMs = Math.min(...calls.map(({ toMs }) => toMs)) -
    Math.max(...calls.map(({ fromMs }) => fromMs));
  const longestMs = Math.max(...calls.map(({ fromMs, toMs }) => toMs - fromMs));
  assertGreater(togetherMs, longestMs / 2, "all calls on the line together");
}

function assertNoDrops(calls: readonly Conversation[]): void {
  for (const { call, telemetry } of calls) {
    const seconds = [...telemetry.tx, ...telemetry.rx];
    assertGreater(seconds.length, 40, `telemetry of ${call.callSid}`);
    assertEquals(seconds.filter(({ drops }) => drops > 0), [], `drops of ${call.callSid}`);
  }
}

function paceOf(calls: readonly Conversation[]): Pace {
  const seconds = calls.flatMap(({ telemetry }) => telemetry.tx);
  // Far apart from each other, no gap is counted between two calls.
  const arrivals = calls.flatMap(({ call }, i) =>
    call.timeline.of("media").map(({ atMs }) => atMs + i * 1e9)
  );
  const all = gapStats(arrivals)!;
  return {
    p99Ms: all.p99DeviationMs,
    worstP99Ms: Math.max(...calls.map(({ call }) => call.gapStats()!.p99DeviationMs)),
    maxMs: all.maxDeviationMs,
    fps: seconds.map(({ fps }) => fps).filter((fps) => fps !== null),
    underruns: seconds.reduce((sum, { underruns }) => sum + underruns, 0),
    resyncs: seconds.reduce((sum, { resyncs }) => sum + resyncs, 0),
  };
}

const isSteady = ({ fps }: Pace) => fps.every((rate) => rate >= 49 && rate <= 51);
const keepsTime = (pace: Pace) => isSteady(pace) && pace.p99Ms < MAX_P99_MS;

function told(pace: Pace, taken: Readonly<Record<string, number>>): string {
  const { p99Ms, worstP99Ms, maxMs, fps, underruns, resyncs } = pace;
  return `${CALLS} conversations over NATS: fps ${Math.min(...fps)} to ${Math.max(...fps)} in ` +
    `${fps.length} call seconds, |gap - 20| p99 ${p99Ms.toFixed(1)} ms, of the worst call ` +
    `${worstP99Ms.toFixed(1)} ms, max ${maxMs.toFixed(1)} ms, underruns ${underruns}, resyncs ` +
    `${resyncs}; taken ${Object.values(taken).join("/")}`;
}

describe("Kav over NATS", () => {
  it("leads twenty whole conversations at once, spread over two instances of each role", async () => {
    await using kav = await LiveKav.start({
      instances: { stt: 2, dialog: 2 },
      // Calls are spread by chance: one recognizer may have most of those who speak at a moment.
      settings: { STT_DECODERS: "4" },
    });
    const plan = planDemo(kav.business, recognition);
    const voice = new Map<string, Uint8Array>();
    for (const step of VOICE_STEPS.map((name) => plan[name])) {
      if (step?.by === "voice") voice.set(step.text, await kav.speech(step.text));
    }
    const pace = await undisturbed(async () => {
      const calls = await talk(kav, plan, voice);
      await kav.tap.flush();
      for (const call of calls) assertAnswers(call, plan);
      assertTogether(calls);
      assertNoDrops(calls);
      const measured = paceOf(calls);
      console.log(told(measured, assertSpread(kav, calls)));
      assertGreater(measured.fps.length, CALLS * 8, "seconds with a rate");
      return measured;
    }, keepsTime);
    assert(isSteady(pace), `[TX] fps ${pace.fps}`);
    assertLess(pace.p99Ms, MAX_P99_MS, "p99 of |gap - 20|");
  });
});
