import { createHash } from "node:crypto";
import type { OpenOptions, OpenResult } from "./network.ts";
import { WebSocketClient } from "./web_socket_client.ts";

/** Opens a WebSocket by hand, so that a refusal shows its HTTP status. */

/** Dials and shakes hands. Never rejects. */
export async function openWebSocket(options: OpenOptions): Promise<OpenResult> {
  const url = new URL(options.url);
  let connection: Deno.TcpConn;
  try {
    connection = await Deno.connect({
      hostname: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port || "80"),
    });
  } catch (error) {
    return { ok: false, status: null, problem: String(error) };
  }
  const timeout = setTimeout(() => connection.close(), options.timeoutMs);
  try {
    connection.setNoDelay(true);
    const key = crypto.getRandomValues(new Uint8Array(16)).toBase64();
    await writeAll(connection, requestText(url, key, options.headers));
    const { head, rest } = await readHead(connection);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? NaN);
    const accept = /^sec-websocket-accept:\s*(\S+)\s*$/im.exec(head)?.[1];
    if (status !== 101 || accept !== expectedAccept(key)) {
      connection.close();
      const problem = status === 101 ? "wrong Sec-WebSocket-Accept" : `HTTP ${status}`;
      return { ok: false, status: Number.isNaN(status) ? null : status, problem };
    }
    return { ok: true, socket: new WebSocketClient(connection, options.handlers, rest) };
  } catch (error) {
    try {
      connection.close();
    } catch {
      // The timeout has closed it.
    }
    return { ok: false, status: null, problem: String(error) };
  } finally {
    clearTimeout(timeout);
  }
}

/** Fixed by RFC 6455, section 1.3. */
const ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const MAX_HEAD_BYTES = 16 * 1024;

function expectedAccept(key: string): string {
  return createHash("sha1").update(key + ACCEPT_GUID).digest("base64");
}

function requestText(url: URL, key: string, headers: Readonly<Record<string, string>>): string {
  const all: Readonly<Record<string, string>> = {
    Host: url.host,
    "User-Agent": "Twilio.TmeWs/1.0",
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Key": key,
    "Sec-WebSocket-Version": "13",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

async function writeAll(connection: Deno.TcpConn, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

/** Reads up to the empty line; `rest` is what came behind it. */
async function readHead(connection: Deno.TcpConn): Promise<{ head: string; rest: Uint8Array }> {
  const buffer = new Uint8Array(MAX_HEAD_BYTES);
  let length = 0;
  while (length < buffer.length) {
    const count = await connection.read(buffer.subarray(length));
    if (count === null) throw new Error("Cannot shake hands: the server closed the connection");
    length += count;
    const text = new TextDecoder("latin1").decode(buffer.subarray(0, length));
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) return { head: text.slice(0, end), rest: buffer.slice(end + 4, length) };
  }
  throw new Error(`Cannot shake hands: the answer's head has at most ${MAX_HEAD_BYTES} bytes`);
}
