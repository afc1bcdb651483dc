/** A stream to be declared: it keeps what is published to its subjects, oldest out first. */
export interface StreamSpec {
  readonly name: string;
  /** Patterns. No two streams may take the same subject. */
  readonly subjects: readonly string[];
  readonly maxMessages: number;
  readonly maxAgeMs?: number;
  /** Payload bytes. */
  readonly maxBytes?: number;
  /** How long message ids are remembered; {@link DEFAULT_DUPLICATE_WINDOW_MS} when absent. */
  readonly duplicateWindowMs?: number;
  readonly consumers?: readonly ConsumerSpec[];
}

/** A durable consumer: it sees every message of its stream, from the first the stream still has. */
export interface ConsumerSpec {
  readonly durable: string;
  /** A message not acknowledged for so long is delivered again. {@link DEFAULT_ACK_WAIT_MS} when absent. */
  readonly ackWaitMs?: number;
  /** Deliveries of one message, the first included; no bound when absent. */
  readonly maxDeliver?: number;
}

/** JetStream's own defaults. */
export const DEFAULT_DUPLICATE_WINDOW_MS = 120_000;
export const DEFAULT_ACK_WAIT_MS = 30_000;
/** Delivered and not yet acknowledged messages of one consumer; beyond, it gets no new ones. */
export const MAX_ACK_PENDING = 1_000;
