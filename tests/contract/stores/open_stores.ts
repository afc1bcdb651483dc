import type { Stores } from "shared/store/stores.ts";

/** Two handles of the same stores, as two processes have them. For memory both may be the same. */
export interface OpenStores {
  readonly stores: Stores;
  readonly second: Stores;
  /** Lets this time pass for leases. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens stores that are empty. */
export type OpenStoresFn = () => Promise<OpenStores>;
