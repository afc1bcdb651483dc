import { joinBytes } from "shared/media/join_bytes.ts";

/** RFC 6455, section 5.2. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A whole message or control frame from a server. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** What no correct server sends. */
export class WebSocketProtocolError extends Error {
  override readonly name = "WebSocketProtocolError";
}

/** A client's frame: final, masked with four bytes, as the RFC demands of clients. */
export function encodeClientFrame(
  opcode: number,
  payload: Uint8Array,
  mask: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const { length } = payload;
  const lengthBytes = length < 126 ? 0 : length < 0x1_0000 ? 2 : 8;
  const maskAt = 2 + lengthBytes;
  const frame = new Uint8Array(maskAt + 4 + length);
  const view = new DataView(frame.buffer);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) view.setUint16(2, length);
  if (lengthBytes === 8) view.setBigUint64(2, BigInt(length));
  frame.set(mask, maskAt);
  for (let i = 0; i < length; i++) frame[maskAt + 4 + i] = payload[i]! ^ mask[i & 3]!;
  return frame;
}

/** Cuts a server's byte stream into messages; fragments are put together. */
export class ServerFrameReader {
  #rest: Uint8Array = new Uint8Array(0);
  #fragments: Uint8Array[] = [];
  #fragmentOpcode: number = OPCODE.continuation;

  /**
   * @returns the messages and control frames that are complete with these bytes.
   * @throws {WebSocketProtocolError} when the server breaks the protocol.
   */
  push(bytes: Uint8Array): ServerFrame[] {
    const buffer = this.#rest.length === 0 ? bytes : joinBytes([this.#rest, bytes]);
    const frames: ServerFrame[] = [];
    let at = 0;
    for (let head = readHead(buffer, at); head; head = readHead(buffer, at)) {
      // A copy: `bytes` may be a read buffer that is used again.
      const payload = buffer.slice(head.payloadAt, head.end);
      const whole = this.#assemble(head.final, head.opcode, payload);
      if (whole) frames.push(whole);
      at = head.end;
    }
    this.#rest = buffer.slice(at);
    return frames;
  }

  #assemble(final: boolean, opcode: number, payload: Uint8Array): ServerFrame | undefined {
    if (opcode >= OPCODE.close) return { opcode, payload };
    if ((opcode === OPCODE.continuation) !== (this.#fragments.length > 0)) {
      throw new WebSocketProtocolError("Cannot read a frame: a fragment is out of place");
    }
    if (opcode !== OPCODE.continuation) this.#fragmentOpcode = opcode;
    this.#fragments.push(payload);
    if (!final) return undefined;
    const fragments = this.#fragments.splice(0);
    const whole = fragments.length === 1 ? fragments[0]! : joinBytes(fragments);
    return { opcode: this.#fragmentOpcode, payload: whole };
  }
}

function readHead(buffer: Uint8Array, at: number) {
  if (buffer.length - at < 2) return undefined;
  const first = buffer[at]!;
  const second = buffer[at + 1]!;
  if ((first & 0x70) !== 0) {
    throw new WebSocketProtocolError("Cannot read a frame: no extension was agreed");
  }
  if ((second & 0x80) !== 0) {
    throw new WebSocketProtocolError("Cannot read a frame: a server does not mask");
  }
  const short = second & 0x7f;
  const lengthBytes = short < 126 ? 0 : short === 126 ? 2 : 8;
  const payloadAt = at + 2 + lengthBytes;
  if (buffer.length < payloadAt) return undefined;
  const view = new DataView(buffer.buffer, buffer.byteOffset + at + 2, lengthBytes);
  const length = lengthBytes === 0
    ? short
    : lengthBytes === 2
    ? view.getUint16(0)
    : Number(view.getBigUint64(0));
  const end = payloadAt + length;
  if (buffer.length < end) return undefined;
  return { final: (first & 0x80) !== 0, opcode: first & 0x0f, payloadAt, end };
}
