/** Brings the business file into the store. */
import type { Log } from "shared/runtime/log.ts";
import type { Business } from "shared/store/business.ts";
import type { BusinessStore } from "shared/store/stores.ts";

/**
 * Stores each business that the store does not have, or has in an older version. What the store has in a newer
 * version was changed there, and stays; so does what was deleted there.
 *
 * @returns how many were stored.
 * @throws when the store is away.
 */
export async function importBusinesses(
  file: readonly Business[],
  store: Pick<BusinessStore, "get" | "lastVersion" | "put">,
  log: Pick<Log, "info" | "warn">,
): Promise<number> {
  let imported = 0;
  for (const business of file) {
    if (await importBusiness(business, store, log)) imported++;
  }
  return imported;
}

async function importBusiness(
  business: Business,
  store: Pick<BusinessStore, "get" | "lastVersion" | "put">,
  log: Pick<Log, "info" | "warn">,
): Promise<boolean> {
  const { id, version } = business;
  const last = await store.lastVersion(id);
  const left = (reason: string) => {
    log.warn("business file not imported", { business: id, version, reason });
    return false;
  };
  if (last >= version) {
    const stored = await store.get(id);
    if (!stored) return left(`it was deleted; a version above ${last} would bring it back`);
    // Two texts of one schema have their fields in one order.
    const isSame = JSON.stringify(stored) === JSON.stringify(business);
    return isSame || last > version ? false : left("the store has another content of this version");
  }
  const write = await store.put(business, last);
  if (write.ok) {
    log.info("business imported", { business: id, version, ...(last > 0 && { before: last }) });
    return true;
  }
  if (write.reason === "number") return left(`one of its numbers reaches ${write.holder}`);
  // Another builder has imported it at the same moment.
  return false;
}
