import type { StreamAction } from "shared/bus/nats_streams.ts";
import type { ConsumerSpec, StreamSpec } from "shared/bus/stream_spec.ts";

const MIB = 1024 * 1024;
const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

/** What was done to a stream and its consumers, and the limits it has. */
export function streamLine(spec: StreamSpec, actions: readonly StreamAction[]): string {
  const limits = [
    spec.maxAgeMs === undefined ? "any age" : duration(spec.maxAgeMs),
    spec.maxBytes === undefined ? "any size" : `${+(spec.maxBytes / MIB).toFixed(1)} MiB`,
    `${spec.maxMessages} messages`,
  ];
  const done = actionOn(actions, spec.name);
  const kept = `${spec.name} ${done}: ${spec.subjects.join(", ")}, at most ${limits.join(", ")}`;
  const consumers = (spec.consumers ?? []).map((consumer) =>
    `; ${consumer.durable} ${actionOn(actions, spec.name, consumer.durable)}${deliveries(consumer)}`
  );
  return kept + consumers.join("");
}

function actionOn(actions: readonly StreamAction[], stream: string, durable?: string): string {
  const found = actions.find((each) => each.stream === stream && each.durable === durable);
  return found?.action ?? "untouched";
}

function deliveries({ maxDeliver, ackWaitMs }: ConsumerSpec): string {
  const times = maxDeliver === undefined ? "" : `, at most ${maxDeliver} deliveries`;
  return ackWaitMs === undefined ? times : `${times}, again after ${duration(ackWaitMs)}`;
}

function duration(ms: number): string {
  if (ms % DAY_MS === 0) return `${ms / DAY_MS} days`;
  if (ms % HOUR_MS === 0) return `${ms / HOUR_MS} h`;
  return `${ms / 1000} s`;
}
