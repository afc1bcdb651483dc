import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { afterAll, afterEach, beforeAll, describe, it } from "@std/testing/bdd";
import type { Role } from "shared/bus/subjects.ts";
import type { FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import type { ServiceProcess } from "deploy/local/service_process.ts";
import { hearingOf } from "../../end_to_end/heard.ts";
import { assertNothingLost, greetedMany, hearsKey, hearsQuestion } from "../answers.ts";
import { edgeOf, ROLES } from "../hands.ts";
import { type BenchCall, eventually, LiveKav, LONG_MS, SHORT_GREETING } from "../live_kav.ts";

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

/** A process that was told to end, and its calls. */
class Leaving {
  readonly service: ServiceProcess;
  readonly #calls: Set<BenchCall>;
  #ended: { readonly code: number; readonly atMs: number } | undefined;

  constructor(service: ServiceProcess, calls: readonly BenchCall[] = []) {
    this.service = service;
    this.#calls = new Set(calls);
    kav.terminate(service).then((code) => this.#ended = { code, atMs: kav.clock.now() });
  }

  /** Resolves when it says that it takes no calls. */
  async isDraining(): Promise<void> {
    await eventually(async () => await kav.readiness(this.service) !== 200, "a drain");
  }

  /** To be told of a call that is over: it lives until its last one, and ends then. */
  async isOver(call: BenchCall): Promise<void> {
    if (!this.#calls.delete(call)) return;
    if (this.#calls.size > 0) {
      assertEquals(this.#ended, undefined, `${this.service.label} ended before its last call`);
    } else await this.end(kav.clock.now());
  }

  /** It ends soon after `sinceMs`, with 0. */
  async end(sinceMs: number): Promise<void> {
    const { label } = this.service;
    const { code, atMs } = await eventually(() => this.#ended, `${label} ended`);
    assertEquals(code, 0, kav.linesOf(this.service).slice(-10).join("\n"));
    assertLess(atMs - sinceMs, END_MS, "its end");
    console.log(`${label} ended ${(atMs - sinceMs).toFixed(0)} ms after nothing held it`);
  }
}

/**
 * In the middle of ten answers an instance of each of these roles is told to end: the answers are heard whole, further
 * questions too, new calls go to the other instances, and each ends with its last call.
 *
 * @param beside what happens besides in the middle of the answers
 */
async function drains(
  roles: readonly ((call: FakeCall) => ServiceProcess)[],
  { beside = () => Promise.resolve(), waitMs = 0 } = {},
): Promise<void> {
  const calls = await greetedMany(kav, CALLS);
  await kav.tap.flush();
  const hands = handsOf(calls);
  const answers = calls.map((each) => hearsKey(kav, each, "3", 2));
  await Promise.all(calls.map(({ call }) => call.untilHeardSpeech(LONG_MS)));
  const leaving = roles.map((of) => new Leaving(...busiest(calls, of)));
  await Promise.all([...leaving.map((each) => each.isDraining()), beside()]);
  await kav.clock.sleepUntil(kav.clock.now() + waitMs);
  const later = await greetedMany(kav, NEW_CALLS);
  await Promise.all(answers);
  await Promise.all(calls.map((each) => hearsQuestion(kav, each, 3)));
  for (const { call } of later) {
    hearingOf(call.heardTrack(), await kav.speech(kav.business.greeting.text));
    for (const [i, of] of roles.entries()) {
      assert(of(call) !== leaving[i]!.service, "a new call was taken");
    }
  }
  assertCarried([...calls, ...later]);
  assertInTheSameHands(calls, hands);
  for (const each of [...later, ...calls]) {
    await each.call.hangUp();
    for (const one of leaving) await one.isOver(each);
  }
}

describe("SIGTERM during ten calls", () => {
  beforeAll(async () => {
    kav = await LiveKav.start({
      businessFile: SHORT_GREETING,
      instances: { edge: 2, stt: 2, dialog: 2 },
      // All ten ask at the same moment, and may have the same recognizer.
      settings: { STT_DECODERS: "4" },
    });
  });

  afterAll(() => kav[Symbol.asyncDispose]());

  afterEach(() => kav.hangUpAll());

  it("to a dialog instance lets it lead its calls to their end; to greeting-builder ends it at once, and no call", async () => {
    const beside = () => new Leaving(kav.service("greetings-1")).end(kav.clock.now());
    await drains([workerOf("dialog")], { beside });
  });

  it("to an stt instance lets it hear its calls to their end, and to an edge lets it carry them", async () => {
    await drains([workerOf("stt"), edgeOfCall], { waitMs: BALANCED_MS });
    const [last] = kav.servicesOf("edge");
    assertGreater(await kav.sample(last!, `kav_calls_total{reason="caller_hung_up"}`), NEW_CALLS);
  });
});
