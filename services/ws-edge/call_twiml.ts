import type { Business } from "shared/store/business.ts";
import { streamUrl, webhookUrl } from "./twilio/public_url.ts";
import { mintStreamToken, NONCE_BYTES, streamPath } from "./twilio/stream_token.ts";
import { connectTwiml, dialTwiml, sayThenHangupTwiml } from "./twilio/twiml.ts";

export interface StreamTwimlDeps {
  readonly publicUrl: string;
  readonly tokenSecret: string;
  /** Unix time in ms. */
  readonly unixNow: () => number;
}

/** What Twilio tells of a call that Kav hands on to the stream. */
export interface CallParties {
  readonly callSid: string;
  readonly caller: string | undefined;
  readonly called: string | undefined;
}

/** The stream of one leg of a call, by a path that only this TwiML knows. */
export function streamTwiml(
  { publicUrl, tokenSecret, unixNow }: StreamTwimlDeps,
  { callSid, caller, called }: CallParties,
  business: Business,
  leg: number,
): string {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const token = mintStreamToken({ secret: tokenSecret, callSid, leg, nowMs: unixNow(), nonce });
  return connectTwiml({
    streamUrl: streamUrl(publicUrl, streamPath(callSid, token)),
    parameters: {
      business: business.id,
      leg: String(leg),
      ...(caller && { caller }),
      ...(called && { called }),
    },
    redirectUrl: webhookUrl(publicUrl, `/twilio/next?leg=${leg}`),
  });
}

/** What a caller gets when no dialog can take the call. */
export function fallbackTwiml({ fallback, language }: Business): string {
  return fallback.do === "dial"
    ? dialTwiml(fallback.number)
    : sayThenHangupTwiml(fallback.text, language);
}
