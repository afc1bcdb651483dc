import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreaterOrEqual,
  assertMatch,
} from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { createServiceAccount } from "shared/testing/google_emulator/emulator_identity.ts";
import { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { BareSpeechClient, HEBREW, pause } from "./speech_client.ts";

const TEXT = "שלום מדבר דני";
const PARTIAL_MS = 150;
const FINAL_MS = 100;

let emulator: GoogleEmulator;
let client: BareSpeechClient;
const silence = (frames: number) => new Uint8Array(frames * FRAME_BYTES).fill(0xff);
const streamAt = (index: number) => emulator.streams[index]!;

async function start(options: Parameters<typeof GoogleEmulator.start>[0] = {}): Promise<void> {
  emulator = await GoogleEmulator.start({
    partialAfterMs: PARTIAL_MS,
    finalAfterMs: FINAL_MS,
    ...options,
  });
  client = new BareSpeechClient(emulator);
}

afterEach(async () => {
  await client[Symbol.asyncDispose]();
  await emulator.close();
});

describe("GoogleEmulator: who may ask", () => {
  beforeEach(() => start());

  it("answers its own service account, and refuses another with 16", async () => {
    assertEquals(await client.recognize(silence(1)), []);
    await using stranger = new BareSpeechClient(emulator, await createServiceAccount());
    const refused = await stranger.recognize(silence(1));
    assert("code" in refused);
    assertEquals(refused.code, 16);
    assertMatch(refused.details, /^Request had invalid authentication credentials/);
    const stream = stranger.stream();
    assertEquals(await stream.ended, refused);
  });
});

describe("GoogleEmulator: what it hears", () => {
  beforeEach(() => start());

  it("gives interims that grow, then the final, when they are due", async () => {
    const audio = emulator.say(TEXT);
    const stream = client.stream();
    const startMs = performance.now();
    const frames = audio.length / FRAME_BYTES;
    for (let frame = 0; frame < frames; frame++) {
      await pause(startMs + frame * 20 - performance.now());
      stream.write(audio.subarray(frame * FRAME_BYTES, (frame + 1) * FRAME_BYTES));
    }
    const lastMs = performance.now();
    await stream.until(({ finals }) => finals.length > 0);
    const interims = stream.results.filter(({ isFinal }) => !isFinal);
    assertGreaterOrEqual(interims.length, 2);
    assert(interims.every(({ text }) => TEXT.startsWith(text)));
    assertGreaterOrEqual(interims[0]!.atMs - startMs, PARTIAL_MS);
    const final = stream.results.at(-1)!;
    assertEquals([final.text, final.isFinal], [TEXT, true]);
    assertAlmostEquals(final.endMs, frames * 20);
    assertGreaterOrEqual(final.atMs - lastMs, FINAL_MS - 5);
    await stream.until(({ responses }) =>
      responses.at(-1)!.response.speechEventType === "SPEECH_ACTIVITY_END"
    );
    const first = stream.responses[0]!.response;
    assertEquals(first.speechEventType, "SPEECH_ACTIVITY_BEGIN");
    stream.finish();
    assertEquals(await stream.ended, "end");
    assertEquals(streamAt(0).ended, "client");
  });

  it("keeps the whole config and every byte, and says what is outstanding at the half-close", async () => {
    const audio = emulator.say(TEXT);
    const stream = client.stream();
    stream.write(audio.subarray(0, 3 * FRAME_BYTES));
    stream.write(audio.subarray(3 * FRAME_BYTES));
    stream.finish();
    assertEquals(await stream.ended, "end");
    assertEquals(stream.finals, [TEXT]);
    assertEquals(new Uint8Array(streamAt(0).audio), new Uint8Array(audio));
    const config = streamAt(0).config as typeof HEBREW;
    assertEquals([config.config!.languageCode, config.interimResults], ["he-IL", true]);
  });

  it("hears a whole recording by recognize, and tells a probe that it is empty", async () => {
    const [one, other] = [emulator.say(TEXT), emulator.say("תודה")];
    const audio = new Uint8Array([...one, ...silence(20), ...other]);
    assertEquals(await client.recognize(audio), [TEXT, "תודה"]);
    assertEquals(await client.recognize(new Uint8Array()), {
      code: 3,
      details: "RecognitionAudio not set.",
    });
    assertEquals(emulator.requests.map(({ method }) => method), ["recognize", "recognize"]);
  });
});

describe("GoogleEmulator: what it refuses", () => {
  beforeEach(() => start({ streamLimitMs: 1_000 }));

  it("ends a stream with 3 when audio comes before the config, or a second config", async () => {
    const early = client.stream(null);
    early.write(silence(1));
    const twice = client.stream();
    twice.configure(HEBREW);
    for (const stream of [early, twice]) {
      const end = await stream.ended;
      assert(end !== "end");
      assertEquals(end.code, 3);
      assertMatch(end.details, /^Malordered Data Received/);
    }
  });

  it("ends a stream with 3 in a language it does not serve", async () => {
    const stream = client.stream({ config: { ...HEBREW.config!, languageCode: "xx-XX" } });
    assertEquals(await stream.ended, {
      code: 3,
      details: `Invalid recognition 'config': bad language code "xx-XX".`,
    });
  });

  it("ends a stream with 11 when its audio exceeds the limit", async () => {
    const stream = client.stream();
    stream.write(silence(50));
    await client.recognize(silence(1));
    assertEquals(streamAt(0).ended, "open");
    stream.write(silence(1));
    assertEquals(await stream.ended, {
      code: 11,
      details: "Exceeded maximum allowed stream duration of 1 seconds.",
    });
  });
});

describe("GoogleEmulator: the streams of one connection", () => {
  beforeEach(() => start());

  it("lets the 101st wait silently until another one ends", async () => {
    const streams = Array.from({ length: 100 }, () => client.stream());
    while (emulator.openStreams < 100) await pause(5);
    const waiting = client.stream();
    waiting.write(emulator.say(TEXT));
    await pause(FINAL_MS + 100);
    assertEquals([emulator.streams.length, waiting.responses.length], [100, 0]);
    streams[0]!.finish();
    await waiting.until(({ finals }) => finals.length > 0);
    assertEquals([waiting.finals, emulator.mostOpenStreams], [[TEXT], 100]);
    for (const stream of [...streams, waiting]) stream.cancel();
    while (emulator.openStreams > 0) await pause(5);
    assertEquals(streamAt(1).ended, "cancelled");
  });
});
