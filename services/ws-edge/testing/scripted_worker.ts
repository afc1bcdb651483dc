import type { Bus, BusMessage, Subscription } from "shared/bus/bus.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { type Offer, offer } from "shared/bus/messages.ts";
import { offerQueue, offerSubject, type Role } from "shared/bus/subjects.ts";
import type { WorkerLine } from "./worker_line.ts";

/** A worker of one role, which takes offers as told and otherwise does only what a test makes it do. */
export class ScriptedWorker<L extends WorkerLine> {
  readonly offers: Offer[] = [];
  answer: "take" | "decline" | "silent" = "take";
  readonly #bus: Bus;
  readonly #role: Role;
  readonly #open: (bus: Bus, offer: Offer) => L;
  readonly #lines: L[] = [];
  #subscription: Subscription | undefined;

  constructor(bus: Bus, role: Role, open: (bus: Bus, offer: Offer) => L) {
    this.#bus = bus;
    this.#role = role;
    this.#open = open;
  }

  /** From now on it is there for offers. */
  join(): void {
    const queue = offerQueue(this.#role);
    const take = (message: BusMessage) => this.#onOffer(message);
    this.#subscription = this.#bus.subscribe(offerSubject(this.#role), take, { queue });
  }

  leave(): void {
    this.#subscription?.unsubscribe();
  }

  /** Its line of a call that it has taken, that of the newest leg; undefined when it has not. */
  find(callSid: string): L | undefined {
    return this.#lines.findLast(({ call }) => call === callSid);
  }

  /** @throws {Error} when it has not taken the call. */
  line({ callSid }: { readonly callSid: string }): L {
    const line = this.find(callSid);
    if (!line) throw new Error(`Cannot find a line of ${callSid}: ${this.#role} has not taken it`);
    return line;
  }

  #onOffer(message: BusMessage): void {
    const decoded = decodeJson(offer, message.data);
    if (!decoded.ok) throw new Error(decoded.problem);
    this.offers.push(decoded.value);
    const instance = `${this.#role}-1`;
    if (this.answer === "decline") {
      message.respond(encodeJson({ took: false, instance, reason: "full" }));
    }
    if (this.answer !== "take") return;
    this.#lines.push(this.#open(this.#bus, decoded.value));
    message.respond(encodeJson({ took: true, instance }));
  }
}
