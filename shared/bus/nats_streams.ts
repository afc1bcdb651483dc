/** Makes the streams and durable consumers that services only verify: for the admin user of `deploy/nats/init`. */
import type { NatsConnection } from "nats";
import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { connectNats, type NatsConnectOptions } from "./nats_connection.ts";
import {
  type ConsumerSpec,
  DEFAULT_ACK_WAIT_MS,
  DEFAULT_DUPLICATE_WINDOW_MS,
  MAX_ACK_PENDING,
  type StreamSpec,
} from "./stream_spec.ts";

const NANOS_PER_MS = 1_000_000;
const NO_LIMIT = -1;

/** What was done to one stream or to one of its consumers. */
export interface StreamAction {
  readonly stream: string;
  /** Absent for the stream itself. */
  readonly durable?: string;
  readonly action: "created" | "updated" | "unchanged";
}

/**
 * A plain connection of an admin user, for {@link ensureStreams}. The caller closes it.
 *
 * @throws {Error} when the credentials are refused, or `signal` aborts while the server is away.
 */
export function connectAdmin(
  options: NatsConnectOptions,
  signal?: AbortSignal,
): Promise<NatsConnection> {
  return connectNats(options, signal);
}

/**
 * Creates each stream and its consumers, or changes what differs; never deletes. Doing it again changes nothing.
 *
 * Streams are files, keep the newest messages within the limits of their spec, and ack each publication.
 *
 * @returns one entry per stream and consumer, in the order of `specs`.
 * @throws {Error} when nats-server refuses a change, or has no JetStream.
 */
export async function ensureStreams(
  connection: NatsConnection,
  specs: readonly StreamSpec[],
): Promise<StreamAction[]> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const actions: StreamAction[] = [];
  for (const spec of specs) {
    actions.push({ stream: spec.name, action: await ensureStream(manager, spec) });
    for (const consumer of spec.consumers ?? []) {
      const action = await ensureConsumer(manager, spec.name, consumer);
      actions.push({ stream: spec.name, durable: consumer.durable, action });
    }
  }
  return actions;
}

async function ensureStream(
  manager: JetStreamManager,
  spec: StreamSpec,
): Promise<StreamAction["action"]> {
  const wanted = streamConfig(spec);
  const current = await unlessMissing(manager.streams.info(spec.name));
  if (current === undefined) {
    await manager.streams.add(wanted);
    return "created";
  }
  if (includes(current.config, wanted)) return "unchanged";
  await manager.streams.update(spec.name, wanted);
  return "updated";
}

async function ensureConsumer(
  manager: JetStreamManager,
  stream: string,
  spec: ConsumerSpec,
): Promise<StreamAction["action"]> {
  const wanted = consumerConfig(spec);
  const current = await unlessMissing(manager.consumers.info(stream, spec.durable));
  if (current === undefined) {
    await manager.consumers.add(stream, wanted);
    return "created";
  }
  if (includes(current.config, wanted)) return "unchanged";
  await manager.consumers.update(stream, spec.durable, wanted);
  return "updated";
}

function streamConfig(spec: StreamSpec): Partial<StreamConfig> & { name: string } {
  const maxAgeNanos = (spec.maxAgeMs ?? 0) * NANOS_PER_MS;
  const windowNanos = (spec.duplicateWindowMs ?? DEFAULT_DUPLICATE_WINDOW_MS) * NANOS_PER_MS;
  return {
    name: spec.name,
    subjects: [...spec.subjects],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_msgs: spec.maxMessages,
    max_age: maxAgeNanos,
    max_bytes: spec.maxBytes ?? NO_LIMIT,
    // A window longer than the age of messages is refused by nats-server.
    duplicate_window: maxAgeNanos > 0 ? Math.min(windowNanos, maxAgeNanos) : windowNanos,
  };
}

function consumerConfig(spec: ConsumerSpec): Partial<ConsumerConfig> {
  return {
    durable_name: spec.durable,
    deliver_policy: DeliverPolicy.All,
    ack_policy: AckPolicy.Explicit,
    ack_wait: (spec.ackWaitMs ?? DEFAULT_ACK_WAIT_MS) * NANOS_PER_MS,
    max_deliver: spec.maxDeliver ?? NO_LIMIT,
    max_ack_pending: MAX_ACK_PENDING,
  };
}

/** Whether `config` has all that is `wanted`; what nats-server adds does not count. */
function includes(config: object, wanted: object): boolean {
  const current = new Map<string, unknown>(Object.entries(config));
  return Object.entries(wanted).every(([key, value]) =>
    JSON.stringify(current.get(key)) === JSON.stringify(value)
  );
}

async function unlessMissing<T>(info: Promise<T>): Promise<T | undefined> {
  try {
    return await info;
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) throw error;
    const { StreamNotFound, ConsumerNotFound } = JetStreamApiCodes;
    if (error.code === StreamNotFound || error.code === ConsumerNotFound) return undefined;
    throw error;
  }
}
