import type { Bus, BusMessage, DurableMessage } from "shared/bus/bus.ts";
import type { StreamSpec } from "shared/bus/stream_spec.ts";

/** Two handles of one bus, as two services have them. For a memory bus both may be the same. */
export interface OpenBus {
  readonly bus: Bus;
  readonly second: Bus;
  /** What handlers threw, as the adapter reported it. */
  readonly errors: readonly unknown[];
  /** Closes both handles, closed already or not. */
  close(): Promise<void>;
}

/** Opens a bus with {@link CONTRACT_STREAM} declared and empty, and nobody else on its subjects. */
export type OpenBusFn = () => Promise<OpenBus>;

export const ACK_WAIT_MS = 800;
export const MAX_DELIVER = 3;

/** The stream `open` has to declare, with its consumers. */
export const CONTRACT_STREAM: StreamSpec = {
  name: "CONTRACT",
  subjects: ["contract.durable.>"],
  maxMessages: 100,
  duplicateWindowMs: 60_000,
  consumers: [
    { durable: "worker", ackWaitMs: ACK_WAIT_MS, maxDeliver: MAX_DELIVER },
    { durable: "auditor", ackWaitMs: 60_000 },
  ],
};

export const WORKER = { stream: CONTRACT_STREAM.name, durable: "worker" };
export const AUDITOR = { stream: CONTRACT_STREAM.name, durable: "auditor" };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const bytes = (text: string): Uint8Array => encoder.encode(text);

export const textOf = (message: BusMessage | DurableMessage): string =>
  decoder.decode(message.data);

export const textsOf = (messages: readonly (BusMessage | DurableMessage)[]): string[] =>
  messages.map(textOf);

/** Afterwards everything published on either handle has reached the subscribers of both. */
export async function handedOver({ bus, second }: OpenBus): Promise<void> {
  await bus.flush();
  await second.flush();
  await bus.flush();
}
