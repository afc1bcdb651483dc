import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { afterAll, afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { SystemClock } from "shared/clock/system_clock.ts";
import { EngineFailure } from "shared/speech/engine_failure.ts";
import { ConnectionPool } from "shared/speech/google/recognition/connection_pool.ts";
import { googleConnections } from "shared/speech/google/recognition/google_connection.ts";
import { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import { HeardStream } from "./heard_stream.ts";
import { attemptsRunOut, pause } from "./speech_client.ts";

const TEXT = "שלום מדבר דני";
const CALLS = 200;

let emulator: GoogleEmulator;
let pool: ConnectionPool;

beforeEach(async () => {
  emulator = await GoogleEmulator.start({
    partialAfterMs: 50,
    finalAfterMs: 1_000,
    lexicon: [TEXT],
  });
  pool = new ConnectionPool({
    clock: new SystemClock(),
    connect: googleConnections(emulator.endpoint, emulator.credentials),
  });
});

afterEach(async () => {
  await pool.close();
  await emulator.close();
  assertEquals([pool.connections, emulator.openStreams], [0, 0]);
});

async function failsWithin(limitMs: number): Promise<EngineFailure> {
  const startMs = performance.now();
  const failure = await assertRejects(() => pool.acquire(), EngineFailure);
  assertLess(performance.now() - startMs, limitMs);
  return failure;
}

describe("ConnectionPool with the real client", () => {
  afterAll(attemptsRunOut);

  it("lets 200 streams be heard at once: none waits for another one to end", async () => {
    await pool.open(1);
    const places = await Promise.all(Array.from({ length: CALLS }, () => pool.acquire()));
    const speech = emulator.say(TEXT);
    const streams = places.map(({ connection }) => new HeardStream(connection));
    for (const stream of streams) stream.say(speech);
    const finals = await Promise.all(streams.map(({ final }) => final));
    assert(finals.every((text) => text === TEXT));
    assertEquals([emulator.openStreams, emulator.mostOpenStreams], [CALLS, CALLS]);
    assertEquals([pool.streams, pool.connections], [CALLS, 3]);

    for (const { stream } of streams) stream.cancel();
    for (const place of places) place.release();
    assertEquals(pool.streams, 0);
    while (emulator.openStreams > 0) await pause(10);
  });

  it("fails fast while nobody answers, and gives places again right after", async () => {
    await pool.open(1);
    const place = await pool.acquire();
    const broken = new HeardStream(place.connection);
    await place.connection.check(1_000);
    await emulator.goDown();
    assertEquals((await broken.ended)?.kind, "unreachable");
    place.release();
    assertEquals((await failsWithin(600)).kind, "unreachable");

    await emulator.blackHole();
    assertEquals((await failsWithin(1_500)).kind, "timeout");

    await emulator.comeBack();
    const again = await pool.acquire();
    const heard = new HeardStream(again.connection);
    heard.say(emulator.say(TEXT));
    assertEquals(await heard.final, TEXT);
    heard.stream.cancel();
    again.release();
  });

  it("cannot be opened with credentials that are not accepted", async () => {
    emulator.faults.always = { code: 7, message: "The caller does not have permission" };
    const failure = await assertRejects(() => pool.open(2), EngineFailure);
    assertEquals([failure.kind, failure.code], ["credentials", "PERMISSION_DENIED (7)"]);
    assertEquals(pool.connections, 0);
  });
});
