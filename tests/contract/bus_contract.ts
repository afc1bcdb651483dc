import { durableContract } from "./bus_durable_contract.ts";
import { closeContract, handlerContract } from "./bus_handler_contract.ts";
import { publishContract, queueGroupContract } from "./bus_publish_contract.ts";
import { requestContract } from "./bus_request_contract.ts";
import { redeliveryContract } from "./bus_redelivery_contract.ts";
import type { OpenBusFn } from "./bus_rig.ts";

/** The rules of `Bus`, for any adapter: `name` is the adapter's class, `open` yields a fresh bus per test. */
export function busContract(name: string, open: OpenBusFn): void {
  publishContract(name, open);
  queueGroupContract(name, open);
  handlerContract(name, open);
  requestContract(name, open);
  durableContract(name, open);
  redeliveryContract(name, open);
  closeContract(name, open);
}
