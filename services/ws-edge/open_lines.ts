import type { SessionContext } from "./call_session.ts";
import { StreamConnection, type StreamSocket } from "./stream_connection.ts";

/** The streams that are open now, and the calls on them. */
export class OpenLines {
  readonly #context: SessionContext;
  readonly #defaultBusiness: string;
  readonly #connections = new Set<StreamConnection>();
  /** Those that have started, by CallSid. */
  readonly #calls = new Map<string, StreamConnection>();

  constructor(context: SessionContext, defaultBusiness: string) {
    this.#context = context;
    this.#defaultBusiness = defaultBusiness;
  }

  get connections(): number {
    return this.#connections.size;
  }

  get calls(): number {
    return this.#calls.size;
  }

  open(socket: StreamSocket, callSid: string, leg: number): void {
    const connection = new StreamConnection({
      context: this.#context,
      socket,
      callSid,
      leg,
      defaultBusiness: this.#defaultBusiness,
      onStart: () => {
        // A new stream of the call: the old one is dead, even if its socket has not noticed.
        this.#calls.get(callSid)?.close("replaced");
        this.#calls.set(callSid, connection);
        this.#count();
      },
      onClosed: () => {
        this.#connections.delete(connection);
        if (this.#calls.get(callSid) === connection) this.#calls.delete(callSid);
        this.#count();
      },
    });
    this.#connections.add(connection);
  }

  watch(): void {
    for (const connection of this.#calls.values()) connection.watch();
  }

  /** Ends all streams; their calls go on at the next edge. Resolves when the sockets are closed. */
  async handOver(reason: string): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.handOver(reason)));
  }

  #count(): void {
    this.#context.metrics.calls.set(this.#calls.size);
  }
}
