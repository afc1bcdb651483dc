import { assert, assertEquals, assertMatch } from "@std/assert";
import { afterAll, afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { SystemClock } from "shared/clock/system_clock.ts";
import {
  listeningSettings,
  type SpeakingSettings,
  speakingSettings,
} from "shared/runtime/engines/engine_settings.ts";
import type { GoogleAccess } from "shared/runtime/engines/google_credentials_file.ts";
import { chooseRecognizers } from "shared/runtime/engines/recognizers.ts";
import { chooseSynthesizers } from "shared/runtime/engines/synthesizers.ts";
import { readSettings, type SettingsOf, type Spec } from "shared/runtime/env.ts";
import { LineLog } from "shared/runtime/line_log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import type { PhraseStore } from "shared/store/stores.ts";
import { createServiceAccount } from "shared/testing/google_emulator/emulator_identity.ts";
import { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import { attemptsRunOut } from "./speech_client.ts";

const HEBREW = { text: "שלום וברוכים הבאים", language: "he-IL", voice: "he-IL-Wavenet-A" };
const ENGLISH = { text: "Hello and welcome", language: "en-US" };
const NEVER = new AbortController().signal;

let emulator: GoogleEmulator;
let clock: SystemClock;
let lines: string[];
let metrics: Metrics;
let phrases: PhraseStore;

/** What a process is told that is to use the emulator. */
function settingsOf<S extends Spec>(spec: S): SettingsOf<S> {
  const { host, port } = emulator.endpoint;
  const server = `${host}:${port}`;
  const env: Record<string, string> = { GCP_STT_ENDPOINT: server, GCP_TTS_ENDPOINT: server };
  const read = readSettings(spec, (name) => env[name]);
  if (!read.ok) throw new TypeError(read.problems.join());
  return read.values;
}

function parts() {
  const log = new LineLog({ write: (line) => lines.push(line), clock, level: "warn" });
  return { clock, log, metrics };
}

const access = (): GoogleAccess => ({
  credentials: emulator.credentials,
  ca: emulator.endpoint.ca!,
});
const strangersAccess = async (): Promise<GoogleAccess> => ({
  ...access(),
  credentials: await createServiceAccount(),
});

/** Opened; to be closed. */
async function synthesizers(google: GoogleAccess): Promise<Synthesizer> {
  const settings: SpeakingSettings = settingsOf(speakingSettings);
  const { synthesizer } = chooseSynthesizers({ ...parts(), settings, google, phrases });
  await synthesizer.open();
  return synthesizer;
}

async function recognizers(google: GoogleAccess) {
  const settings = settingsOf(listeningSettings);
  const options = { settings, google, decoders: 1, batchMs: 40, pocketSphinx: "not here" };
  const { recognizer } = chooseRecognizers({ ...parts(), ...options });
  await recognizer.open();
  return recognizer;
}

async function bytesOf(synthesizer: Synthesizer, request: typeof ENGLISH): Promise<number> {
  let bytes = 0;
  for await (const piece of synthesizer.synthesize(request, NEVER)) bytes += piece.length;
  return bytes;
}

async function assertSample(sample: string) {
  const text = await metrics.text();
  assert(text.split("\n").includes(sample), `${sample} in\n${text}`);
}

beforeEach(async () => {
  emulator = await GoogleEmulator.start();
  clock = new SystemClock();
  lines = [];
  metrics = new Metrics();
  ({ phrases } = new MemoryStores({ clock }));
});

afterEach(async () => {
  await emulator.close();
});

describe("chooseSynthesizers(), with Google", () => {
  afterAll(attemptsRunOut);

  it("speaks by Google once, then from the cache, also in another process while Google is away", async () => {
    const first = await synthesizers(access());
    const bytes = await bytesOf(first, HEBREW);
    assertEquals([bytes > 1_000, await bytesOf(first, HEBREW)], [true, bytes]);
    await first.close();
    await emulator.goDown();
    const second = await synthesizers(access());
    assertEquals([await bytesOf(second, HEBREW), await bytesOf(second, HEBREW)], [bytes, bytes]);
    await second.close();
    for (const [result, count] of [["miss", 1], ["store", 1], ["memory", 2]]) {
      await assertSample(`kav_phrase_cache_total{result="${result}"} ${count}`);
    }
    assertEquals(emulator.requests.filter(({ method }) => method === "synthesizeSpeech").length, 1);
    await assertSample('kav_engine_open{engine="google-tts"} 1');
  });

  it("says once what is wrong with its credentials, and speaks English without Google", async () => {
    const synthesizer = await synthesizers(await strangersAccess());
    assert(await bytesOf(synthesizer, ENGLISH) > 1_000);
    await synthesizer.close();
    assertEquals(lines.length, 1);
    assertMatch(lines[0]!, / error engine failed.*engine=google-tts .*UNAUTHENTICATED \(16\)/);
    await assertSample('kav_engine_failures_total{engine="google-tts",kind="credentials"} 1');
  });
});

describe("chooseRecognizers(), with Google", () => {
  afterAll(attemptsRunOut);

  it("has its connections before the first call, and none afterwards", async () => {
    const recognizer = await recognizers(access());
    await assertSample("kav_google_connections 2");
    await assertSample("kav_google_streams 0");
    await recognizer.close();
    await assertSample("kav_google_connections 0");
    assertEquals(lines, []);
  });

  it("says once what is wrong with its credentials, and opens all the same", async () => {
    const recognizer = await recognizers(await strangersAccess());
    await recognizer.close();
    assertEquals(lines.length, 1);
    assertMatch(lines[0]!, / error engine failed.*engine=google-stt .*UNAUTHENTICATED \(16\)/);
    await assertSample('kav_engine_open{engine="google-stt"} 1');
  });

  it("opens within seconds when nobody answers", async () => {
    await emulator.blackHole();
    const beganMs = clock.now();
    const recognizer = await recognizers(access());
    assert(clock.now() - beganMs < 5_000);
    await recognizer.close();
    await assertSample('kav_engine_open{engine="google-stt"} 1');
  });
});
