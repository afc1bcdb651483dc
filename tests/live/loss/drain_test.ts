import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { afterAll, afterEach, beforeAll, describe, it } from "@std/testing/bdd";
import type { Role } from "shared/bus/subjects.ts";
import type { FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import type { ServiceProcess } from "deploy/local/service_process.ts";
import { hearingOf } from "../../end_to_end/heard.ts";
import { assertNothingLost, greeted, greetedMany, hearsKey, hearsQuestion } from "../answers.ts";
import { edgeOf, ROLES } from "../hands.ts";
import { type BenchCall, eventually, LiveKav, LONG_MS } from "../live_kav.ts";

const CALLS = 10;
const NEW_CALLS = 3;
/** An instance ends so soon after its last call. */
const END_MS = 2_000;
/** haproxy asks every 200 ms who is ready. */
const BALANCED_MS = 500;
let kav: LiveKav;

const workerOf = (role: Role) => (call: FakeCall): ServiceProcess =>
  kav.service(kav.takersOf(call, role).at(-1)!);
const edgeOfCall = (call: FakeCall): ServiceProcess => edgeOf(kav, call)!;

/** The instance with the most calls: five at least. */
function busiest(calls: readonly BenchCall[], of: (call: FakeCall) => ServiceProcess) {
  const by = Map.groupBy(calls, ({ call }) => of(call));
  return [...by].toSorted(([, a], [, b]) => b.length - a.length)[0]!;
}

/** Who has had each call so far, in the order in which they took it. */
function handsOf(calls: readonly BenchCall[]) {
  return calls.map(({ call }) => ({
    call: call.callSid,
    ...Object.fromEntries(ROLES.map((role) => [role, kav.takersOf(call, role)])),
  }));
}

/** Nobody's call has been closed, or has missed anything. */
function assertCarried(calls: readonly BenchCall[]): void {
  for (const each of calls) {
    const { call } = each;
    assertEquals(call.timeline.of("stream_ended"), [], `stream of ${call.callSid}`);
    assertNothingLost(each);
  }
}

/** Each call is where it was when `hands` were noted. */
function assertInTheSameHands(
  calls: readonly BenchCall[],
  hands: ReturnType<typeof handsOf>,
): void {
  const told = kav.lines.filter(({ line }) => line.includes("worker lost"));
  assertEquals(handsOf(calls), hands, told.map(({ label, line }) => `${label} ${line}`).join("\n"));
}

/** Ends one call after the other. @returns when the last one was over */
async function hangUp(calls: readonly BenchCall[]): Promise<number> {
  for (const { call } of calls) await call.hangUp();
  return kav.clock.now();
}

/** A process that was told to end. */
class Leaving {
  readonly service: ServiceProcess;
  #ended: { readonly code: number; readonly atMs: number } | undefined;

  constructor(service: ServiceProcess) {
    this.service = service;
    kav.terminate(service).then((code) => this.#ended = { code, atMs: kav.clock.now() });
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Resolves when it says that it takes no calls. */
  async isDraining(): Promise<void> {
    await eventually(async () => await kav.readiness(this.service) !== 200, "a drain");
  }

  /** @returns how long after `sinceMs` it has ended, with 0. */
  async end(sinceMs: number): Promise<number> {
    const { code, atMs } = await eventually(() => this.#ended, `${this.service.label} ended`);
    assertEquals(code, 0, kav.linesOf(this.service).slice(-10).join("\n"));
    assertLess(atMs - sinceMs, END_MS, "its end");
    return atMs - sinceMs;
  }
}

/**
 * In the middle of ten answers an instance is told to end: they are heard whole, further questions too, new calls go
 * to the other instance, and it ends with its last call.
 */
async function drains(of: (call: FakeCall) => ServiceProcess, waitMs = 0): Promise<void> {
  const calls = await greetedMany(kav, CALLS);
  await kav.tap.flush();
  const hands = handsOf(calls);
  const [service, own] = busiest(calls, of);
  const others = calls.filter((each) => !own.includes(each));
  const answers = calls.map((each) => hearsKey(kav, each, "3", 2));
  await Promise.all(calls.map(({ call }) => call.untilHeardSpeech(LONG_MS)));
  const leaving = new Leaving(service);
  await leaving.isDraining();
  await kav.clock.sleepUntil(kav.clock.now() + waitMs);
  const later = await greetedMany(kav, NEW_CALLS);
  await Promise.all(answers);
  await Promise.all(calls.map((each) => hearsQuestion(kav, each, 3)));
  for (const { call } of later) assert(of(call) !== service, "a new call was taken");
  assertCarried([...calls, ...later]);
  assertInTheSameHands(calls, hands);

  await hangUp([...others, ...later, ...own.slice(1)]);
  assertEquals(leaving.hasEnded, false, "it ended before its last call");
  const endedMs = await leaving.end(await hangUp(own.slice(0, 1)));
  console.log(
    `${service.label} drained with ${own.length} of ${CALLS} calls: ended ` +
      `${endedMs.toFixed(0)} ms after its last one`,
  );
}

describe("SIGTERM during ten calls", () => {
  beforeAll(async () => {
    kav = await LiveKav.start({
      instances: { edge: 2, stt: 2, dialog: 2 },
      // All ten ask at the same moment, and may have the same recognizer.
      settings: { STT_DECODERS: "4" },
    });
  });

  afterAll(() => kav[Symbol.asyncDispose]());

  afterEach(() => kav.hangUpAll());

  it("to greeting-builder ends it at once, and no call", async () => {
    const calls = await greetedMany(kav, CALLS);
    const hands = handsOf(calls);
    const answers = calls.map((each) => hearsKey(kav, each, "2", 2));
    await Promise.all(calls.map(({ call }) => call.untilHeardSpeech(LONG_MS)));
    const toldMs = kav.clock.now();
    const endedMs = await new Leaving(kav.service("greetings-1")).end(toldMs);
    await Promise.all(answers);
    const later = await greeted(kav);
    hearingOf(later.call.heardTrack(), await kav.speech(kav.business.greeting.text));
    assertCarried([...calls, later]);
    assertInTheSameHands(calls, hands);
    await hangUp([...calls, later]);
    console.log(`greetings-1 ended ${endedMs.toFixed(0)} ms after SIGTERM`);
  });

  it("to an stt instance lets it hear its calls to their end", () => drains(workerOf("stt")));

  it("to a dialog instance lets it lead its calls to their end", () => drains(workerOf("dialog")));

  it("to an edge lets it carry its calls to their end", async () => {
    await drains(edgeOfCall, BALANCED_MS);
    const [last] = kav.servicesOf("edge");
    assertGreater(await kav.sample(last!, `kav_calls_total{reason="caller_hung_up"}`), NEW_CALLS);
  });
});
