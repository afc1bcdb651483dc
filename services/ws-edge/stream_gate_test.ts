import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { Metrics } from "shared/runtime/metrics.ts";
import { StreamGate, type StreamGateDeps } from "./stream_gate.ts";
import { RecordedLog } from "./testing/fixtures.ts";
import { streamUrl } from "./twilio/public_url.ts";
import { expectedSignature } from "./twilio/signature.ts";
import { mintStreamToken, streamPath } from "./twilio/stream_token.ts";

const PUBLIC_URL = "https://kav.example.com";
const AUTH_TOKEN = "auth token";
const SECRET = "stream secret";

describe("StreamGate.decide()", () => {
  let nowMs: number;
  let log: RecordedLog;
  let metrics: Metrics;
  let nonce: number;
  let gate: StreamGate;
  const makeGate = (changed: Partial<StreamGateDeps> = {}) =>
    new StreamGate({
      publicUrl: PUBLIC_URL,
      validate: true,
      authToken: AUTH_TOKEN,
      tokenSecret: SECRET,
      unixNow: () => nowMs,
      log,
      metrics,
      ...changed,
    });
  beforeEach(() => {
    nowMs = 1_780_000_000_000;
    nonce = 0;
    log = new RecordedLog();
    metrics = new Metrics();
    gate = makeGate();
  });

  function aPath(callSid = "CA1", leg = 2): string {
    const bytes = new Uint8Array(12).fill(nonce++);
    return streamPath(
      callSid,
      mintStreamToken({ secret: SECRET, callSid, leg, nowMs, nonce: bytes }),
    );
  }

  /** As the proxy hands it on: another host, plain http. */
  function upgrade(
    path: string,
    signature?: string,
    headers: Record<string, string> = {},
  ): Request {
    return new Request(`http://10.0.0.7:8080${path}`, {
      headers: {
        upgrade: "websocket",
        ...(signature !== undefined && { "x-twilio-signature": signature }),
        ...headers,
      },
    });
  }
  const signed = (path: string, url = streamUrl(PUBLIC_URL, path)) =>
    upgrade(path, expectedSignature(AUTH_TOKEN, url, []));

  it("lets a signed, fresh, unused stream pass, once", async () => {
    const path = aPath();
    assertEquals(gate.decide(signed(path)), { ok: true, callSid: "CA1", leg: 2 });
    assertEquals(gate.decide(signed(path)), { ok: false, status: 403, reason: "used" });
    const text = await metrics.text();
    assertMatch(text, /kav_stream_gate_total\{result="ok"\} 1/);
    assertMatch(text, /kav_stream_gate_total\{result="used"\} 1/);
    assertMatch(text, /kav_signature_total\{result="ok",variant="wss"\} 2/);
  });

  it("accepts every variant of the signed URL, and counts which", async () => {
    const path = aPath();
    const other = aPath();
    assert(gate.decide(signed(path, `${PUBLIC_URL}${path}/`)).ok);
    assert(gate.decide(signed(`${other}/`, `wss://kav.example.com${other}`)).ok);
    const text = await metrics.text();
    assertMatch(text, /variant="https_slash"\} 1/);
    assertMatch(text, /variant="wss"\} 1/);
  });

  it("refuses a signature that is wrong, missing, or over the Host header", async () => {
    const path = aPath();
    const refused = { ok: false, status: 403, reason: "signature" } as const;
    assertEquals(gate.decide(upgrade(path, "wrong")), refused);
    assertEquals(gate.decide(upgrade(path)), refused);
    assertEquals(gate.decide(signed(path, `ws://10.0.0.7:8080${path}`)), refused);
    const text = await metrics.text();
    assertMatch(text, /kav_signature_total\{result="wrong",variant="none"\} 2/);
    assertMatch(text, /kav_signature_total\{result="missing",variant="none"\} 1/);
    assert(gate.decide(signed(path)).ok, "a refused handshake spends no token");
  });

  it("refuses a token that has expired, is of another call, or is made up", () => {
    const old = aPath();
    nowMs += 60_000;
    assertEquals(gate.decide(signed(old)), { ok: false, status: 403, reason: "expired" });
    const forged = { ok: false, status: 403, reason: "forged" } as const;
    const stolen = aPath().replace("CA1", "CA2");
    assertEquals(gate.decide(signed(stolen)), forged);
    assertEquals(gate.decide(signed("/twilio/stream/CA1/token")), forged);
  });

  it("refuses other paths and requests that are no WebSocket", () => {
    const notStream = { ok: false, status: 404, reason: "not_stream" } as const;
    assertEquals(gate.decide(upgrade("/twilio/stream/CA1")), notStream);
    assertEquals(gate.decide(upgrade("/twilio/stream/CA%201/t")), notStream);
    assertEquals(gate.decide(new Request(`http://10.0.0.7${aPath()}`)), {
      ok: false,
      status: 426,
      reason: "not_websocket",
    });
  });

  it("checks no signature when told so, but always the token", () => {
    const open = makeGate({ validate: false, authToken: undefined, publicUrl: "http://127.0.0.1" });
    const path = aPath();
    assert(open.decide(upgrade(path)).ok);
    assertEquals(open.decide(upgrade(path)), { ok: false, status: 403, reason: "used" });
  });

  it("never logs a token", () => {
    const path = aPath();
    gate.decide(upgrade(path, "wrong"));
    gate.decide(signed(path));
    gate.decide(signed(path));
    assertEquals(log.lines.length, 2);
    assert(!log.lines.some((line) => line.includes(path.split("/").at(-1)!)));
  });

  it("needs an auth token to validate", () => {
    assertThrows(() => makeGate({ authToken: undefined }), TypeError, "TWILIO_AUTH_TOKEN");
  });
});
