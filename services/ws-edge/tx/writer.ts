import type { OutboundEncoder } from "../twilio/outbound.ts";

/** The part of a WebSocket that the writer needs. */
export interface SendSocket {
  readonly readyState: number;
  send(text: string): void;
}

/** The only place that sends to Twilio: one message per call, at once. */
export class TxWriter {
  readonly #socket: SendSocket;
  readonly #encoder: OutboundEncoder;

  constructor(socket: SendSocket, encoder: OutboundEncoder) {
    this.#socket = socket;
    this.#encoder = encoder;
  }

  /** One frame of 160 bytes. */
  media(frame: Uint8Array): void {
    this.#write(this.#encoder.media(frame));
  }

  mark(name: string): void {
    this.#write(this.#encoder.mark(name));
  }

  clear(): void {
    this.#write(this.#encoder.clear());
  }

  #write(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }
}
