/** The ten minutes at ten times real time, over the real client. */
import { assertEquals, assertGreater, assertGreaterOrEqual } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { SystemClock } from "shared/clock/system_clock.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import { FvadFactory } from "shared/speech/fvad/fvad.ts";
import { ConnectionPool } from "shared/speech/google/recognition/connection_pool.ts";
import { googleConnections } from "shared/speech/google/recognition/google_connection.ts";
import { GoogleRecognizer } from "shared/speech/google/recognition/google_recognizer.ts";
import type { FramePosition, Recognition, RecognitionSink } from "shared/speech/recognizer.ts";
import type { StreamFault } from "shared/testing/google_emulator/faults.ts";
import { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import { Ear } from "services/stt-service/ear.ts";
import { framesNowhere, longCall } from "./long_call.ts";
import { pause } from "./speech_client.ts";

const SPEED = 10;
const CALL_FRAMES = 30_000;
const STREAM_LIMIT_MS = 30_000;
const LIMITS = { calmMs: 20_000, hardMs: 27_000 };
/** Frames that are written at a moment; more of them after a stall. */
const STEP_FRAMES = 5;
const MAX_STEP_FRAMES = 10;
const HANGOVER_MS = 180;

const NONE: StreamFault = { atFrame: 1_000_000, do: "end" };
/** In speech and in silence, early and late. 11: Google's own end of a stream. */
const FAULTS: readonly StreamFault[] = [
  NONE,
  { atFrame: 170, do: "error", code: 14 },
  NONE,
  { atFrame: 333, do: "end" },
  { atFrame: 700, do: "error", code: 13 },
  NONE,
  { atFrame: 61, do: "error", code: 4 },
  { atFrame: 410, do: "error", code: 11, message: "Exceeded maximum allowed stream duration" },
  NONE,
  { atFrame: 511, do: "end" },
  { atFrame: 250, do: "error", code: 10 },
];

interface Heard {
  readonly text: string;
  readonly to: FramePosition;
}

const vads = await FvadFactory.load();
let emulator: GoogleEmulator;
let recognizer: GoogleRecognizer;
const renewals: string[] = [];
const modes: string[] = [];

beforeEach(async () => {
  renewals.length = modes.length = 0;
  emulator = await GoogleEmulator.start({
    streamLimitMs: STREAM_LIMIT_MS,
    partialAfterMs: 600 / SPEED,
    finalAfterMs: 400 / SPEED,
  });
  const clock = new SystemClock();
  const connect = googleConnections(emulator.endpoint, emulator.credentials);
  const pool = new ConnectionPool({ connect, clock });
  recognizer = new GoogleRecognizer({
    clock,
    connections: { default: pool },
    warm: () => pool.open(1),
    closeConnections: () => pool.close(),
    model: "default",
    useEnhanced: true,
    batchMs: 40,
    streaming: true,
    limits: LIMITS,
    onWarning: () => {},
    onRenewal: (reason) => renewals.push(reason),
    onMode: (mode) => modes.push(mode),
  });
  await recognizer.open();
});

afterEach(async () => {
  await recognizer.close();
  await emulator.close();
});

/** Writes frames as the service does, ten times as fast; those that are left are not written once there is trouble. */
async function feed(
  recognition: Recognition,
  frames: readonly Uint8Array[],
  troubles: readonly string[],
): Promise<void> {
  const ear = new Ear(vads.create(), HANGOVER_MS, {
    speechStarted: (onset) => recognition.speechStarted(onset),
    voiced: () => {},
    spoken: () => {},
    speechEnded: (lastVoiced) => recognition.speechEnded(lastVoiced),
  });
  const startMs = performance.now();
  let seq = 0;
  while (seq < frames.length && troubles.length === 0) {
    const dueFrames = (performance.now() - startMs) * SPEED / FRAME_MS;
    const step = Math.min(Math.floor(dueFrames) - seq, MAX_STEP_FRAMES);
    for (let i = 0; i < step && seq < frames.length && recognition.ready; i++, seq++) {
      const frame = { seq, streamMs: seq * FRAME_MS, loudness: 0, payload: frames[seq]! };
      ear.hear(frame);
      recognition.write(frame.payload, frame);
    }
    await pause(step === MAX_STEP_FRAMES ? 0 : STEP_FRAMES * FRAME_MS / SPEED);
  }
  ear.close();
}

function sinkOf(finals: Heard[], troubles: string[]): RecognitionSink {
  return {
    onReady: () => {},
    onPartial: () => {},
    onFinal: (text, to) => finals.push({ text, to }),
    onRejected: ({ seq }) => troubles.push(`rejected ${seq}`),
    onError: () => {},
    onFailed: (failure) => troubles.push(String(failure)),
  };
}

describe("Google's recognition over 10 minutes with five errors and two silent ends", () => {
  it("hears every word exactly once, and every byte reaches some stream", async () => {
    const { frames, words } = longCall(emulator, CALL_FRAMES);
    emulator.faults.nextStreams(...FAULTS);
    const finals: Heard[] = [];
    const troubles: string[] = [];
    const options = { call: "CA1", language: "he-IL", phrases: [], hints: [] };
    const recognition = recognizer.recognize(options, sinkOf(finals, troubles));
    await feed(recognition, frames, troubles);
    await pause(500);
    // The last batch may not be full.
    const streams = emulator.streams.map(({ audio }) => audio);
    const nowhere = framesNowhere(frames.slice(0, -1), streams);
    recognition.close();
    assertEquals(troubles, []);
    assertEquals(finals.flatMap(({ text }) => text.split(" ")), words);
    assertEquals(nowhere, []);
    for (const [i, { to }] of finals.entries()) {
      assertGreater(to.seq, finals[i - 1]?.to.seq ?? -1);
    }
    const count = (reason: string) => renewals.filter((one) => one === reason).length;
    console.log(
      `${words.length} words and ${frames.length} frames over ${streams.length} streams; renewed after ` +
        ["age", "error", "end", "stuck"].map((each) => `${each} ${count(each)}`).join(", "),
    );
    // More of them only where this machine stood still for so long that a stream met its limit.
    assertGreaterOrEqual(count("error"), 5);
    assertEquals(count("end"), 2);
    assertGreater(count("age"), 15);
    assertEquals(modes, []);
  });
});
