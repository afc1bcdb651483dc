import type { Clock } from "shared/clock/clock.ts";
import { MemoryClientSocket, type MemoryServerSocket, pairSockets } from "./memory_sockets.ts";
import type { Network, OpenOptions, OpenResult } from "./network.ts";

export interface MemoryNetworkOptions {
  readonly clock: Clock;
  /** One way of every message. Default 0: at once, but never inside the sender's call. */
  readonly latencyMs?: number;
}

/** What a server makes of a request, as behind its port. */
export type Handle = (request: Request) => Response | Promise<Response>;

/**
 * A network without sockets: requests go straight to a server's handler, and a WebSocket is two ends of a queue.
 * Set `handle` before the first call.
 */
export class MemoryNetwork implements Network {
  handle: Handle = () => new Response("nobody listens", { status: 502 });
  readonly #options: MemoryNetworkOptions;
  /** The handshakes that wait to be answered, and what they are answered with. */
  readonly #handshakes = new Map<Request, OpenOptions["handlers"]>();
  readonly #accepted = new Map<Request, MemoryClientSocket>();

  constructor(options: MemoryNetworkOptions) {
    this.#options = options;
  }

  // deno-lint-ignore require-await -- a handler that throws rejects
  async fetch(request: Request): Promise<Response> {
    return this.handle(request);
  }

  async openWebSocket({ url, headers, handlers }: OpenOptions): Promise<OpenResult> {
    const request = new Request(url.replace(/^ws/, "http"), {
      headers: { ...headers, upgrade: "websocket", connection: "upgrade" },
    });
    this.#handshakes.set(request, handlers);
    try {
      const response = await this.handle(request);
      const socket = this.#accepted.get(request);
      if (socket) return { ok: true, socket };
      return { ok: false, status: response.status, problem: `HTTP ${response.status}` };
    } finally {
      this.#handshakes.delete(request);
      this.#accepted.delete(request);
    }
  }

  /** Stands in for `Deno.upgradeWebSocket`. @throws {TypeError} for what is no handshake of this network. */
  upgrade(request: Request): { socket: MemoryServerSocket; response: Response } {
    const handlers = this.#handshakes.get(request);
    if (!handlers) throw new TypeError("Cannot upgrade: the request asks for a WebSocket");
    const { client, server } = pairSockets(handlers, this.#options);
    this.#accepted.set(request, client);
    // A response of 101 cannot be made by hand; nobody looks at this one.
    return { socket: server, response: new Response(null) };
  }
}
