import { isDeepStrictEqual } from "node:util";
import type { PromptChanged } from "shared/bus/messages.ts";
import type { Business } from "shared/store/business.ts";
import type { Stores } from "shared/store/stores.ts";
import type { BusinessUpdate } from "./business_update.ts";
import { fromStore } from "./from_store.ts";
import { withSecrets } from "./hidden_secrets.ts";
import type { FieldError } from "./problem.ts";

export interface BusinessWriterOptions {
  readonly stores: Pick<Stores, "businesses" | "greetings" | "greetingBuilds">;
  /** The key of what a business's greeting should be: two of the same key sound the same. */
  readonly hashOf: (business: Business) => string;
  /** Tells the builders that a greeting is to be built. Never fails: it is tried until the bus takes it. */
  readonly announce: (changed: PromptChanged) => void;
}

/** Why a business is not written. */
export type Conflict =
  /** Another version is stored than the writer has read; null: none is. */
  | { readonly outcome: "version"; readonly current: number | null }
  /** One of its numbers reaches another business. */
  | { readonly outcome: "number"; readonly number: string; readonly holder: string };

export type PutResult =
  | Conflict
  | { readonly outcome: "created" | "replaced" | "unchanged"; readonly business: Business }
  /** Secrets are to stay as they are, and there are none. */
  | { readonly outcome: "secrets"; readonly errors: readonly FieldError[] };

export type DeleteResult =
  | Conflict
  | { readonly outcome: "deleted"; readonly version: number }
  /** There was none. */
  | { readonly outcome: "unknown" };

/** Changes businesses in the store: never over a version that the writer has not read. */
export class BusinessWriter {
  readonly #options: BusinessWriterOptions;

  constructor(options: BusinessWriterOptions) {
    this.#options = options;
  }

  /** @throws {StoreAway} */
  async put(update: BusinessUpdate): Promise<PutResult> {
    const { businesses } = this.#options.stores;
    // In this order: what somebody creates in between is then seen, here or by the write.
    const last = await fromStore(businesses.lastVersion(update.id));
    const stored = await fromStore(businesses.get(update.id));
    return await (stored ? this.#replace(stored, update) : this.#create(last, update));
  }

  /**
   * Deletes a business with its greeting.
   *
   * @param version that the writer has read; undefined: whatever is there
   * @throws {StoreAway}
   */
  async delete(id: string, version: number | undefined): Promise<DeleteResult> {
    const { businesses, greetings, greetingBuilds } = this.#options.stores;
    const stored = await fromStore(businesses.get(id));
    if (version !== undefined && version !== stored?.version) {
      return { outcome: "version", current: stored?.version ?? null };
    }
    if (stored) {
      const write = await fromStore(businesses.delete(id, version));
      if (!write.ok) return await this.#versionConflict(id);
    }
    // Also where it was deleted before, by somebody whom the store left in the middle.
    await fromStore(greetings.delete(id));
    await fromStore(greetingBuilds.putFailure(id, undefined));
    return stored ? { outcome: "deleted", version: stored.version } : { outcome: "unknown" };
  }

  async #create(
    last: number,
    { version = last + 1, ...update }: BusinessUpdate,
  ): Promise<PutResult> {
    if (version <= last) return { outcome: "version", current: null };
    const read = withSecrets(update, undefined);
    if (!read.ok) return { outcome: "secrets", errors: read.errors };
    return await this.#write("created", { ...read.update, version }, last, true);
  }

  async #replace(stored: Business, { version, ...update }: BusinessUpdate): Promise<PutResult> {
    const { version: current, ...before } = stored;
    if (version !== current) return { outcome: "version", current };
    const read = withSecrets(update, stored);
    if (!read.ok) return { outcome: "secrets", errors: read.errors };
    if (isDeepStrictEqual(before, read.update)) return { outcome: "unchanged", business: stored };
    const business = { ...read.update, version: current + 1 };
    return await this.#write("replaced", business, current, this.#soundsOther(stored, business));
  }

  async #write(
    outcome: "created" | "replaced",
    business: Business,
    over: number,
    isNewGreeting: boolean,
  ): Promise<PutResult> {
    const { id, version } = business;
    const { stores: { businesses }, announce } = this.#options;
    const announced = () => {
      if (isNewGreeting) announce({ business_id: id, version });
    };
    const write = await fromStore(businesses.put(business, over)).catch((away) => {
      // It may be stored although the answer was lost: whoever builds finds out.
      announced();
      throw away;
    });
    if (write.ok) {
      announced();
      return { outcome, business };
    }
    if (write.reason === "version") return await this.#versionConflict(id);
    return { outcome: "number", number: write.number, holder: write.holder };
  }

  #soundsOther(before: Business, after: Business): boolean {
    const { hashOf } = this.#options;
    return hashOf(before) !== hashOf(after);
  }

  /** Somebody else has written meanwhile. */
  async #versionConflict(id: string): Promise<Conflict> {
    const stored = await fromStore(this.#options.stores.businesses.get(id));
    return { outcome: "version", current: stored?.version ?? null };
  }
}
