import type { Bus, BusMessage, Subscription } from "shared/bus/bus.ts";
import { decodeJson } from "shared/bus/codec.ts";
import { heartbeat } from "shared/bus/messages.ts";
import { ALL_HEARTBEATS, parseHeartbeatSubject, type Role } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import { type Cancel, every } from "shared/clock/timers.ts";
import { BusTrust } from "./bus_trust.ts";
import { type LostReason, type Watched, WorkerRoster } from "./worker_roster.ts";

const CHECK_MS = 100;
/** From this much silence on the bus is asked whether it answers, at every check. */
const SUSPICIOUS_MS = 800;
/** A check this late: the process stood still. */
const LATE_CHECK_MS = 250;
/** A question to the bus that is not answered by then is asked anew. */
const ABANDON_MS = 2_000;

const ROLE_OF: Readonly<Record<string, Role>> = {
  "stt-service": "stt",
  "dialog-tts-service": "dialog",
};

export interface WorkerWatchOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly onBadMessage: (subject: string, problem: string) => void;
}

/**
 * Watches the workers of all calls of this edge, by their heartbeats.
 *
 * - One timer for all calls.
 * - A stalled server, a lost connection or a stall of this process never costs a worker its calls: before anyone is
 *   called silent the bus has answered promptly for 300 ms on end (`BusTrust`).
 */
export class WorkerWatch {
  readonly #options: WorkerWatchOptions;
  readonly #roster = new WorkerRoster();
  readonly #trust = new BusTrust();
  readonly #subscription: Subscription;
  readonly #cancel: Cancel;
  #checkedMs: number;
  /** The question that the bus has not answered yet. */
  #asked: { readonly atMs: number } | undefined;

  constructor(options: WorkerWatchOptions) {
    const { bus, clock } = options;
    this.#options = options;
    this.#checkedMs = clock.now();
    this.#subscription = bus.subscribe(ALL_HEARTBEATS, (message) => this.#onHeartbeat(message));
    this.#cancel = every(clock, CHECK_MS, () => this.#check());
  }

  /** The worker to offer a call to directly; undefined when none is known to live and to have room. */
  candidate(role: Role, not: ReadonlySet<string>): string | undefined {
    return this.#roster.choose(role, not, this.#options.clock.now());
  }

  /** Calls `onLost` once, when the worker that has taken the call is silent or has left it. */
  watch(
    role: Role,
    instance: string,
    call: string,
    onLost: (reason: LostReason) => void,
  ): Cancel {
    const watched: Watched = { role, instance, call, sinceMs: this.#options.clock.now(), onLost };
    this.#roster.watch(watched);
    return () => this.#roster.unwatch(watched);
  }

  stop(): void {
    this.#cancel();
    this.#subscription.unsubscribe();
  }

  #onHeartbeat({ subject, data }: BusMessage): void {
    const { clock, onBadMessage } = this.#options;
    const sender = parseHeartbeatSubject(subject);
    const role = sender && ROLE_OF[sender.service];
    if (!role) return;
    const decoded = decodeJson(heartbeat, data);
    if (!decoded.ok) return onBadMessage("heartbeat", decoded.problem);
    if (decoded.value.instance !== sender.instance) return onBadMessage("heartbeat", "instance");
    for (const lost of this.#roster.heard(role, decoded.value, clock.now())) lost.onLost("left");
  }

  #check(): void {
    const { bus, clock } = this.#options;
    const nowMs = clock.now();
    const isLate = nowMs - this.#checkedMs > LATE_CHECK_MS;
    this.#checkedMs = nowMs;
    if (!bus.connected) {
      this.#asked = undefined;
      return this.#trust.doubt(nowMs);
    }
    const suspicious = this.#roster.unheard(SUSPICIOUS_MS, nowMs).length > 0;
    if (isLate || !suspicious) this.#trust.interrupt();
    if (!suspicious) return;
    if (!this.#asked && this.#trust.isProven(nowMs)) {
      for (const lost of this.#roster.takeSilent(nowMs)) lost.onLost("silent");
    }
    this.#ask(nowMs);
  }

  /** Asks the bus for a sign of life. What came before its answer has been heard by then. */
  async #ask(nowMs: number): Promise<void> {
    const { bus, clock } = this.#options;
    if (this.#asked && nowMs - this.#asked.atMs < ABANDON_MS) return;
    if (this.#asked) this.#trust.doubt(nowMs);
    const asked = this.#asked = { atMs: nowMs };
    const answered = await bus.flush().then(() => true, () => false);
    if (this.#asked !== asked) return;
    this.#asked = undefined;
    if (answered && bus.connected) this.#trust.answered(asked.atMs, clock.now());
    else this.#trust.doubt(clock.now());
  }
}
