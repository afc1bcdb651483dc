import type { Bus, BusMessage, Subscription } from "shared/bus/bus.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { type Offer, offer } from "shared/bus/messages.ts";
import { offerQueue, offerSubject, type Role } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import { beat, type Beating } from "shared/runtime/worker/heartbeat.ts";
import type { WorkerLine } from "./worker_line.ts";

const SERVICE = { stt: "stt-service", dialog: "dialog-tts-service" } as const;
const CAPACITY = 100;

export interface ScriptedWorkerOptions<L extends WorkerLine> {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly role: Role;
  readonly instance: string;
  readonly open: (bus: Bus, offer: Offer) => L;
}

/** A worker of one role, which takes offers as told and otherwise does only what a test makes it do. */
export class ScriptedWorker<L extends WorkerLine> {
  readonly offers: Offer[] = [];
  /** How each offer came. */
  readonly offeredBy: ("group" | "direct")[] = [];
  answer: "take" | "decline" | "silent" = "take";
  draining = false;
  readonly #options: ScriptedWorkerOptions<L>;
  readonly #lines: L[] = [];
  /** The calls that its heartbeat names. */
  readonly #calls = new Set<string>();
  #subscriptions: Subscription[] = [];
  #beating: Beating | undefined;

  constructor(options: ScriptedWorkerOptions<L>) {
    this.#options = options;
  }

  get instance(): string {
    return this.#options.instance;
  }

  /** From now on it is there for offers, and its heart beats. */
  join(): void {
    const { bus, role, instance } = this.#options;
    const take = (how: "group" | "direct") => (message: BusMessage) => this.#onOffer(message, how);
    this.#subscriptions = [
      bus.subscribe(offerSubject(role), take("group"), { queue: offerQueue(role) }),
      bus.subscribe(offerSubject(role, instance), take("direct")),
    ];
    this.wake();
  }

  leave(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }

  /** Its heart stands still and it answers nothing, as a process that is stopped; its subscriptions stay. */
  hang(): void {
    this.#beating?.stop();
    this.#beating = undefined;
    this.answer = "silent";
  }

  /** Its heart beats. */
  wake(): void {
    const { bus, clock, role, instance } = this.#options;
    this.#beating ??= beat(bus, clock, SERVICE[role], instance, () => ({
      calls: [...this.#calls],
      capacity: CAPACITY,
      draining: this.draining,
    }));
  }

  /** It dies at once, as of a kill. */
  die(): void {
    this.hang();
    this.leave();
  }

  /** Its heartbeat names the call no more. */
  lose(callSid: string): void {
    this.#calls.delete(callSid);
  }

  /** Its line of a call that it has taken, the newest; undefined when it has not. */
  find(callSid: string): L | undefined {
    return this.#lines.findLast(({ call }) => call === callSid);
  }

  /** @throws {Error} when it has not taken the call. */
  line({ callSid }: { readonly callSid: string }): L {
    const line = this.find(callSid);
    if (!line) {
      throw new Error(`Cannot find a line of ${callSid}: ${this.instance} has not taken it`);
    }
    return line;
  }

  #onOffer(message: BusMessage, how: "group" | "direct"): void {
    const { bus, open, instance } = this.#options;
    const decoded = decodeJson(offer, message.data);
    if (!decoded.ok) throw new Error(decoded.problem);
    this.offers.push(decoded.value);
    this.offeredBy.push(how);
    if (this.answer === "silent") return;
    const excluded = decoded.value.not.includes(instance);
    if (this.answer === "decline" || excluded) {
      const reason = excluded ? "excluded" : "full";
      message.respond(encodeJson({ took: false, instance, reason }));
      return;
    }
    this.#lines.push(open(bus, decoded.value));
    this.#calls.add(decoded.value.call);
    message.respond(encodeJson({ took: true, instance }));
  }
}
