import type { Log } from "shared/runtime/log.ts";
import type { Metrics } from "shared/runtime/metrics.ts";
import type { Counter } from "prom-client";
import { SignatureGuard, type SignaturePolicy } from "./signature_guard.ts";
import { streamUrlVariants } from "./twilio/public_url.ts";
import { parseStreamPath, streamPath, verifyStreamToken } from "./twilio/stream_token.ts";
import { UsedTokens } from "./twilio/stream_token_ledger.ts";

export type GateRefusal =
  | "not_stream"
  | "not_websocket"
  | "signature"
  | "forged"
  | "expired"
  | "used"
  | "ledger_full";

export type GateResult =
  | { readonly ok: true; readonly callSid: string; readonly leg: number }
  | { readonly ok: false; readonly status: number; readonly reason: GateRefusal };

export interface StreamGateDeps extends SignaturePolicy {
  readonly publicUrl: string;
  readonly tokenSecret: string;
  /** Unix time in ms: an edge checks tokens of other edges too. */
  readonly unixNow: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
}

const STATUS: Readonly<Record<GateRefusal, number>> = {
  not_stream: 404,
  not_websocket: 426,
  signature: 403,
  forged: 403,
  expired: 403,
  used: 403,
  ledger_full: 503,
};

/** Decides who may open a stream: signed by Twilio, and with a token that is this call's, fresh and unused. */
export class StreamGate {
  readonly #deps: StreamGateDeps;
  readonly #guard: SignatureGuard;
  readonly #used = new UsedTokens();
  readonly #results: Counter<"result">;

  constructor(deps: StreamGateDeps) {
    this.#deps = deps;
    this.#guard = new SignatureGuard(deps, deps.metrics, deps.log);
    this.#results = deps.metrics.counter(
      "kav_stream_gate_total",
      "Stream handshakes, by what was decided",
      ["result"],
    );
  }

  /** The token is spent when the answer is yes. The CallSid is to be compared with that of `start`. */
  decide(request: Request): GateResult {
    const result = this.#decide(request);
    this.#results.inc({ result: result.ok ? "ok" : result.reason });
    if (!result.ok && result.reason !== "signature") {
      this.#deps.log.warnLimited(
        `stream_gate_${result.reason}`,
        "Cannot open a stream: it needs a fresh, unused token of its call in the path",
        { reason: result.reason },
      );
    }
    return result;
  }

  #decide(request: Request): GateResult {
    const { pathname } = new URL(request.url);
    const path = parseStreamPath(pathname);
    if (!path) return refused("not_stream");
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return refused("not_websocket");
    }
    const { callSid, token } = path;
    const { publicUrl, tokenSecret, unixNow } = this.#deps;
    const variants = streamUrlVariants(publicUrl, streamPath(callSid, token));
    const signature = request.headers.get("x-twilio-signature");
    if (!this.#guard.passes("stream", signature, variants, [])) return refused("signature");
    const nowMs = unixNow();
    const verified = verifyStreamToken({ secret: tokenSecret, callSid, token, nowMs });
    if (!verified.ok) return refused(verified.reason);
    const use = this.#used.use(token, verified.expiresAtMs, nowMs);
    if (use !== "first") return refused(use === "used" ? "used" : "ledger_full");
    return { ok: true, callSid, leg: verified.leg };
  }
}

function refused(reason: GateRefusal): GateResult {
  return { ok: false, status: STATUS[reason], reason };
}
