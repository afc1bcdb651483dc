import type { Bus } from "shared/bus/bus.ts";
import { EPOCHS_PER_LEG, type Offer } from "shared/bus/messages.ts";
import type { Role } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Cancel } from "shared/clock/timers.ts";
import type { Log } from "shared/runtime/log.ts";
import { afterConnected } from "./connected_timer.ts";
import { offerUntilTaken } from "./offer_maker.ts";
import type { LostReason } from "./worker_roster.ts";
import type { WorkerWatch } from "./worker_watch.ts";

export interface RoleAssignmentOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly workers: Pick<WorkerWatch, "candidate" | "watch">;
  readonly role: Role;
  readonly call: string;
  readonly leg: number;
  readonly log: Log;
  /** Without a successor for so long, with the bus connected, `onForsaken` is called; Infinity = never. */
  readonly successorMs: number;
  readonly describe: () => Omit<Offer, "epoch" | "not">;
  /** Told before each offer: its taker may speak before its reply has been read. */
  readonly onOffer: (epoch: number) => void;
  readonly onTaken: (epoch: number) => void;
  /** The worker is lost; the call is offered again. */
  readonly onLost: () => void;
  readonly onForsaken: () => void;
  /** All epochs of the leg are used up: nobody can be told from a predecessor any more. */
  readonly onExhausted: () => void;
  /** The call ended while an offer was out: whoever took it must be told. */
  readonly onEndedMeanwhile: () => void;
}

/** Keeps one role of a call in somebody's hands: offers it, watches the taker, offers it again. */
export class RoleAssignment {
  readonly #options: RoleAssignmentOptions;
  /** Every instance that was silent or has failed this call. */
  readonly #not = new Set<string>();
  readonly #lastEpoch: number;
  #nextEpoch: number;
  #epoch: number;

  constructor(options: RoleAssignmentOptions) {
    this.#options = options;
    this.#epoch = this.#nextEpoch = options.leg * EPOCHS_PER_LEG;
    this.#lastEpoch = this.#nextEpoch + EPOCHS_PER_LEG - 1;
  }

  /** That of the worker that took the call last; the leg's first before anyone has. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Resolves when `signal` is aborted, or nothing more can be done. */
  async run(signal: AbortSignal): Promise<void> {
    let taker = await this.#offer(signal, false);
    while (taker !== undefined) {
      const reason = await this.#loss(taker, signal);
      if (reason === undefined) return;
      this.#lose(taker, reason);
      const cancelSearch = this.#limitSearch(signal);
      taker = await this.#offer(signal, true);
      cancelSearch();
    }
  }

  /** @returns the instance that has taken the call; undefined when nobody will. */
  async #offer(signal: AbortSignal, again: boolean): Promise<string | undefined> {
    const { bus, clock, role, workers, log, describe, ...tell } = this.#options;
    const { onOffer, onTaken, onExhausted, onEndedMeanwhile } = tell;
    const outcome = await offerUntilTaken({
      bus,
      clock,
      role,
      describe,
      onOffer,
      firstEpoch: this.#nextEpoch,
      lastEpoch: this.#lastEpoch,
      again,
      not: this.#not,
      candidate: (not) => workers.candidate(role, not),
    }, signal);
    if (outcome.kind === "exhausted") onExhausted();
    else if (signal.aborted) onEndedMeanwhile();
    if (outcome.kind !== "taken" || signal.aborted) return undefined;
    const { epoch, instance } = outcome;
    this.#epoch = epoch;
    this.#nextEpoch = epoch + 1;
    log.info("call taken", { role, instance, epoch });
    onTaken(epoch);
    return instance;
  }

  /** Resolves when the worker is lost; with undefined when the call has ended. */
  #loss(instance: string, signal: AbortSignal): Promise<LostReason | undefined> {
    const { workers, role, call } = this.#options;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(undefined);
      const onAbort = () => {
        unwatch();
        resolve(undefined);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      const unwatch: Cancel = workers.watch(role, instance, call, (reason) => {
        signal.removeEventListener("abort", onAbort);
        resolve(reason);
      });
    });
  }

  #lose(instance: string, reason: LostReason): void {
    const { role, log, onLost } = this.#options;
    // The latest failures are those that an offer has room to name.
    this.#not.delete(instance);
    this.#not.add(instance);
    log.warn("worker lost, the call is offered again", { role, instance, reason });
    onLost();
  }

  #limitSearch(signal: AbortSignal): Cancel {
    const { bus, clock, successorMs, onForsaken } = this.#options;
    if (successorMs === Infinity) return () => {};
    const cancel = afterConnected(bus, clock, successorMs, onForsaken);
    signal.addEventListener("abort", cancel, { once: true });
    return () => {
      signal.removeEventListener("abort", cancel);
      cancel();
    };
  }
}
