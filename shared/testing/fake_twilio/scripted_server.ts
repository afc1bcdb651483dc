/** A small webhook and stream server for the tests of this folder, which says only what it is told. */

export interface Script {
  /** Answers a webhook: TwiML, or a whole response. */
  twiml(request: ScriptedRequest): string | Response;
  /** Takes a stream; without it every handshake is refused with 403. */
  stream?(stream: ScriptedStream): void;
}

export interface ScriptedRequest {
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly signature: string | null;
  readonly origin: string;
}

/** One stream as the server sees it. */
export interface ScriptedStream {
  readonly path: string;
  readonly signature: string | null;
  readonly socket: WebSocket;
  readonly received: StreamMessage[];
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  onMessage: (message: StreamMessage) => void;
  /** Sends a message of the stream, once `start` has told its streamSid. */
  send(message: Record<string, unknown>): void;
}

export interface StreamMessage {
  readonly event: string;
  readonly sequenceNumber?: string;
  readonly streamSid?: string;
  readonly start?: Readonly<Record<string, unknown>>;
  readonly media?: Readonly<Record<"track" | "chunk" | "timestamp" | "payload", string>>;
  readonly dtmf?: { readonly digit: string };
  readonly mark?: { readonly name: string };
  readonly atMs: number;
}

export class ScriptedServer implements AsyncDisposable {
  readonly requests: ScriptedRequest[] = [];
  readonly streams: ScriptedStream[] = [];
  readonly #script: Script;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(script: Script) {
    this.#script = script;
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => this.#handle(request),
    );
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  get streamOrigin(): string {
    return `ws://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.streams) {
      if (socket.readyState < WebSocket.CLOSING) socket.close();
    }
    await this.#server.shutdown();
  }

  async #handle(request: Request): Promise<Response> {
    const signature = request.headers.get("x-twilio-signature");
    const { pathname, search } = new URL(request.url);
    if (request.headers.get("upgrade") === "websocket") {
      return this.#upgrade(request, pathname, signature);
    }
    const form = new URLSearchParams(request.method === "POST" ? await request.text() : search);
    const scripted = {
      path: pathname + search,
      params: Object.fromEntries(form),
      signature,
      origin: this.origin,
    };
    this.requests.push(scripted);
    const answer = this.#script.twiml(scripted);
    if (typeof answer !== "string") return answer;
    return new Response(`<?xml version="1.0" encoding="UTF-8"?><Response>${answer}</Response>`, {
      headers: { "content-type": "text/xml; charset=utf-8" },
    });
  }

  #upgrade(request: Request, path: string, signature: string | null): Response {
    if (!this.#script.stream) return new Response("no", { status: 403 });
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
    const closed = Promise.withResolvers<number>();
    let streamSid: string | undefined;
    const stream: ScriptedStream = {
      path,
      signature,
      socket,
      received: [],
      closed: closed.promise,
      onMessage: () => {},
      send: (message) => socket.send(JSON.stringify({ streamSid, ...message })),
    };
    socket.onmessage = ({ data }) => {
      const message = { ...JSON.parse(data), atMs: performance.now() };
      streamSid ??= message.streamSid;
      stream.received.push(message);
      stream.onMessage(message);
    };
    socket.onclose = ({ code }) => closed.resolve(code);
    socket.onerror = () => closed.resolve(1006);
    this.streams.push(stream);
    this.#script.stream(stream);
    return response;
  }
}

/** The message of one stretch of audio. */
export function media(bytes: Uint8Array): Record<string, unknown> {
  return { event: "media", media: { payload: bytes.toBase64() } };
}

export function mark(name: string): Record<string, unknown> {
  return { event: "mark", mark: { name } };
}
