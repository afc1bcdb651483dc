interface Wait {
  /** @returns whether it is over. */
  check(nowMs: number): boolean;
  end(): void;
}

/** Promises about the future of a call, looked at again and again by the call's own loop. */
export class Waits {
  #waits: Wait[] = [];
  #ended = false;

  /**
   * Resolves with the first value of `look` other than undefined and false.
   *
   * @throws (rejects) when that does not happen before `deadlineMs`, or before the call ends.
   */
  until<T>(
    look: () => T | undefined | false,
    what: string,
    nowMs: number,
    timeoutMs: number,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (rule: string) => reject(new Error(`Cannot wait for ${what}: ${rule}`));
      const wait: Wait = {
        check: (now) => {
          try {
            const value = look();
            if (value !== undefined && value !== false) resolve(value);
            else if (now < nowMs + timeoutMs) return false;
            else fail(`within ${timeoutMs} ms, received nothing`);
          } catch (error) {
            reject(error);
          }
          return true;
        },
        end: () => fail("during the call, received its end"),
      };
      if (wait.check(nowMs)) return;
      if (this.#ended) wait.end();
      else this.#waits.push(wait);
    });
  }

  check(nowMs: number): void {
    if (this.#waits.length > 0) this.#waits = this.#waits.filter((wait) => !wait.check(nowMs));
  }

  /** The call is over: what has not come, will not. */
  end(nowMs: number): void {
    this.check(nowMs);
    this.#ended = true;
    for (const wait of this.#waits.splice(0)) wait.end();
  }
}
