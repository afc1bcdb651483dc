import type { Clock } from "shared/clock/clock.ts";

/** An event with the monotonic time at which it was recorded, in milliseconds. */
export type Timed<E> = E & { readonly atMs: number };

/** What happened, in order, stamped by one clock. Events are told apart by their `kind`. */
export class Timeline<E extends { readonly kind: string }> {
  readonly #clock: Clock;
  readonly #entries: Timed<E>[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records an event now. */
  add(event: E): void {
    this.#entries.push({ ...event, atMs: this.#clock.now() });
  }

  /** Everything so far; grows while the caller holds it. */
  get entries(): readonly Timed<E>[] {
    return this.#entries;
  }

  /** The events of one kind so far, oldest first. */
  of<K extends E["kind"]>(kind: K): Timed<Extract<E, { readonly kind: K }>>[] {
    return this.#entries.filter((entry) => entry.kind === kind) as Timed<
      Extract<E, { readonly kind: K }>
    >[];
  }

  /** The last event of a kind, or undefined. */
  last<K extends E["kind"]>(kind: K): Timed<Extract<E, { readonly kind: K }>> | undefined {
    return this.#entries.findLast((entry) => entry.kind === kind) as
      | Timed<Extract<E, { readonly kind: K }>>
      | undefined;
  }
}
