import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import {
  mintStreamToken,
  NONCE_BYTES,
  parseStreamPath,
  STREAM_TOKEN_LIFETIME_MS,
  streamPath,
  verifyStreamToken,
} from "./stream_token.ts";

const NOW = Date.UTC(2026, 5, 1);
const MINTED = {
  secret: "a secret",
  callSid: "CA1",
  leg: 3,
  nowMs: NOW,
  nonce: new Uint8Array(NONCE_BYTES).fill(7),
};
const token = mintStreamToken(MINTED);
const verify = (changed: Partial<Parameters<typeof verifyStreamToken>[0]> = {}) =>
  verifyStreamToken({ secret: "a secret", callSid: "CA1", token, nowMs: NOW, ...changed });

describe("mintStreamToken()", () => {
  it("makes 68 characters fit for a path", () => {
    assert(/^[A-Za-z0-9_-]{68}$/.test(token), token);
  });

  it("differs by secret, call, leg, time and nonce", () => {
    const others = [
      { secret: "b" },
      { callSid: "CA2" },
      { leg: 4 },
      { nowMs: NOW + 1 },
      { nonce: new Uint8Array(NONCE_BYTES) },
    ].map((changed) => mintStreamToken({ ...MINTED, ...changed }));
    assertEquals(new Set([token, ...others]).size, 6);
  });

  it("refuses a leg or nonce that does not fit", () => {
    for (const leg of [-1, 256, 1.5]) {
      assertThrows(() => mintStreamToken({ ...MINTED, leg }), RangeError, `received ${leg}`);
    }
    assertThrows(
      () => mintStreamToken({ ...MINTED, nonce: new Uint8Array(8) }),
      RangeError,
      "received 8",
    );
  });
});

describe("verifyStreamToken()", () => {
  it("gives the leg for 60 seconds", () => {
    const expiresAtMs = NOW + STREAM_TOKEN_LIFETIME_MS;
    assertEquals(verify(), { ok: true, leg: 3, expiresAtMs });
    assertEquals(verify({ nowMs: expiresAtMs - 1 }), { ok: true, leg: 3, expiresAtMs });
    assertEquals(verify({ nowMs: expiresAtMs }), { ok: false, reason: "expired" });
  });

  it("calls a token of another call or secret forged, even when expired", () => {
    assertEquals(verify({ callSid: "CA2" }), { ok: false, reason: "forged" });
    assertEquals(verify({ secret: "b", nowMs: NOW * 2 }), { ok: false, reason: "forged" });
  });

  it("calls any other text forged", () => {
    for (
      const text of ["", "x", token.slice(1), `${token}A`, `${token}=`, token.replace(/^./, "+")]
    ) {
      assertEquals(verify({ token: text }), { ok: false, reason: "forged" }, text);
    }
  });

  it("notices a change of any one bit", () => {
    const bytes = Uint8Array.fromBase64(token, { alphabet: "base64url" });
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = bytes.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const text = changed.toBase64({ alphabet: "base64url" });
      assertEquals(verify({ token: text }), { ok: false, reason: "forged" }, `bit ${bit}`);
    }
  });

  it("reads back any leg, time and nonce", () => {
    fc.assert(fc.property(
      fc.nat(255),
      fc.integer({ min: 0, max: 2 ** 45 }),
      fc.uint8Array({ minLength: NONCE_BYTES, maxLength: NONCE_BYTES }),
      (leg, nowMs, nonce) => {
        const any = mintStreamToken({ ...MINTED, leg, nowMs, nonce });
        assertEquals(verify({ token: any, nowMs }), {
          ok: true,
          leg,
          expiresAtMs: nowMs + STREAM_TOKEN_LIFETIME_MS,
        });
      },
    ));
  });
});

describe("parseStreamPath()", () => {
  it("takes apart what streamPath() has put together, with or without a trailing slash", () => {
    assertEquals(parseStreamPath(streamPath("CA1", token)), { callSid: "CA1", token });
    assertEquals(parseStreamPath(`${streamPath("CA1", token)}/`), { callSid: "CA1", token });
  });

  it("refuses any other path", () => {
    for (
      const path of [
        "/twilio/stream/CA1",
        "/twilio/stream//t",
        "/twilio/stream/CA.1/t",
        `/twilio/stream/${"C".repeat(65)}/t`,
        "/twilio/stream/CA1/t/u",
        "/x/twilio/stream/CA1/t",
        "/twilio/voice",
      ]
    ) assertEquals(parseStreamPath(path), undefined, path);
  });
});
