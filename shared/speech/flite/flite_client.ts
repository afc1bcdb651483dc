import type { Clock } from "shared/clock/clock.ts";
import type { FliteReply, FliteRequest } from "./flite_protocol.ts";

/** What is used of a Worker, so that tests can stand in for the thread. */
export interface FlitePort {
  onmessage: ((event: MessageEvent<FliteReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(request: FliteRequest): void;
  terminate(): void;
}

/**
 * One Worker, seen from outside: asked one thing at a time. It is used until its first failure (a crash, an
 * error of the engine, an answer that does not come) and then thrown away.
 */
export class FliteClient {
  readonly #port: FlitePort;
  readonly #clock: Clock;
  #asked: PromiseWithResolvers<FliteReply> | undefined;
  #failure: Error | undefined;

  constructor(port: FlitePort, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
    port.onmessage = ({ data }) => this.#asked?.resolve(data);
    port.onerror = (event) => {
      event.preventDefault();
      this.#fail(new Error(`Cannot go on: the Worker crashed: ${event.message}`));
    };
  }

  async load(module: WebAssembly.Module, limitMs: number): Promise<void> {
    await this.#ask({ do: "load", module }, limitMs);
  }

  /** @returns mu-law at 8 kHz. */
  async render(text: string, voice: string, limitMs: number): Promise<Uint8Array> {
    const reply = await this.#ask({ do: "render", text, voice }, limitMs);
    if (reply.did !== "render") throw new Error(`Cannot render: received ${reply.did}`);
    return new Uint8Array(reply.audio);
  }

  /** @returns when each word ends, ms; null: that cannot be told. */
  async time(
    words: readonly string[],
    voice: string,
    limitMs: number,
  ): Promise<readonly number[] | null> {
    const reply = await this.#ask({ do: "time", words, voice }, limitMs);
    if (reply.did !== "time") throw new Error(`Cannot time: received ${reply.did}`);
    return reply.endsMs;
  }

  close(): void {
    this.#port.terminate();
    this.#fail(new Error("Cannot go on: the Worker was ended"));
  }

  async #ask(request: FliteRequest, limitMs: number): Promise<FliteReply> {
    if (this.#failure) throw this.#failure;
    const asked = this.#asked = Promise.withResolvers<FliteReply>();
    const answered = new AbortController();
    this.#clock.sleepUntil(this.#clock.now() + limitMs, answered.signal).then((reached) => {
      if (reached) this.#fail(new Error(`Cannot ${request.do}: at most ${limitMs} ms`));
    });
    try {
      this.#port.postMessage(request);
      const reply = await asked.promise;
      if (reply.did === "fail") throw new Error(reply.reason);
      return reply;
    } finally {
      answered.abort();
      this.#asked = undefined;
    }
  }

  #fail(failure: Error): void {
    this.#failure ??= failure;
    this.#asked?.reject(failure);
  }
}
