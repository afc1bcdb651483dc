/** Far more than anything here takes, so that only a real failure reaches it. */
const PATIENCE_MS = 20_000;

/** What handlers have received, to be awaited by count instead of by sleeping. */
export class Received<T> {
  readonly items: T[] = [];
  readonly #waiters = new Set<() => void>();

  /** A handler: keeps the item. */
  readonly add = (item: T): void => {
    this.items.push(item);
    for (const check of this.#waiters) check();
  };

  /** Resolves with all items as soon as there are `count`. Rejects when they do not come. */
  atLeast(count: number): Promise<readonly T[]> {
    return this.where(() => this.items.length >= count, `${count} items`);
  }

  /** Resolves with all items as soon as `condition` holds after an item. */
  where(condition: () => boolean, what = "the condition"): Promise<readonly T[]> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!condition()) return;
        clearTimeout(patience);
        this.#waiters.delete(check);
        resolve(this.items);
      };
      const patience = setTimeout(() => {
        this.#waiters.delete(check);
        reject(new Error(`Cannot go on: ${what} never came, received ${this.items.length}`));
      }, PATIENCE_MS);
      this.#waiters.add(check);
      check();
    });
  }
}
