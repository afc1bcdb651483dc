/** Brings the business file into the store. */
import type { Log } from "shared/runtime/log.ts";
import type { Business } from "shared/store/business.ts";
import type { BusinessStore } from "shared/store/stores.ts";

/**
 * Stores each business that the store does not have, or has in an older version. What the store has in a newer
 * version was changed there, and stays.
 *
 * @returns how many were stored.
 * @throws when the store is away.
 */
export async function importBusinesses(
  file: readonly Business[],
  store: BusinessStore,
  log: Pick<Log, "info" | "warn">,
): Promise<number> {
  let imported = 0;
  for (const business of file) {
    const { id, version } = business;
    const stored = await store.get(id);
    if (!stored || stored.version < version) {
      await store.put(business);
      imported++;
      log.info("business imported", { business: id, version, before: stored?.version });
    } else if (stored.version === version && JSON.stringify(stored) !== JSON.stringify(business)) {
      log.warn("business file not imported: it differs from the store, with the same version", {
        business: id,
        version,
      });
    }
  }
  return imported;
}
