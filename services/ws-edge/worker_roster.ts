import type { Heartbeat } from "shared/bus/messages.ts";
import type { Role } from "shared/bus/subjects.ts";

/** A worker without a heartbeat for so long is silent: four missed, and a fifth nearly. */
export const SILENT_MS = 1_200;
/** A heartbeat may have been on its way while the call was taken. */
const TAKING_MS = 300;
const FORGET_MS = 60_000;
const MAX_INSTANCES = 1_000;

/** Its heartbeat is missing, or says that it has not the call (any more). */
export type LostReason = "silent" | "left";

/** A call in the hands of one worker. */
export interface Watched {
  readonly role: Role;
  readonly instance: string;
  readonly call: string;
  readonly sinceMs: number;
  readonly onLost: (reason: LostReason) => void;
}

interface Instance {
  readonly role: Role;
  readonly instance: string;
  lastSeenMs: number;
  calls: number;
  capacity: number;
  draining: boolean;
  /** How often it was chosen since its last heartbeat, which does not count those calls yet. */
  chosen: number;
}

/**
 * The workers that are known by their heartbeats, and the calls that are in their hands. Knows no clock: every
 * method takes `nowMs`, monotonic.
 */
export class WorkerRoster {
  readonly #instances = new Map<string, Instance>();
  readonly #watched = new Map<string, Set<Watched>>();

  /** Instances known: bounded, and forgotten after 60 s of silence. */
  get size(): number {
    return this.#instances.size;
  }

  /** Notes a heartbeat. @returns the calls that it should name and does not: they are watched no more. */
  heard(role: Role, heartbeat: Heartbeat, nowMs: number): Watched[] {
    const { instance, capacity, draining } = heartbeat;
    const key = keyOf(role, instance);
    // Deleted first, so that the map stays in the order of the last heartbeat.
    this.#instances.delete(key);
    this.#instances.set(key, {
      role,
      instance,
      lastSeenMs: nowMs,
      calls: heartbeat.calls.length,
      capacity,
      draining,
      chosen: 0,
    });
    this.#forget(nowMs);
    const watched = this.#watched.get(key);
    if (!watched) return [];
    const named = new Set(heartbeat.calls);
    return this.#take(
      [...watched].filter((one) => nowMs - one.sinceMs >= TAKING_MS && !named.has(one.call)),
    );
  }

  /** The worker to offer a call to: living, not draining, with room, not in `not`, the least loaded. */
  choose(role: Role, not: ReadonlySet<string>, nowMs: number): string | undefined {
    let best: Instance | undefined;
    for (const one of this.#instances.values()) {
      const living = nowMs - one.lastSeenMs < SILENT_MS && !one.draining;
      if (one.role !== role || !living || loadOf(one) >= 1 || not.has(one.instance)) continue;
      if (!best || loadOf(one) < loadOf(best)) best = one;
    }
    if (best) best.chosen++;
    return best?.instance;
  }

  watch(watched: Watched): void {
    const key = keyOf(watched.role, watched.instance);
    const set = this.#watched.get(key) ?? new Set();
    this.#watched.set(key, set.add(watched));
  }

  unwatch(watched: Watched): void {
    const key = keyOf(watched.role, watched.instance);
    const set = this.#watched.get(key);
    set?.delete(watched);
    if (set?.size === 0) this.#watched.delete(key);
  }

  /** The watched calls whose worker has not been heard for `silentMs`. */
  unheard(silentMs: number, nowMs: number): Watched[] {
    const unheard: Watched[] = [];
    for (const [key, set] of this.#watched) {
      const lastSeenMs = this.#instances.get(key)?.lastSeenMs ?? -Infinity;
      if (nowMs - lastSeenMs < silentMs) continue;
      for (const one of set) if (nowMs - one.sinceMs >= silentMs) unheard.push(one);
    }
    return unheard;
  }

  /** Gives up the calls of silent workers: they are watched no more. */
  takeSilent(nowMs: number): Watched[] {
    return this.#take(this.unheard(SILENT_MS, nowMs));
  }

  #take(lost: Watched[]): Watched[] {
    for (const one of lost) this.unwatch(one);
    return lost;
  }

  #forget(nowMs: number): void {
    for (const [key, { lastSeenMs }] of this.#instances) {
      if (this.#instances.size <= MAX_INSTANCES && nowMs - lastSeenMs < FORGET_MS) return;
      this.#instances.delete(key);
    }
  }
}

function loadOf({ calls, chosen, capacity }: Instance): number {
  return capacity > 0 ? (calls + chosen) / capacity : 1;
}

function keyOf(role: Role, instance: string): string {
  return `${role} ${instance}`;
}
