import type { Clock } from "shared/clock/clock.ts";
import { after, type Cancel } from "shared/clock/timers.ts";
import type { ClientSocket } from "./network.ts";
import type { SocketEnd, SocketHandlers } from "./web_socket_client.ts";

export interface WireOptions {
  readonly clock: Clock;
  readonly latencyMs?: number;
}

/** One direction of a connection: what is put in comes out in order, later. */
class Wire {
  readonly #options: WireOptions;
  readonly #waiting = new Set<Cancel>();
  #cut = false;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  put(deliver: () => void): void {
    const arrive = () => {
      if (!this.#cut) deliver();
    };
    const { clock, latencyMs = 0 } = this.#options;
    if (latencyMs === 0) return queueMicrotask(arrive);
    const cancel = after(clock, latencyMs, () => {
      this.#waiting.delete(cancel);
      arrive();
    });
    this.#waiting.add(cancel);
  }

  /** What is on the way never arrives. */
  cut(): void {
    this.#cut = true;
    for (const cancel of this.#waiting) cancel();
    this.#waiting.clear();
  }
}

type ServerMessageHandler = ((event: MessageEvent) => void) | null;

/** The server's end, as a `WebSocket` shows it. */
export class MemoryServerSocket {
  binaryType: BinaryType = "blob";
  onmessage: ServerMessageHandler = null;
  onerror: ((event: Event) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readyState: number = WebSocket.OPEN;
  readonly #toClient: Wire;
  client!: MemoryClientSocket;

  constructor(toClient: Wire) {
    this.#toClient = toClient;
  }

  send(text: string): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.#toClient.put(() => this.client.receive(text));
  }

  close(code = 1005, reason = ""): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.readyState = WebSocket.CLOSING;
    this.#toClient.put(() => this.client.closedByServer({ kind: "closed", code, reason }));
  }

  receive(data: string | ArrayBuffer): void {
    if (this.readyState === WebSocket.OPEN) this.onmessage?.(new MessageEvent("message", { data }));
  }

  /** The connection is over. */
  ended(code: number): void {
    if (this.readyState === WebSocket.CLOSED) return;
    this.readyState = WebSocket.CLOSED;
    this.onclose?.(new CloseEvent("close", { code }));
  }
}

/** The caller's end. */
export class MemoryClientSocket implements ClientSocket {
  readonly #toServer: Wire;
  readonly #toClient: Wire;
  readonly #handlers: SocketHandlers;
  readonly #server: MemoryServerSocket;
  readonly #unread: string[] = [];
  #isReading = true;
  #isOpen = true;
  #ended = false;

  constructor(
    wires: { readonly toServer: Wire; readonly toClient: Wire },
    handlers: SocketHandlers,
    server: MemoryServerSocket,
  ) {
    this.#toServer = wires.toServer;
    this.#toClient = wires.toClient;
    this.#handlers = handlers;
    this.#server = server;
  }

  send(message: string | Uint8Array): boolean {
    if (!this.#isOpen) return false;
    const data = typeof message === "string" ? message : new Uint8Array(message).buffer;
    this.#toServer.put(() => this.#server.receive(data));
    return true;
  }

  close(code: number, reason = ""): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#toServer.put(() => {
      this.#server.ended(code);
      this.#toClient.put(() => this.#end({ kind: "closed", code, reason }));
    });
  }

  break(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#toClient.cut();
    this.#toServer.put(() => this.#server.ended(1006));
    this.#handlers.onEnd({ kind: "broken", reason: "broken by the caller" });
  }

  pauseReading(): void {
    this.#isReading = false;
  }

  resumeReading(): void {
    this.#isReading = true;
    for (const text of this.#unread.splice(0)) this.#handlers.onText(text);
  }

  receive(text: string): void {
    if (this.#isReading) this.#handlers.onText(text);
    else this.#unread.push(text);
  }

  /** The server's close frame: it is answered at once. */
  closedByServer(end: SocketEnd & { readonly kind: "closed" }): void {
    this.#isOpen = false;
    this.#toServer.put(() => this.#server.ended(end.code));
    this.#end(end);
  }

  #end(end: SocketEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#handlers.onEnd(end);
  }
}

/** Two ends of a connection that is open. */
export function pairSockets(
  handlers: SocketHandlers,
  options: WireOptions,
): { client: MemoryClientSocket; server: MemoryServerSocket } {
  const wires = { toServer: new Wire(options), toClient: new Wire(options) };
  const server = new MemoryServerSocket(wires.toClient);
  const client = server.client = new MemoryClientSocket(wires, handlers, server);
  return { client, server };
}
