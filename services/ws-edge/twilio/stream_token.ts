import { createHmac, timingSafeEqual } from "node:crypto";
import { isSubjectId } from "shared/bus/subjects.ts";

/** The secret in the path of a call's stream: it opens one stream of one call, for a minute. Pure. */

/** From the TwiML that carries it to the handshake that brings it back. */
export const STREAM_TOKEN_LIFETIME_MS = 60_000;
export const NONCE_BYTES = 12;

const LEG_BYTES = 1;
const EXPIRY_BYTES = 6;
const SIGNED_BYTES = LEG_BYTES + EXPIRY_BYTES + NONCE_BYTES;
const MAC_BYTES = 32;
// 51 bytes = 68 characters without padding, so that a token can be written in one way only.
const TOKEN_CHARS = ((SIGNED_BYTES + MAC_BYTES) / 3) * 4;
const TOKEN = new RegExp(`^[A-Za-z0-9_-]{${TOKEN_CHARS}}$`);
const STREAM_PATH = /^\/twilio\/stream\/([^/]+)\/([^/]+)\/?$/;
const MAX_LEG = 0xff;

export type StreamTokenResult =
  | { readonly ok: true; readonly leg: number; readonly expiresAtMs: number }
  | { readonly ok: false; readonly reason: "expired" | "forged" };

/** `/twilio/stream/{callSid}/{token}` */
export function streamPath(callSid: string, token: string): string {
  return `/twilio/stream/${callSid}/${token}`;
}

/** The parts of a stream's path, unchecked but for the CallSid's form; undefined for any other path. */
export function parseStreamPath(path: string): { callSid: string; token: string } | undefined {
  const match = STREAM_PATH.exec(path);
  if (!match || !isSubjectId(match[1]!)) return undefined;
  return { callSid: match[1]!, token: match[2]! };
}

/**
 * leg u8, expiry u48 (Unix ms), nonce, HMAC-SHA256 over CallSid and these; as base64url.
 *
 * @param nowMs Unix time: the edge that checks the token may be another process.
 */
export function mintStreamToken(
  { secret, callSid, leg, nowMs, nonce }: {
    readonly secret: string;
    readonly callSid: string;
    readonly leg: number;
    readonly nowMs: number;
    readonly nonce: Uint8Array;
  },
): string {
  if (!Number.isInteger(leg) || leg < 0 || leg > MAX_LEG) {
    throw new RangeError(`Cannot mint a stream token: a leg is 0 to ${MAX_LEG}, received ${leg}`);
  }
  if (nonce.length !== NONCE_BYTES) {
    throw new RangeError(
      `Cannot mint a stream token: a nonce has ${NONCE_BYTES} bytes, received ${nonce.length}`,
    );
  }
  const bytes = new Uint8Array(SIGNED_BYTES + MAC_BYTES);
  const view = new DataView(bytes.buffer);
  const expiresAtMs = Math.floor(nowMs) + STREAM_TOKEN_LIFETIME_MS;
  view.setUint8(0, leg);
  view.setUint16(LEG_BYTES, Math.floor(expiresAtMs / 2 ** 32));
  view.setUint32(LEG_BYTES + 2, expiresAtMs % 2 ** 32);
  bytes.set(nonce, LEG_BYTES + EXPIRY_BYTES);
  bytes.set(mac(secret, callSid, bytes.subarray(0, SIGNED_BYTES)), SIGNED_BYTES);
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

export function verifyStreamToken(
  { secret, callSid, token, nowMs }: {
    readonly secret: string;
    readonly callSid: string;
    readonly token: string;
    readonly nowMs: number;
  },
): StreamTokenResult {
  if (!TOKEN.test(token)) return { ok: false, reason: "forged" };
  const bytes = Uint8Array.fromBase64(token, { alphabet: "base64url" });
  const signed = bytes.subarray(0, SIGNED_BYTES);
  if (!timingSafeEqual(mac(secret, callSid, signed), bytes.subarray(SIGNED_BYTES))) {
    return { ok: false, reason: "forged" };
  }
  const view = new DataView(bytes.buffer);
  const expiresAtMs = view.getUint16(LEG_BYTES) * 2 ** 32 + view.getUint32(LEG_BYTES + 2);
  if (nowMs >= expiresAtMs) return { ok: false, reason: "expired" };
  return { ok: true, leg: view.getUint8(0), expiresAtMs };
}

/** A CallSid holds no `|`, and the signed bytes have one length: no two inputs read the same. */
function mac(secret: string, callSid: string, signed: Uint8Array): Uint8Array {
  return createHmac("sha256", secret).update(`stream|${callSid}|`, "utf8").update(signed).digest();
}
