/** The edge's own lines, made again of what it publishes. */
import { z } from "zod";
import { callLine, latencyLine, rxLine, txLine } from "services/ws-edge/telemetry/lines.ts";
import type {
  CallTelemetry,
  LatencyTelemetry,
  RxTelemetry,
  TxTelemetry,
} from "shared/bus/telemetry.ts";

const call = z.string();
const n = z.number();
const orNone = n.nullable();

const tx: z.ZodType<TxTelemetry> = z.object({
  call,
  fps: orNone,
  q: n,
  drops: n,
  late_p99_ms: n,
  resyncs: n,
  underruns: n,
  catch_ups: n,
  lost: n,
  unconfirmed: n,
  stalls: n,
});
const rx: z.ZodType<RxTelemetry> = z.object({ call, fps_in: n, q: n, drops: n, write_ms: n });
const latency: z.ZodType<LatencyTelemetry> = z.object({
  call,
  turn: n,
  stt_partial_ms: orNone,
  stt_final_ms: orNone,
  llm_ms: orNone,
  tts_ms: orNone,
  total_ms: orNone,
});
const event: z.ZodType<CallTelemetry> = z.object({
  call,
  event: z.enum([
    "partial",
    "final",
    "rejected",
    "greeting",
    "greeting_end",
    "cleared",
    "barge_in",
    "ended",
  ]),
  greeting_ms: n.exactOptional(),
  greeting_source: z.enum(["memory", "redis", "emergency"]).exactOptional(),
  barge_in_ms: n.exactOptional(),
  turn: n.exactOptional(),
  chars: n.exactOptional(),
  text: z.string().exactOptional(),
  reason: z.string().exactOptional(),
});

type Reader = (value: unknown) => string | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  tx: reader(tx, txLine),
  rx: reader(rx, rxLine),
  latency: reader(latency, latencyLine),
  call: reader(event, callLine),
};

/** Undefined for what the edge has no line for, and for what is not telemetry as we know it. */
export function telemetryLine(subject: string, value: unknown): string | undefined {
  const kind = /^kav\.telemetry\.(tx|rx|latency|call)\.[^.]+$/.exec(subject)?.[1];
  return kind === undefined ? undefined : READERS[kind]?.(value);
}

function reader<T>(schema: z.ZodType<T>, line: (value: T) => string | undefined): Reader {
  return (value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? line(parsed.data) : undefined;
  };
}
