/** What a predecessor has left in the store, in time whatever the store does. */
import type { Offer } from "shared/bus/messages.ts";
import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import type { Conversation, ConversationStore } from "shared/store/stores.ts";
import { mayBeHeard } from "./resumption.ts";

/** A caller who was spoken to before rather waits so long than is greeted again. */
const PATIENCE_MS = 300;

export interface PredecessorOptions {
  readonly store: ConversationStore;
  readonly clock: Clock;
  readonly onStoreError: (error: unknown) => void;
}

/**
 * The conversation so far; undefined when there is none, or the store does not tell in time. Never rejects.
 *
 * @param deadlineMs of the reads at a call's start.
 */
export async function readPredecessor(
  offer: Offer,
  deadlineMs: number,
  { store, clock, onStoreError }: PredecessorOptions,
): Promise<Conversation | undefined> {
  const limitMs = mayBeHeard(offer) ? PATIENCE_MS : deadlineMs - clock.now();
  const read = await within(clock, limitMs, () => store.get(offer.call));
  if (read.ok) return read.value;
  onStoreError(read.reason === "failed" ? read.cause : "slow");
  return undefined;
}
