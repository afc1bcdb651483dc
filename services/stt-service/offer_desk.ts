import type { Bus, BusMessage, Subscription } from "shared/bus/bus.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { type Offer, offer, type OfferReply } from "shared/bus/messages.ts";
import { offerQueue, offerSubject } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Business } from "shared/store/business.ts";
import type { SttCall } from "./stt_call.ts";
import type { SttMetrics } from "./stt_metrics.ts";

/** Design §8: one deadline for all reads of a call's start. */
const READS_DEADLINE_MS = 60;

type Refusal = Extract<OfferReply, { took: false }>["reason"];

export interface OfferDeskOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly instance: string;
  readonly capacity: number;
  /** The business by that time at the latest. */
  readonly findBusiness: (id: string, deadlineMs: number) => Promise<Business | undefined>;
  /** Begins to take the call's frames. */
  readonly open: (offer: Offer, business: Business) => SttCall;
  readonly metrics: SttMetrics;
  readonly log: Log;
}

/**
 * Takes the calls offered to the recognizers' queue group.
 *
 * - Takes a call's frames before it replies, and begins recognition right after.
 * - Leaves the group while full, and for good when draining.
 */
export class OfferDesk {
  readonly #options: OfferDeskOptions;
  readonly #calls = new Map<string, SttCall>();
  #group: Subscription | undefined;
  /** Offers whose business is being looked up. */
  #looking = 0;
  #draining = false;
  readonly #empty = Promise.withResolvers<void>();

  constructor(options: OfferDeskOptions) {
    this.#options = options;
    this.#update();
  }

  get calls(): string[] {
    return [...this.#calls.keys()];
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

  /** Leaves all calls at once. */
  stop(): void {
    this.#draining = true;
    this.#update();
    for (const call of this.#calls.values()) call.end("stopped");
  }

  get #full(): boolean {
    return this.#calls.size + this.#looking >= this.#options.capacity;
  }

  /** Joins or leaves the group; notes that a drain is done. */
  #update(): void {
    const { bus } = this.#options;
    const idle = this.#calls.size === 0 && this.#looking === 0;
    if (this.#draining && idle) this.#empty.resolve();
    if (this.#draining || this.#full) {
      this.#group?.unsubscribe();
      this.#group = undefined;
    } else {
      this.#group ??= bus.subscribe(offerSubject("stt"), (message) => this.#onOffer(message), {
        queue: offerQueue("stt"),
      });
    }
  }

  #onOffer(message: BusMessage): void {
    const { metrics, log } = this.#options;
    const decoded = decodeJson(offer, message.data);
    if (decoded.ok) {
      void this.#consider(decoded.value, message);
      return;
    }
    metrics.badMessages.inc({ subject: "offer.stt" });
    log.warnLimited("bad offer", "bad message on the bus", {
      subject: "offer.stt",
      problem: decoded.problem,
    });
  }

  async #consider(offer: Offer, message: BusMessage): Promise<void> {
    const { clock, instance, findBusiness } = this.#options;
    const refuse = (reason: Refusal) => message.respond(reply({ took: false, instance, reason }));
    const refusal = this.#refusal(offer);
    if (refusal) return void refuse(refusal);
    this.#looking++;
    this.#update();
    const business = await findBusiness(offer.business, clock.now() + READS_DEADLINE_MS);
    this.#looking--;
    const late = this.#refusal(offer);
    if (business && !late) this.#take(offer, business, message);
    else refuse(late ?? "unknown_business");
    this.#update();
  }

  #refusal({ call, epoch, not }: Offer): Refusal | undefined {
    if (this.#draining) return "draining";
    const current = this.#calls.get(call);
    const isOld = current !== undefined && epoch <= current.epoch;
    if (isOld || not.includes(this.#options.instance)) return "excluded";
    return this.#full ? "full" : undefined;
  }

  #take(offer: Offer, business: Business, message: BusMessage): void {
    const { instance, open, log, metrics } = this.#options;
    this.#calls.get(offer.call)?.end("superseded");
    const call = open(offer, business);
    if (!message.respond(reply({ took: true, instance }))) {
      call.end("offer_lapsed");
      return;
    }
    this.#calls.set(offer.call, call);
    metrics.calls.inc();
    log.info("recognition takes call", {
      call: offer.call,
      business: business.id,
      epoch: offer.epoch,
    });
    call.ended.then((reason) => this.#onEnded(call, reason));
    call.start();
  }

  #onEnded(ended: SttCall, reason: string): void {
    const { call } = ended;
    this.#options.metrics.calls.dec();
    this.#options.log.info("recognition leaves call", { call, reason });
    if (this.#calls.get(call) === ended) this.#calls.delete(call);
    this.#update();
  }
}

function reply(value: OfferReply): Uint8Array {
  return encodeJson(value);
}
