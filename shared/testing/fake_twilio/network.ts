import type { SocketHandlers } from "./web_socket_client.ts";
import { openWebSocket } from "./web_socket_handshake.ts";

/** How a simulated Twilio reaches a server. */
export interface Network {
  /** May reject: nobody answers. */
  fetch(request: Request): Promise<Response>;
  /** Never rejects. */
  openWebSocket(options: OpenOptions): Promise<OpenResult>;
}

export interface OpenOptions {
  /** `ws://host:port/path` */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly handlers: SocketHandlers;
  readonly timeoutMs: number;
}

export type OpenResult =
  | { readonly ok: true; readonly socket: ClientSocket }
  /** `status` is null when nobody answered as HTTP. */
  | { readonly ok: false; readonly status: number | null; readonly problem: string };

/** The caller's end of a WebSocket. */
export interface ClientSocket {
  /** @returns false when the message was not taken. */
  send(message: string | Uint8Array): boolean;
  /** Begins the closing handshake. */
  close(code: number, reason?: string): void;
  /** Ends the connection without a close frame. */
  break(): void;
  pauseReading(): void;
  resumeReading(): void;
}

/** Real sockets. */
export const TCP_NETWORK: Network = {
  fetch: (request) => fetch(request),
  openWebSocket,
};
