import { assert, assertEquals, assertLess, assertMatch, assertRejects } from "@std/assert";
import { afterAll, afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { generateKeyPairSync } from "node:crypto";
import { SystemClock } from "shared/clock/system_clock.ts";
import { within } from "shared/clock/within.ts";
import { EngineFailure } from "shared/speech/engine_failure.ts";
import { googleConnections } from "shared/speech/google/recognition/google_connection.ts";
import type { SpeechConnection } from "shared/speech/google/recognition/speech_api.ts";
import { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import { HeardStream, HEBREW } from "./heard_stream.ts";
import { attemptsRunOut, pause } from "./speech_client.ts";
import { BATCH_BYTES, silence } from "./test_audio.ts";

const TEXT = "שלום מדבר דני";

let emulator: GoogleEmulator;
let connection: SpeechConnection;

const connect = () => googleConnections(emulator.endpoint, emulator.credentials)();
const failureOf = (promise: Promise<unknown>) => assertRejects(() => promise, EngineFailure);
/** What `act` fails with, and after how long. */
async function failsWithin(limitMs: number, act: () => Promise<unknown>): Promise<EngineFailure> {
  const startMs = performance.now();
  const failure = await failureOf(act());
  assertLess(performance.now() - startMs, limitMs);
  return failure;
}

beforeEach(async () => {
  emulator = await GoogleEmulator.start({ partialAfterMs: 20, finalAfterMs: 300, lexicon: [TEXT] });
  connection = await connect();
});

afterEach(async () => {
  await connection.close();
  await emulator.close();
  assertEquals(emulator.openStreams, 0);
});

describe("SpeechConnection.stream()", () => {
  afterAll(attemptsRunOut);

  it("sends the config first, then the audio as it is, and hears interims and a final", async () => {
    const heard = new HeardStream(connection);
    const speech = emulator.say(TEXT);
    heard.say(speech);
    assertEquals(await heard.final, TEXT);
    heard.stream.finish();
    assertEquals(await heard.ended, undefined);

    const [stream] = emulator.streams;
    const { config, ...rest } = stream!.config as { config: Record<string, unknown> };
    assertEquals([stream!.ended, stream!.audio.slice(0, speech.length)], ["client", speech]);
    const { interimResults, enableVoiceActivityEvents, singleUtterance } = rest as Record<
      string,
      unknown
    >;
    assertEquals([interimResults, enableVoiceActivityEvents, singleUtterance], [true, true, false]);
    const { encoding, sampleRateHertz, languageCode, model, useEnhanced } = config;
    assertEquals([encoding, sampleRateHertz, languageCode], ["MULAW", 8_000, "he-IL"]);
    assertEquals([model, useEnhanced], ["default", true]);
    const [context] = config.speechContexts as { phrases: string[] }[];
    assertEquals(context!.phrases, HEBREW.phrases);

    const results = heard.responses.flatMap(({ results }) => results);
    assert(results.some(({ isFinal, text }) => !isFinal && TEXT.startsWith(text)));
    assertEquals(results.at(-1)!.endMs, speech.length / 8);
    const voices = heard.responses.flatMap(({ voice }) => voice ?? []);
    assertEquals(voices, ["begin", "end"]);
    assertEquals([heard.ends, heard.wasCalledInside], [1, false]);
  });

  it("ends with the failure's code and what to do, once", async () => {
    emulator.faults.nextStreams(
      { atFrame: 2, do: "error", code: 8, message: "Quota exceeded." },
      { atFrame: 2, do: "error", code: 11, message: "Exceeded maximum allowed stream duration." },
      { atFrame: 2, do: "rst" },
    );
    const ends: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const heard = new HeardStream(connection);
      heard.write(silence(2));
      const { kind, code } = (await heard.ended)!;
      for (let late = 0; late < 20; late++) heard.write(silence(2));
      await pause(20);
      ends.push([kind, code, heard.ends, heard.stream.pendingWrites]);
    }
    assertEquals(ends, [
      ["quota", "RESOURCE_EXHAUSTED (8)", 1, 0],
      ["broken", "OUT_OF_RANGE (11)", 1, 0],
      ["broken", "INTERNAL (13)", 1, 0],
    ]);
  });

  it("ends without a failure when the other side just ends it", async () => {
    emulator.faults.nextStreams({ atFrame: 2, do: "end" });
    const heard = new HeardStream(connection);
    heard.write(silence(2));
    assertEquals([await heard.ended, heard.ends], [undefined, 1]);
  });

  it("is refused for a language that is not served", async () => {
    const heard = new HeardStream(connection, { ...HEBREW, language: "xx-XX" });
    const failure = await heard.ended;
    assertEquals([failure?.kind, failure?.code], ["refused", "INVALID_ARGUMENT (3)"]);
    assertMatch(failure!.message, /^google-stt: .*language.*GCP_STT_REGION/);
  });

  it("says nothing after a cancel, whenever it comes", async () => {
    const streams = Array.from({ length: 30 }, () => new HeardStream(connection));
    for (const [i, heard] of streams.entries()) {
      heard.say(emulator.say(TEXT));
      setTimeout(() => heard.stream.cancel(), i * 5);
    }
    await pause(30 * 5);
    const told = streams.map(({ responses }) => responses.length);
    await pause(200);
    assertEquals(streams.map(({ responses }) => responses.length), told);
    assert(streams.every(({ ends, stream }) => ends === 0 && stream.pendingWrites === 0));
  });

  it("survives writes, ends, cancels and a close that race a failure", async () => {
    const rejections: unknown[] = [];
    const onRejection = (event: PromiseRejectionEvent) => rejections.push(event.reason);
    addEventListener("unhandledrejection", onRejection);
    emulator.faults.nextStreams(
      ...Array.from({ length: 40 }, (_, i) => ({ atFrame: i, do: "error", code: 14 } as const)),
    );
    const streams = Array.from({ length: 60 }, () => new HeardStream(connection));
    for (let round = 0; round < 25; round++) {
      for (const heard of streams) heard.write(silence(2));
      if (round === 10) { for (const { stream } of streams.slice(0, 10)) stream.finish(); }
      if (round === 12) { for (const { stream } of streams.slice(10, 20)) stream.cancel(); }
      if (round === 15) emulator.goDown();
      await pause(2);
    }
    await connection.close();
    await pause(50);
    removeEventListener("unhandledrejection", onRejection);
    assertEquals(rejections, []);
    assert(streams.every(({ ends }) => ends <= 1));
    const cancelled = streams.slice(10, 20);
    for (const heard of streams) if (!cancelled.includes(heard)) await heard.ended;
  });

  it("counts the writes that the transport does not take", async () => {
    await emulator.blackHole();
    const fresh = await connect();
    const heard = new HeardStream(fresh);
    for (let i = 0; i < 200; i++) heard.write(new Uint8Array(BATCH_BYTES));
    await pause(50);
    assert(heard.stream.pendingWrites > 150, `${heard.stream.pendingWrites}`);
    await fresh.close();
    assertEquals([(await heard.ended)?.code, heard.stream.pendingWrites], ["CANCELLED (1)", 0]);
  });
});

describe("SpeechConnection.recognize()", () => {
  it("gives the text of a whole utterance, asked for with the same fields", async () => {
    assertEquals(await connection.recognize(HEBREW, emulator.say(TEXT), 2_000), TEXT);
    const { method, request } = emulator.requests.at(-1)!;
    const { config } = request as { config: Record<string, unknown> };
    assertEquals([method, config.encoding, config.languageCode], ["recognize", "MULAW", "he-IL"]);
  });

  it("is not tried again, and is given up at its deadline", async () => {
    emulator.faults.nextUnary({ code: 14, message: "Out for lunch." }, { delayMs: 5_000 });
    const failure = await failureOf(connection.recognize(HEBREW, silence(5), 2_000));
    assertEquals([failure.kind, emulator.requests.length], ["unreachable", 1]);
    const late = await failsWithin(1_500, () => connection.recognize(HEBREW, silence(5), 300));
    assertEquals([late.kind, emulator.requests.length], ["timeout", 2]);
  });
});

describe("SpeechConnection.check()", () => {
  afterAll(attemptsRunOut);

  it("is content with an answer", async () => {
    await connection.check(2_000);
  });

  it("tells of a key that is not known, and of a quota", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const key = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
    const wrong = { ...emulator.credentials, private_key: key };
    const stranger = await googleConnections(emulator.endpoint, wrong)();
    const failure = await failureOf(stranger.check(2_000));
    await stranger.close();
    assertEquals([failure.kind, failure.code], ["credentials", "UNAUTHENTICATED (16)"]);
    assertMatch(failure.message, /^google-stt: .*GOOGLE_APPLICATION_CREDENTIALS/);

    emulator.faults.always = { code: 8, message: "Quota exceeded." };
    assertEquals((await failureOf(connection.check(2_000))).kind, "quota");
  });

  it("tells of a metadata server that is not there", async () => {
    const nowhere = await googleConnections(emulator.endpoint, { type: "metadata" })();
    const failure = await failureOf(nowhere.check(3_000));
    await nowhere.close();
    assertEquals(failure.kind, "credentials");
    assertMatch(failure.message, /Cannot get a token.*Workload Identity/);
  });

  it("tells of a server that is not the one", async () => {
    const other = await GoogleEmulator.start();
    const endpoint = { ...emulator.endpoint, ca: other.endpoint.ca! };
    const misled = await googleConnections(endpoint, emulator.credentials)();
    const failure = await failureOf(misled.check(3_000));
    await misled.close();
    await other.close();
    assertEquals(failure.kind, "unreachable");
    assertMatch(failure.message, /certificate/);
  });

  it("fails at once on a closed port, and at its deadline on silence", async () => {
    await emulator.goDown();
    assertEquals((await failsWithin(400, () => connection.check(2_000))).kind, "unreachable");
    await emulator.blackHole();
    const fresh = await connect();
    assertEquals((await failsWithin(1_500, () => fresh.check(400))).kind, "timeout");
    await fresh.close();
    await emulator.comeBack();
    const back = await connect();
    await back.check(2_000);
    emulator.hang();
    assertEquals((await failsWithin(1_500, () => back.check(400))).kind, "timeout");
    await back.close();
  });

  it("is answered again soon after the port is back", async () => {
    await emulator.goDown();
    await failureOf(connection.check(1_000));
    await pause(1_000);
    await emulator.comeBack();
    for (let tries = 0; tries < 30; tries++) {
      if (await connection.check(500).then(() => true, () => false)) return;
      await pause(100);
    }
    throw new Error("Not answered within 3 s");
  });
});

