import type { CallSession, SessionContext } from "./call_session.ts";
import { StreamConnection } from "./stream_connection.ts";

/** The streams that are open now, and the calls on them. */
export class OpenLines {
  readonly #context: SessionContext;
  readonly #defaultBusiness: string;
  readonly #connections = new Set<StreamConnection>();
  readonly #sessions = new Map<string, CallSession>();

  constructor(context: SessionContext, defaultBusiness: string) {
    this.#context = context;
    this.#defaultBusiness = defaultBusiness;
  }

  get connections(): number {
    return this.#connections.size;
  }

  get calls(): number {
    return this.#sessions.size;
  }

  open(socket: WebSocket, callSid: string, leg: number): void {
    const connection = new StreamConnection({
      context: this.#context,
      socket,
      callSid,
      leg,
      defaultBusiness: this.#defaultBusiness,
      onSession: (session) => {
        // A new stream of the call: the old one is dead, even if its socket has not noticed.
        this.#sessions.get(callSid)?.end("replaced");
        this.#sessions.set(callSid, session);
        this.#context.metrics.calls.set(this.#sessions.size);
      },
      onClosed: (session) => {
        this.#connections.delete(connection);
        if (session && this.#sessions.get(callSid) === session) this.#sessions.delete(callSid);
        this.#context.metrics.calls.set(this.#sessions.size);
      },
    });
    this.#connections.add(connection);
  }

  watch(): void {
    for (const session of this.#sessions.values()) session.watch();
  }

  close(reason: string): void {
    for (const connection of this.#connections) connection.close(reason);
  }
}
