/** One measurement: so many calls, batches of one size. */
import process from "node:process";
import { SystemClock } from "shared/clock/system_clock.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import { ConnectionPool } from "shared/speech/google/recognition/connection_pool.ts";
import { googleConnections } from "shared/speech/google/recognition/google_connection.ts";
import { GoogleRecognizer } from "shared/speech/google/recognition/google_recognizer.ts";
import type { Recognition, RecognitionSink } from "shared/speech/recognizer.ts";
import { feed, framesOf, type Load, pause } from "./feeding.ts";
import type { LoadReport } from "./load_meter.ts";
import type { LoadTarget } from "./load_server.ts";
import type { ServerProcess } from "./server_process.ts";
import { wallMs } from "../wall_clock.ts";
import { stampedFrame } from "./stamp.ts";

/** As in production. */
const WARM_CONNECTIONS = 2;
const OPEN_MS = 10_000;
const ARRIVE_MS = 5_000;
const LOOK_MS = 50;

export interface Measured {
  /** Of the client's process while it fed, in % of one core. */
  readonly cpuPercent: number;
  readonly behindMs: number;
}

export interface MeasuredBatch extends Measured {
  readonly batchMs: number;
  readonly report: LoadReport;
  readonly lostFrames: number;
  /** What the recognizer complained of. */
  readonly complaints: readonly string[];
}

/** Feeding, with nobody who listens. */
export async function measureFeeding(load: Load): Promise<Measured> {
  return await measured(load, (call, seq) => void stampedFrame({ writtenMs: wallMs(), call, seq }));
}

export async function measureBatch(
  server: ServerProcess,
  load: Load,
  batchMs: number,
): Promise<MeasuredBatch> {
  await server.reset();
  const complaints: string[] = [];
  const recognizer = recognizerAt(server.target, batchMs, (text) => complaints.push(text));
  const recognitions: Recognition[] = [];
  try {
    await recognizer.open();
    const sink = complainingSink((text) => complaints.push(text));
    for (let call = 0; call < load.calls; call++) {
      recognitions.push(
        recognizer.recognize(
          { call: `CA${call}`, language: "he-IL", phrases: [], hints: [] },
          sink,
        ),
      );
    }
    await until(server, OPEN_MS, ({ streams }) => streams >= load.calls);
    const cost = await measured(load, (call, seq) => {
      const frame = stampedFrame({ writtenMs: wallMs(), call, seq });
      const recognition = recognitions[call]!;
      // What it would not take is not kept here: it counts as lost.
      if (recognition.ready) recognition.write(frame, { seq, streamMs: seq * FRAME_MS });
    });
    const frames = framesOf(load);
    const report = await until(server, ARRIVE_MS, (arrived) => arrived.frames >= frames);
    return { ...cost, batchMs, report, lostFrames: frames - report.frames, complaints };
  } finally {
    for (const recognition of recognitions) recognition.close();
    await recognizer.close();
  }
}

async function measured(load: Load, write: (call: number, seq: number) => void): Promise<Measured> {
  const before = process.cpuUsage();
  const sinceMs = performance.now();
  const behindMs = await feed(load, write);
  const { user, system } = process.cpuUsage(before);
  const cpuPercent = (user + system) / 1_000 / (performance.now() - sinceMs) * 100;
  return { cpuPercent, behindMs };
}

function recognizerAt(
  { endpoint, credentials }: LoadTarget,
  batchMs: number,
  complain: (text: string) => void,
): GoogleRecognizer {
  const clock = new SystemClock();
  const connect = googleConnections(endpoint, credentials);
  const pool = new ConnectionPool({ connect, clock });
  return new GoogleRecognizer({
    clock,
    connections: { default: pool },
    warm: () => pool.open(WARM_CONNECTIONS),
    closeConnections: () => pool.close(),
    model: "default",
    useEnhanced: false,
    batchMs,
    streaming: true,
    onWarning: complain,
    onRenewal: (reason) => complain(`A stream was renewed: ${reason}`),
  });
}

/** The server says nothing: only complaints may come. */
function complainingSink(complain: (text: string) => void): RecognitionSink {
  const complainOf = ({ message }: Error) => complain(message);
  const ignore = () => {};
  return {
    onReady: ignore,
    onPartial: ignore,
    onFinal: ignore,
    onRejected: ignore,
    onError: complainOf,
    onFailed: complainOf,
  };
}

/** What the server says when it is enough, or when the time is over. */
async function until(
  server: ServerProcess,
  limitMs: number,
  isEnough: (report: LoadReport) => boolean,
): Promise<LoadReport> {
  const deadlineMs = performance.now() + limitMs;
  for (;;) {
    const report = await server.report();
    if (isEnough(report) || performance.now() > deadlineMs) return report;
    await pause(LOOK_MS);
  }
}
