import type { Bus } from "shared/bus/bus.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { EPOCHS_PER_LEG, type Offer, offerReply } from "shared/bus/messages.ts";
import { offerSubject, type Role } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";

/** A worker that got an offer has so long to take it. */
const REPLY_TIMEOUT_MS = 400;
/** With nobody there, or nobody willing, the next offer waits so long. */
const RETRY_MS = 250;

export interface Assignment {
  readonly epoch: number;
  readonly instance: string;
}

export interface OfferMakerOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly role: Role;
  /** The offer as it is now, but for its epoch and the instances to avoid. */
  readonly describe: () => Omit<Offer, "epoch" | "not">;
  readonly firstEpoch: number;
  /** Told before each offer: its taker may speak before its reply has been read. */
  readonly onOffer: (epoch: number) => void;
}

/**
 * Offers a call to the workers of one role until one takes it.
 *
 * Every offer that may have reached a worker uses up an epoch, so a worker that took the call too late is told
 * from the one that has it.
 */
export async function offerUntilTaken(
  options: OfferMakerOptions,
  signal: AbortSignal,
): Promise<Assignment | undefined> {
  const { bus, clock, role } = options;
  const lastEpoch = options.firstEpoch + EPOCHS_PER_LEG - 1;
  const not = new Set<string>();
  let epoch = options.firstEpoch;
  while (!signal.aborted && epoch <= lastEpoch) {
    const offer: Offer = { ...options.describe(), epoch, not: [...not].slice(-64) };
    options.onOffer(epoch);
    const result = await bus.request(offerSubject(role), encodeJson(offer), {
      timeoutMs: REPLY_TIMEOUT_MS,
    });
    if (signal.aborted) return undefined;
    if (result.ok) {
      const reply = decodeJson(offerReply, result.data);
      if (reply.ok && reply.value.took) return { epoch, instance: reply.value.instance };

      // Whoever declined has not heard the call; an answer that cannot be read may be a taker's.
      if (!reply.ok) epoch++;
    } else if (result.reason === "timeout") {
      epoch++;
      continue;
    }
    await clock.sleepUntil(clock.now() + RETRY_MS, signal);
  }
  return undefined;
}
