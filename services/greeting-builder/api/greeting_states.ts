import { z } from "zod";
import type { Business } from "shared/store/business.ts";
import { isFreshGreeting } from "shared/store/greeting_key.ts";
import type { Stores } from "shared/store/stores.ts";
import { fromStore } from "./from_store.ts";

/** How the greeting of one business is. */
const greetingState = z.strictObject({
  business_id: z.string(),
  name: z.string(),
  state: z.enum(["fresh", "stale", "missing"]).describe(
    "fresh: callers hear it; stale: of another text or voice; missing: none, or damaged",
  ),
  bytes: z.int().min(0).nullable().describe("Of mu-law at 8 kHz: 8,000 are a second"),
  updated_at: z.string().nullable().describe("When it was rendered, ISO 8601"),
  last_error: z.strictObject({ error: z.string(), failed_at: z.string() }).nullable().describe(
    "Why it could not be built; null: nothing failed, or it is fresh by now",
  ),
});

export const greetingStates = z.strictObject({ greetings: z.array(greetingState) });

type GreetingState = z.infer<typeof greetingState>;

export interface GreetingStatesOptions {
  readonly stores: Pick<Stores, "businesses" | "greetings" | "greetingBuilds">;
  /** The key of what a business's greeting should be. */
  readonly hashOf: (business: Business) => string;
}

/** Each entry has up to 60 s of audio: not all are in memory at once. */
const READ_TOGETHER = 16;

/** The greetings of all businesses, in the order of their ids. @throws {StoreAway} */
export async function readGreetingStates(
  { stores, hashOf }: GreetingStatesOptions,
): Promise<z.infer<typeof greetingStates>> {
  const businesses = sortedById(await fromStore(stores.businesses.list()));
  const greetings: GreetingState[] = [];
  for (let at = 0; at < businesses.length; at += READ_TOGETHER) {
    const some = businesses.slice(at, at + READ_TOGETHER);
    greetings.push(
      ...await Promise.all(some.map((of) => readState(of, stores, hashOf(of)))),
    );
  }
  return { greetings };
}

/** In the order of code units, the same everywhere. */
export function sortedById(businesses: readonly Business[]): Business[] {
  return businesses.toSorted((a, b) => a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

async function readState(
  business: Business,
  { greetings, greetingBuilds }: GreetingStatesOptions["stores"],
  hash: string,
): Promise<GreetingState> {
  const { id, name } = business;
  const [entry, failure] = await Promise.all([
    fromStore(greetings.get(id)),
    fromStore(greetingBuilds.failure(id)),
  ]);
  const isFresh = isFreshGreeting(entry, hash);
  return {
    business_id: id,
    name,
    state: isFresh ? "fresh" : entry ? "stale" : "missing",
    bytes: entry?.audio.length ?? null,
    updated_at: entry?.updatedAt ?? null,
    // Of one that is fresh the error is past: its text was taken back.
    last_error: failure && !isFresh ? { error: failure.error, failed_at: failure.failedAt } : null,
  };
}
