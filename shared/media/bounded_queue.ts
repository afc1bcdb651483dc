/**
 * A first-in-first-out ring of fixed capacity.
 *
 * - `push` never refuses: when full it evicts the oldest item and returns it.
 * - `tryPush` never evicts: when full it refuses.
 * - All operations but `clear` take constant time, and none allocates.
 */
export class BoundedQueue<T> {
  readonly capacity: number;
  readonly #slots: (T | undefined)[];
  #head = 0;
  #length = 0;

  /** @throws {RangeError} when `capacity` is not a positive integer. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(
        `Cannot make a queue: the capacity is a positive integer, received ${capacity}`,
      );
    }
    this.capacity = capacity;
    this.#slots = new Array<T | undefined>(capacity).fill(undefined);
  }

  get length(): number {
    return this.#length;
  }

  /** Appends `item`; returns the oldest item if it had to go. */
  push(item: T): T | undefined {
    const evicted = this.#length === this.capacity ? this.shift() : undefined;
    this.#slots[(this.#head + this.#length) % this.capacity] = item;
    this.#length++;
    return evicted;
  }

  /** Appends `item` unless the queue is full; returns whether it did. */
  tryPush(item: T): boolean {
    if (this.#length === this.capacity) return false;
    this.push(item);
    return true;
  }

  /** Takes the oldest item. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.capacity;
    this.#length--;
    return item;
  }

  /** The item at `index`, 0 being the oldest; undefined outside the queue. */
  at(index: number): T | undefined {
    if (index < 0 || index >= this.#length) return undefined;
    return this.#slots[(this.#head + index) % this.capacity];
  }

  /** Puts `item` before the item at `index` (`length` = at the end). @throws {RangeError} when full. */
  insert(index: number, item: T): void {
    if (this.#length === this.capacity) {
      throw new RangeError(`Cannot insert: the queue is full at ${this.capacity}`);
    }
    this.#length++;
    for (let i = this.#length - 1; i > index; i--) {
      this.#slots[(this.#head + i) % this.capacity] =
        this.#slots[(this.#head + i - 1) % this.capacity];
    }
    this.#slots[(this.#head + index) % this.capacity] = item;
  }

  /** Removes and returns, in order, the items that satisfy `predicate`. */
  remove(predicate: (item: T) => boolean): T[] {
    const removed: T[] = [];
    for (let left = this.#length; left > 0; left--) {
      const item = this.shift()!;
      if (predicate(item)) removed.push(item);
      else this.push(item);
    }
    return removed;
  }

  clear(): void {
    this.#slots.fill(undefined);
    this.#head = 0;
    this.#length = 0;
  }
}
