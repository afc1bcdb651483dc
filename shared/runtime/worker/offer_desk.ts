import type { Bus, BusMessage, Subscription } from "shared/bus/bus.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { type Offer, offer, type OfferReply } from "shared/bus/messages.ts";
import { offerQueue, offerSubject, type Role } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "../log.ts";
import type { Business } from "shared/store/business.ts";

/** Design §8: one deadline for all reads of a call's start. */
const READS_DEADLINE_MS = 60;

type Refusal = Extract<OfferReply, { took: false }>["reason"];

/** One call that a worker has taken. */
export interface WorkerCall {
  readonly call: string;
  readonly epoch: number;
  /** Resolves with the reason when the call is over. */
  readonly ended: Promise<string>;
  /** The offer is taken; what the call's start reads must be there by `deadlineMs`. */
  start(deadlineMs: number): void;
  /** Frees everything; ending twice does nothing. */
  end(reason: string): void;
}

export interface OfferDeskOptions<C extends WorkerCall> {
  readonly bus: Bus;
  readonly role: Role;
  readonly clock: Clock;
  readonly instance: string;
  readonly capacity: number;
  /** The business by that time at the latest. */
  readonly findBusiness: (id: string, deadlineMs: number) => Promise<Business | undefined>;
  /** Begins to hear the call. */
  readonly open: (offer: Offer, business: Business) => C;
  /** Told how many calls there are, whenever that changes. */
  readonly onCalls: (count: number) => void;
  readonly onBadMessage: (subject: string, problem: string) => void;
  readonly log: Log;
}

/**
 * Takes the calls offered to a role's queue group, or to this instance alone.
 *
 * - Hears the call before it replies, and starts right after.
 * - Leaves the group while full, and for good when draining.
 * - Answers what is offered to it alone until it is stopped, or drained and empty: a refusal is quicker than silence.
 */
export class OfferDesk<C extends WorkerCall> {
  readonly #options: OfferDeskOptions<C>;
  readonly #taken = new Map<string, C>();
  #group: Subscription | undefined;
  readonly #direct: Subscription;
  /** Offers whose business is being looked up. */
  #looking = 0;
  #draining = false;
  readonly #empty = Promise.withResolvers<void>();

  constructor(options: OfferDeskOptions<C>) {
    this.#options = options;
    const { bus, role, instance } = options;
    this.#direct = bus.subscribe(offerSubject(role, instance), (message) => this.#onOffer(message));
    this.#update();
  }

  get calls(): string[] {
    return [...this.#taken.keys()];
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Takes no new call; resolves when the last one has ended. */
  drain(): Promise<void> {
    this.#draining = true;
    this.#update();
    return this.#empty.promise;
  }

  /** Leaves all calls at once; afterwards `calls` is empty. */
  stop(): void {
    this.#draining = true;
    const calls = [...this.#taken.values()];
    this.#taken.clear();
    this.#update();
    this.#direct.unsubscribe();
    for (const call of calls) call.end("stopped");
  }

  get #full(): boolean {
    return this.#taken.size + this.#looking >= this.#options.capacity;
  }

  /** Joins or leaves the group; notes that a drain is done. */
  #update(): void {
    const { bus, role } = this.#options;
    const idle = this.#taken.size === 0 && this.#looking === 0;
    if (this.#draining && idle) {
      this.#direct.unsubscribe();
      this.#empty.resolve();
    }
    if (this.#draining || this.#full) {
      this.#group?.unsubscribe();
      this.#group = undefined;
    } else {
      this.#group ??= bus.subscribe(offerSubject(role), (message) => this.#onOffer(message), {
        queue: offerQueue(role),
      });
    }
  }

  #onOffer(message: BusMessage): void {
    const decoded = decodeJson(offer, message.data);
    if (decoded.ok) void this.#consider(decoded.value, message);
    else this.#options.onBadMessage(`offer.${this.#options.role}`, decoded.problem);
  }

  async #consider(offer: Offer, message: BusMessage): Promise<void> {
    const { clock, instance, findBusiness } = this.#options;
    const deadlineMs = clock.now() + READS_DEADLINE_MS;
    const refuse = (reason: Refusal) => message.respond(reply({ took: false, instance, reason }));
    const refusal = this.#refusal(offer);
    if (refusal) return void refuse(refusal);
    this.#looking++;
    this.#update();
    const business = await findBusiness(offer.business, deadlineMs);
    this.#looking--;
    const late = this.#refusal(offer);
    if (business && !late) this.#take(offer, business, message, deadlineMs);
    else refuse(late ?? "unknown_business");
    this.#update();
  }

  #refusal({ call, epoch, not }: Offer): Refusal | undefined {
    if (this.#draining) return "draining";
    const current = this.#taken.get(call);
    const isOld = current !== undefined && epoch <= current.epoch;
    if (isOld || not.includes(this.#options.instance)) return "excluded";
    // A newer epoch of a call that is here takes the place of the older one.
    return this.#full && !current ? "full" : undefined;
  }

  #take(offer: Offer, business: Business, message: BusMessage, deadlineMs: number): void {
    const { instance, open, log, onCalls } = this.#options;
    this.#taken.get(offer.call)?.end("superseded");
    const call = open(offer, business);
    if (!message.respond(reply({ took: true, instance }))) {
      call.end("offer_lapsed");
      return;
    }
    this.#taken.set(offer.call, call);
    onCalls(this.#taken.size);
    log.info("takes call", { call: offer.call, business: business.id, epoch: offer.epoch });
    call.ended.then((reason) => this.#onEnded(call, reason));
    call.start(deadlineMs);
  }

  #onEnded(taken: C, reason: string): void {
    const { call } = taken;
    if (this.#taken.get(call) === taken) this.#taken.delete(call);
    this.#options.onCalls(this.#taken.size);
    this.#options.log.info("leaves call", { call, reason });
    this.#update();
  }
}

function reply(value: OfferReply): Uint8Array {
  return encodeJson(value);
}
