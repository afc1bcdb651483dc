/** 200 calls at once, several times: all are heard, and nothing of them is left. */
import { assertEquals, assertGreaterOrEqual, assertLess } from "@std/assert";
import { afterAll, afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import v8 from "node:v8";
import vm from "node:vm";
import { SystemClock } from "shared/clock/system_clock.ts";
import { ConnectionPool } from "shared/speech/google/recognition/connection_pool.ts";
import { googleConnections } from "shared/speech/google/recognition/google_connection.ts";
import { GoogleRecognizer } from "shared/speech/google/recognition/google_recognizer.ts";
import { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import { LiveCaller } from "./live_caller.ts";
import { attemptsRunOut, pause } from "./speech_client.ts";

const CALLS = 200;
const CALL_MS = 4_000;
/** In which all of them begin to speak. */
const ONSETS_MS = 1_500;
const ROUNDS = 3;
/** As at Google: a stream more than that waits silently, and its caller is not heard. */
const STREAMS_PER_CONNECTION = 100;
/** What may be left of 400 calls: the emulator's own records of them, and what the engine compiled meanwhile. */
const MAX_KEPT_BYTES = 8 * 1024 ** 2;

const TEXTS = Array.from({ length: CALLS }, (_, call) => `מדבר מספר ${call}`);

v8.setFlagsFromString("--expose-gc");
const collectGarbage = vm.runInNewContext("gc") as () => void;

let emulator: GoogleEmulator;
let pool: ConnectionPool;
let recognizer: GoogleRecognizer;
let warnings: string[];

beforeEach(async () => {
  emulator = await GoogleEmulator.start({
    lexicon: TEXTS,
    maxStreams: STREAMS_PER_CONNECTION,
    finalAfterMs: 300,
  });
  const clock = new SystemClock();
  const connect = googleConnections(emulator.endpoint, emulator.credentials);
  pool = new ConnectionPool({ connect, clock });
  warnings = [];
  recognizer = new GoogleRecognizer({
    clock,
    connections: { default: pool },
    warm: () => pool.open(1),
    closeConnections: () => pool.close(),
    model: "default",
    useEnhanced: false,
    batchMs: 40,
    streaming: true,
    onWarning: (message) => warnings.push(message),
    onRenewal: (reason) => warnings.push(reason),
    onMode: (mode) => warnings.push(mode),
  });
  await recognizer.open();
});

afterEach(async () => {
  await recognizer.close();
  await emulator.close();
});

/** Callers that begin to speak one after the other. */
async function speakingCallers(): Promise<LiveCaller[]> {
  const callers = TEXTS.map(() => new LiveCaller(recognizer));
  const beganMs = performance.now();
  for (const [index, caller] of callers.entries()) {
    await pause(beganMs + index * ONSETS_MS / CALLS - performance.now());
    caller.say(TEXTS[index]!);
  }
  return callers;
}

/** Each of them is heard, and with its own words. @returns the callers, who may still be held by something. */
async function oneRound(): Promise<WeakRef<LiveCaller>[]> {
  const endMs = performance.now() + CALL_MS;
  const callers = await speakingCallers();
  await Promise.all(callers.map((caller, index) => caller.untilFinal(TEXTS[index]!)));
  await pause(endMs - performance.now());
  assertEquals([pool.streams, pool.connections, emulator.openStreams], [CALLS, 3, CALLS]);
  for (const caller of callers) caller.hangUp();
  assertEquals(callers.flatMap(({ errors }) => errors), []);
  return callers.map((caller) => new WeakRef(caller));
}

async function allStreamsClosed(): Promise<void> {
  const giveUpMs = performance.now() + 5_000;
  while (emulator.openStreams > 0) {
    assertLess(performance.now(), giveUpMs, `${emulator.openStreams} streams are still open`);
    await pause(10);
  }
}

/** @returns bytes that are really held. */
async function held(): Promise<number> {
  // What a last write, or a limit of 50 ms, still holds goes before.
  await pause(200);
  collectGarbage();
  return Deno.memoryUsage().heapUsed;
}

describe("GoogleRecognizer with 200 calls", () => {
  afterAll(attemptsRunOut);

  it("hears each of them, and has nothing left when they are over", async () => {
    const heldBytes: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const callers = await oneRound();
      await allStreamsClosed();
      assertEquals(pool.streams, 0);
      heldBytes.push(await held());
      const kept = callers.filter((caller) => caller.deref() !== undefined);
      assertEquals(kept.length, 0, "calls are still held");
    }
    assertGreaterOrEqual(emulator.mostOpenStreams, CALLS);
    assertEquals([emulator.streams.length, warnings], [ROUNDS * CALLS, []]);
    assertLess(heldBytes.at(-1)! - heldBytes[0]!, MAX_KEPT_BYTES, heldBytes.join());
  });

  it("tells every call when Google goes down amid their writes, and rejects nothing unheard", async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (event: PromiseRejectionEvent) => {
      event.preventDefault();
      unhandled.push(event.reason);
    };
    globalThis.addEventListener("unhandledrejection", onUnhandled);
    const callers = await speakingCallers();
    await emulator.goDown();
    const giveUpMs = performance.now() + 5_000;
    const isOver = ({ errors }: LiveCaller) => errors.some((error) => error.startsWith("FAILED: "));
    while (!callers.every(isOver)) {
      assertLess(performance.now(), giveUpMs, "some calls were never told");
      await pause(20);
    }
    // They go on writing for a while.
    await pause(300);
    for (const caller of callers) caller.hangUp();
    await pause(100);
    globalThis.removeEventListener("unhandledrejection", onUnhandled);
    assertEquals([unhandled, pool.streams, emulator.openStreams], [[], 0, 0]);
    const otherwise = callers.map(({ errors }) => errors.at(-1)!)
      .filter((error) => !error.includes("Check the network"));
    assertEquals(otherwise, []);
  });
});
