import { MemoryBus } from "shared/bus/memory_bus.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { busContract } from "./bus_contract.ts";
import { CONTRACT_STREAM } from "./bus_rig.ts";

busContract("MemoryBus", () => {
  const errors: unknown[] = [];
  const bus = new MemoryBus({
    clock: new SystemClock(),
    streams: [CONTRACT_STREAM],
    onError: (error) => void errors.push(error),
  });
  return Promise.resolve({ bus, second: bus, errors, close: () => bus.close() });
});
