import type { Bus, RequestResult } from "shared/bus/bus.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { type Offer, type OfferReply, offerReply } from "shared/bus/messages.ts";
import { offerSubject, type Role } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";

/** A worker that got an offer has so long to take it. */
const REPLY_TIMEOUT_MS = 400;
/** With nobody there, or nobody willing, the next offer waits so long. */
const RETRY_MS = 250;
/** After so many offers without an answer the next ones wait, longer and longer: epochs are few. */
const PATIENT_AFTER = 6;
const MAX_RETRY_MS = 2_000;
/** A bus that takes longer to answer stood still: silence says nothing about a worker. */
const PROMPT_MS = 150;
const BUS_ANSWER_MS = 1_000;
const MAX_NOT = 64;

/** How offering ended. */
export type OfferOutcome =
  | { readonly kind: "taken"; readonly epoch: number; readonly instance: string }
  /** All epochs are used up. */
  | { readonly kind: "exhausted" }
  /** The call has ended meanwhile. */
  | { readonly kind: "aborted" };

export interface OfferMakerOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly role: Role;
  /** The offer as it is now, but for its epoch and the instances to avoid. */
  readonly describe: () => Omit<Offer, "epoch" | "not">;
  readonly firstEpoch: number;
  /** The last that may be used. */
  readonly lastEpoch: number;
  /** Whether the call had a worker before: then a worker that is known to live is asked before the group. */
  readonly again: boolean;
  /** Instances to avoid; the maker adds those that do not answer, and forgives all when nobody else is left. */
  readonly not: Set<string>;
  /** A worker that is known to live and to have room, and is not in `not`. */
  readonly candidate: (not: ReadonlySet<string>) => string | undefined;
  /** Told before each offer is described: its taker may speak before its reply has been read. */
  readonly onOffer: (epoch: number) => void;
}

type Answer = OfferReply | "unreadable" | Extract<RequestResult, { ok: false }>["reason"];

/** Offers a call to the workers of one role until one takes it. */
export function offerUntilTaken(
  options: OfferMakerOptions,
  signal: AbortSignal,
): Promise<OfferOutcome> {
  return new OfferRound(options, signal).run();
}

/**
 * Every offer that may have reached a worker uses up an epoch, so a worker that took the call too late is told
 * from the one that has it. While the bus is away nothing is used up.
 */
class OfferRound {
  readonly #options: OfferMakerOptions;
  readonly #signal: AbortSignal;
  /** Those that declined in this round. */
  readonly #passed = new Set<string>();
  #epoch: number;
  #direct: boolean;
  #unanswered = 0;

  constructor(options: OfferMakerOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#epoch = options.firstEpoch;
    this.#direct = options.again;
  }

  async run(): Promise<OfferOutcome> {
    const { bus, clock, lastEpoch } = this.#options;
    while (!this.#signal.aborted) {
      if (this.#epoch > lastEpoch) return { kind: "exhausted" };
      let waitMs = RETRY_MS;
      if (bus.connected) {
        const target = this.#choose();
        const answer = await this.#offer(target);
        if (this.#signal.aborted) break;
        if (typeof answer === "object" && answer.took) {
          return { kind: "taken", epoch: this.#epoch, instance: answer.instance };
        }
        waitMs = await this.#afterRefusal(target, answer);
      }
      if (waitMs > 0) await clock.sleepUntil(clock.now() + waitMs, this.#signal);
    }
    return { kind: "aborted" };
  }

  /** The worker to ask next; undefined for the group. */
  #choose(): string | undefined {
    const { candidate, not } = this.#options;
    return this.#direct ? candidate(new Set([...not, ...this.#passed])) : undefined;
  }

  async #offer(target: string | undefined): Promise<Answer> {
    const { bus, role, not, describe, onOffer } = this.#options;
    onOffer(this.#epoch);
    const offer: Offer = { ...describe(), epoch: this.#epoch, not: [...not].slice(-MAX_NOT) };
    const result = await bus.request(offerSubject(role, target), encodeJson(offer), {
      timeoutMs: REPLY_TIMEOUT_MS,
    });
    if (!result.ok) return result.reason;
    const reply = decodeJson(offerReply, result.data);
    return reply.ok ? reply.value : "unreadable";
  }

  /** Draws the conclusions from an offer that was not taken. @returns how long to wait, ms. */
  async #afterRefusal(target: string | undefined, answer: Answer): Promise<number> {
    const { not } = this.#options;
    // Whoever declined has not heard the call; whoever was silent or cannot be understood may have taken it.
    const isDeclined = typeof answer === "object";
    if (!isDeclined && answer !== "no_responders") this.#epoch++;
    const isSilent = answer === "timeout";
    if (isSilent) this.#unanswered++;
    // A server that stands still proves nothing, and would only collect offers.
    const isProven = isSilent && await this.#busAnswers();
    this.#direct = true;
    if (target !== undefined) {
      this.#passed.add(target);
      if (isProven) not.add(target);
      return 0;
    }
    // The group is asked after everybody known: the round is over, and who was avoided may serve again.
    this.#passed.clear();
    not.clear();
    return isSilent ? this.#patienceMs : RETRY_MS;
  }

  get #patienceMs(): number {
    const excess = this.#unanswered - PATIENT_AFTER;
    return excess < 0 ? 0 : Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** excess);
  }

  async #busAnswers(): Promise<boolean> {
    const { bus, clock } = this.#options;
    const askedMs = clock.now();
    const answer = await within(clock, BUS_ANSWER_MS, () => bus.flush());
    return answer.ok && bus.connected && clock.now() - askedMs <= PROMPT_MS;
  }
}