describe("SpeechConnection.close()", () => {
  afterAll(attemptsRunOut);

  it("ends its streams, tells them, and refuses what comes later", async () => {
    const [open, cancelled] = [new HeardStream(connection), new HeardStream(connection)];
    await connection.check(1_000);
    cancelled.stream.cancel();
    await connection.close();
    assertEquals((await open.ended)?.code, "CANCELLED (1)");
    const late = new HeardStream(connection);
    late.write(silence(1));
    assertEquals((await late.ended)?.code, "CANCELLED (1)");
    assertEquals((await failureOf(connection.check(100))).code, "CANCELLED (1)");
    assertEquals([open.ends, cancelled.ends, late.ends, late.wasCalledInside], [1, 0, 1, false]);
  });

  it("leaves no connection behind whose handshake nobody answered", async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const endpoint = { ...emulator.endpoint, port: (listener.addr as Deno.NetAddr).port };
    const unanswered = await googleConnections(endpoint, emulator.credentials)();
    const checked = failureOf(unanswered.check(300));
    using accepted = await listener.accept();
    assertEquals((await checked).kind, "timeout");
    await unanswered.close();
    const gone = await within(new SystemClock(), 2_000, async () => {
      const bytes = new Uint8Array(4_096);
      while (await accepted.read(bytes).catch(() => null) !== null);
    });
    assert(gone.ok);
  });
});
