import { MemoryStores } from "shared/store/memory_stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { storesContract } from "./stores_contract.ts";

storesContract("MemoryStores", () => {
  const clock = new FakeClock();
  const stores = new MemoryStores({ clock });
  const advance = (ms: number) => clock.advance(ms);
  return Promise.resolve({ stores, second: stores, advance, close: () => Promise.resolve() });
});
