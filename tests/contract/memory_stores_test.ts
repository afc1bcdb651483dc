import { SystemClock } from "shared/clock/system_clock.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import { storesContract } from "./stores_contract.ts";

storesContract("MemoryStores", () => {
  const stores = new MemoryStores({ clock: new SystemClock() });
  return Promise.resolve({ stores, second: stores, close: () => Promise.resolve() });
});
