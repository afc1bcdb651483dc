import type { Clock } from "shared/clock/clock.ts";
import type { LineEcho } from "./line_echo.ts";
import type { Network } from "./network.ts";
import type { ServerMessage } from "./stream_messages.ts";

export interface CallOptions {
  /** Origin that is really dialled, e.g. `http://127.0.0.1:8080`; its webhook is `/twilio/voice`. */
  readonly webhook: string;
  /** The origin Twilio believes it dials and signs, when that is another one (a proxy's, https). */
  readonly publicUrl?: string;
  readonly from?: string;
  readonly to?: string;
  readonly callSid?: string;
  /** Signs the webhooks and the stream's handshake. Without it nothing is signed. */
  readonly authToken?: string;
  /** How the handshake's URL is written for its signature. Default: as dialled, with `wss`. */
  readonly signedStreamUrl?: (url: string) => string;
  /** Makes mu-law of a text, for `say`. */
  readonly speak?: (text: string) => Promise<Uint8Array>;
  readonly clock?: Clock;
  /** False: marks are never sent back (from the start). */
  readonly echoMarks?: boolean;
  /** False: nothing is read from the stream's socket (from the start). */
  readonly readSocket?: boolean;
  /** Default: none. */
  readonly lineEcho?: LineEcho;
  /** Default: real sockets. */
  readonly network?: Network;
  /**
   * Sees what the server says on a stream; what it asks to play begins to sound at `soundsAtMs`. The end of a stream
   * counts as a clear.
   */
  readonly onHeard?: (message: ServerMessage, soundsAtMs: number) => void;
  /** Sees every message before it leaves; what it returns is sent instead, undefined = nothing. */
  readonly tamper?: (message: string) => string | undefined;
}

/** What stays the same through a call. */
export interface CallIdentity {
  readonly callSid: string;
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
}

export const ACCOUNT_SID = `AC${"0".repeat(32)}`;

/** A new id as Twilio makes them: a prefix and 32 hex digits. */
export function newSid(prefix: "CA" | "MZ"): string {
  return prefix + crypto.randomUUID().replaceAll("-", "");
}

export function identityOf(options: CallOptions): CallIdentity {
  return {
    callSid: options.callSid ?? newSid("CA"),
    accountSid: ACCOUNT_SID,
    from: options.from ?? "+15550100001",
    to: options.to ?? "+15550100002",
  };
}

/** The form of a webhook. */
export function webhookParams(call: CallIdentity, first: boolean): Record<string, string> {
  return {
    AccountSid: call.accountSid,
    ApiVersion: "2010-04-01",
    CallSid: call.callSid,
    CallStatus: first ? "ringing" : "in-progress",
    Called: call.to,
    Caller: call.from,
    Direction: "inbound",
    From: call.from,
    To: call.to,
  };
}
