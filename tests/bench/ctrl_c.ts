/** What was started is ended at it, as at the end of every block that has started something. */
export class CtrlC {
  readonly #interrupted = new AbortController();

  get signal(): AbortSignal {
    return this.#interrupted.signal;
  }

  listen(): void {
    Deno.addSignalListener("SIGINT", () => this.#interrupted.abort(new Error("Interrupted")));
  }

  /** @throws {Error} (rejects) when it is interrupted before the work is done. */
  async unless<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#interrupted;
    const end = Promise.withResolvers<never>();
    const onAbort = () => end.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      signal.throwIfAborted();
      return await Promise.race([work, end.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}
