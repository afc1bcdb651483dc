import {
  encodeClientFrame,
  OPCODE,
  ServerFrameReader,
  WebSocketProtocolError,
} from "./web_socket_frames.ts";

/**
 * A WebSocket client over TCP of which a test can stop the reading, break the connection, and see the HTTP
 * status of a refusal. The built-in one hides all three.
 */

/** How the server ended the connection: with a close frame, or without one. */
export type SocketEnd =
  | { readonly kind: "closed"; readonly code: number; readonly reason: string }
  | { readonly kind: "broken"; readonly reason: string };

export interface SocketHandlers {
  onText(text: string): void;
  onBinary(bytes: Uint8Array): void;
  /** Called once, also after our own close; nothing is called after it. */
  onEnd(end: SocketEnd): void;
}

/** RFC 6455: no status was in the close frame. */
const NO_STATUS = 1005;
/** How long the server may take to answer our close frame. */
const CLOSE_TIMEOUT_MS = 1_000;
/** Unsent bytes beyond which a send is refused: the server does not read. */
const MAX_UNSENT_BYTES = 1 << 20;
const READ_BYTES = 64 * 1024;

export class WebSocketClient {
  readonly #connection: Deno.TcpConn;
  readonly #reader = new ServerFrameReader();
  readonly #handlers: SocketHandlers;
  readonly #mask = crypto.getRandomValues(new Uint8Array(4));
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  readonly #unsent: Uint8Array[] = [];
  #unsentBytes = 0;
  #writing: Promise<void> | undefined;
  #closing: ReturnType<typeof setTimeout> | undefined;
  #ended = false;
  #resume: (() => void) | undefined;
  #mayRead: Promise<void> = Promise.resolve();

  /** @param early bytes that came with the handshake's answer. */
  constructor(connection: Deno.TcpConn, handlers: SocketHandlers, early: Uint8Array) {
    this.#connection = connection;
    this.#handlers = handlers;
    this.#read(early);
  }

  /**
   * @returns false when the message was not taken: the server reads too slowly, or the closing handshake has begun.
   * Bytes behind a close frame would be found unread by the server when it closes, which then resets the connection.
   */
  send(message: string | Uint8Array): boolean {
    if (this.#closing !== undefined) return false;
    return typeof message === "string"
      ? this.#sendFrame(OPCODE.text, this.#encoder.encode(message))
      : this.#sendFrame(OPCODE.binary, message);
  }

  /** Begins the closing handshake; `onEnd` follows. */
  close(code: number, reason = ""): void {
    if (this.#ended || this.#closing !== undefined) return;
    const text = this.#encoder.encode(reason);
    const payload = new Uint8Array(2 + text.length);
    new DataView(payload.buffer).setUint16(0, code);
    payload.set(text, 2);
    this.#sendFrame(OPCODE.close, payload);
    this.resumeReading();
    this.#closing = setTimeout(
      () => this.#end({ kind: "broken", reason: "no answer to close" }),
      CLOSE_TIMEOUT_MS,
    );
  }

  /** Ends the TCP connection without a close frame, as a crash does. */
  break(): void {
    this.#end({ kind: "broken", reason: "broken by the caller's side" });
  }

  /** Takes nothing more from the socket: what the server sends piles up in the kernel, then in the server. */
  pauseReading(): void {
    if (this.#resume) return;
    this.#mayRead = new Promise((resolve) => this.#resume = resolve);
  }

  resumeReading(): void {
    this.#resume?.();
    this.#resume = undefined;
  }

  #sendFrame(opcode: number, payload: Uint8Array): boolean {
    if (this.#ended || this.#unsentBytes > MAX_UNSENT_BYTES) return false;
    const frame = encodeClientFrame(opcode, payload, this.#mask);
    this.#unsent.push(frame);
    this.#unsentBytes += frame.length;
    this.#writing ??= this.#write();
    return true;
  }

  async #write(): Promise<void> {
    // The first frame goes out with whatever else is sent in this turn.
    await Promise.resolve();
    try {
      for (let frame = this.#unsent[0]; frame; frame = this.#unsent[0]) {
        for (let at = 0; at < frame.length;) {
          at += await this.#connection.write(frame.subarray(at));
        }
        this.#unsent.shift();
        this.#unsentBytes -= frame.length;
      }
    } catch (error) {
      this.#end({ kind: "broken", reason: String(error) });
    }
    this.#writing = undefined;
  }

  async #read(early: Uint8Array): Promise<void> {
    // Nothing is handed over before the opener has the socket in hand.
    await Promise.resolve();
    const buffer = new Uint8Array(READ_BYTES);
    try {
      let more = this.#take(early);
      while (more && !this.#ended) {
        await this.#mayRead;
        const count = await this.#connection.read(buffer);
        if (count === null) return this.#end({ kind: "broken", reason: "no close frame" });
        // Told to stop while it waited for bytes.
        await this.#mayRead;
        more = this.#take(buffer.subarray(0, count));
      }
    } catch (error) {
      this.#end({ kind: "broken", reason: String(error) });
    }
  }

  /** @returns false when nothing more is to be read. */
  #take(bytes: Uint8Array): boolean {
    for (const { opcode, payload } of this.#reader.push(bytes)) {
      if (this.#ended) return false;
      switch (opcode) {
        case OPCODE.text:
          this.#handlers.onText(this.#decoder.decode(payload));
          break;
        case OPCODE.binary:
          this.#handlers.onBinary(payload);
          break;
        case OPCODE.ping:
          this.#sendFrame(OPCODE.pong, payload);
          break;
        case OPCODE.pong:
          break;
        case OPCODE.close:
          this.#closed(payload);
          return false;
        default:
          throw new WebSocketProtocolError(`Cannot read a frame: unknown opcode ${opcode}`);
      }
    }
    return true;
  }

  async #closed(payload: Uint8Array): Promise<void> {
    const hasCode = payload.length >= 2;
    const code = hasCode ? (payload[0]! << 8) | payload[1]! : NO_STATUS;
    if (this.#closing === undefined) this.#sendFrame(OPCODE.close, payload.subarray(0, 2));
    const reason = this.#decoder.decode(payload.subarray(2));
    await this.#writing;
    this.#end({ kind: "closed", code, reason });
  }

  #end(end: SocketEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#closing);
    this.resumeReading();
    this.#connection.close();
    this.#handlers.onEnd(end);
  }
}
