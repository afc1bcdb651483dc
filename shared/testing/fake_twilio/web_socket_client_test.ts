import { describe, it } from "@std/testing/bdd";
import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import type { SocketEnd, SocketHandlers } from "./web_socket_client.ts";
import { openWebSocket } from "./web_socket_handshake.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** A TCP server that answers one handshake and then sends bytes as told. */
class RawServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connection: Promise<Deno.TcpConn>;
  /** All bytes after the request's head. */
  received = new Uint8Array(0);
  readonly done: Promise<void>;

  constructor(
    answer: (request: string, accept: string) => string | undefined,
    ...after: number[][]
  ) {
    this.#connection = this.#listener.accept();
    this.done = this.#serve(answer, after);
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#listener.addr.port}/s/1?x=2`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.done;
  }

  async #serve(
    answer: (request: string, accept: string) => string | undefined,
    after: readonly number[][],
  ): Promise<void> {
    const connection = await this.#connection;
    const buffer = new Uint8Array(4096);
    const request = new TextDecoder().decode(
      buffer.subarray(0, await connection.read(buffer) ?? 0),
    );
    const key = /sec-websocket-key: (\S+)/i.exec(request)?.[1] ?? "";
    const text = answer(request, createHash("sha1").update(key + GUID).digest("base64"));
    if (text !== undefined) {
      // One write: the first frames arrive together with the handshake's answer.
      const bytes = [...new TextEncoder().encode(text), ...after.flat()];
      await connection.write(new Uint8Array(bytes));
      if (text.includes("101")) await this.#collect(connection, buffer);
    }
    connection.close();
  }

  async #collect(connection: Deno.TcpConn, buffer: Uint8Array): Promise<void> {
    const reader = async () => {
      const count = await connection.read(buffer);
      if (count === null) return false;
      this.received = new Uint8Array([...this.received, ...buffer.subarray(0, count)]);
      const isClose = (buffer[0]! & 0x0f) === 8;
      return !isClose;
    };
    while (await reader().catch(() => false));
  }
}

const switching = (accept: string) =>
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
  `sec-websocket-accept: ${accept}\r\n\r\n`;

function recorder() {
  const texts: string[] = [];
  const binaries: Uint8Array[] = [];
  const end = Promise.withResolvers<SocketEnd>();
  const handlers = {
    onText: (text: string) => void texts.push(text),
    onBinary: (bytes: Uint8Array) => void binaries.push(bytes),
    onEnd: end.resolve,
  };
  return { texts, binaries, end: end.promise, handlers };
}

const CLOSE_4001 = [0x88, 0x05, 0x0f, 0xa1, 0x62, 0x79, 0x65];

describe("openWebSocket()", () => {
  it("sends its headers, path and query", async () => {
    let seen = "";
    await using server = new RawServer((request) => {
      seen = request;
      return "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
    });
    const result = await openWebSocket({
      url: server.url,
      headers: { "X-Twilio-Signature": "abc=" },
      handlers: recorder().handlers,
      timeoutMs: 5_000,
    });
    assertEquals(result, { ok: false, status: 403, problem: "HTTP 403" });
    assert(seen.startsWith("GET /s/1?x=2 HTTP/1.1\r\nHost: 127.0.0.1:"));
    assert(seen.includes("\r\nX-Twilio-Signature: abc=\r\n"));
  });

  it("refuses a server that does not prove it read the key", async () => {
    await using server = new RawServer(() => switching("bm90IHlvdXIga2V5"));
    const result = await openWebSocket({
      url: server.url,
      headers: {},
      handlers: recorder().handlers,
      timeoutMs: 5_000,
    });
    assertEquals(result, { ok: false, status: 101, problem: "wrong Sec-WebSocket-Accept" });
  });

  it("gives up on a server that says nothing", async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = listener.accept();
    const result = await openWebSocket({
      url: `ws://127.0.0.1:${listener.addr.port}/`,
      headers: {},
      handlers: recorder().handlers,
      timeoutMs: 50,
    });
    (await accepted).close();
    listener.close();
    assert(!result.ok);
    assertEquals(result.status, null);
  });

  it("tells when nobody listens", async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const result = await openWebSocket({
      url: `ws://127.0.0.1:${port}/`,
      headers: {},
      handlers: recorder().handlers,
      timeoutMs: 5_000,
    });
    assert(!result.ok);
    assertEquals(result.status, null);
  });
});

describe("WebSocketClient", () => {
  async function open({ url }: RawServer, handlers: SocketHandlers) {
    const opened = await openWebSocket({ url, headers: {}, handlers, timeoutMs: 5_000 });
    assert(opened.ok);
    return opened.socket;
  }

  async function exchange(...frames: number[][]) {
    const { texts, binaries, end, handlers } = recorder();
    await using server = new RawServer((_, accept) => switching(accept), ...frames);
    await open(server, handlers);
    return { end: await end, texts, binaries, received: (await server.done, server.received) };
  }

  it("hands over messages that came with the handshake, then the close with its code", async () => {
    const { texts, binaries, end, received } = await exchange(
      [0x81, 0x02, 0x68, 0x69],
      [0x82, 0x01, 0x07],
      CLOSE_4001,
    );
    assertEquals([texts, binaries], [["hi"], [new Uint8Array([7])]]);
    assertEquals(end, { kind: "closed", code: 4001, reason: "bye" });
    assertEquals([received[0], received[1]], [0x88, 0x82]);
  });

  it("answers a ping with its payload", async () => {
    const { received } = await exchange([0x89, 0x01, 0x2a], CLOSE_4001);
    assertEquals([received[0], received[1], received[6]! ^ received[2]!], [0x8a, 0x81, 0x2a]);
  });

  it("takes a close without a code for 1005", async () => {
    assertEquals((await exchange([0x88, 0x00])).end, { kind: "closed", code: 1005, reason: "" });
  });

  it("is broken by what no server may send, and by text that is not UTF-8", async () => {
    for (const frame of [[0x83, 0x00], [0xc1, 0x00], [0x81, 0x01, 0xff]]) {
      assertEquals((await exchange(frame)).end.kind, "broken");
    }
  });

  it("sends nothing behind its close", async () => {
    const { end, handlers } = recorder();
    await using server = new RawServer((_, accept) => switching(accept));
    const socket = await open(server, handlers);
    socket.close(1000);
    assertEquals(socket.send("late"), false);
    assertEquals((await end).kind, "broken");
    await server.done;
    assertEquals([server.received[0], server.received.length], [0x88, 8]);
  });
});
