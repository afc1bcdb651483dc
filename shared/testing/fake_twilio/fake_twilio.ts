import type { CallOptions } from "./call_options.ts";
import { FakeCall } from "./fake_call.ts";

/**
 * A simulated Twilio: places calls to a webhook over loopback and behaves as Twilio does. Source:
 * "Media Streams - WebSocket Messages", "TwiML Voice: <Stream>".
 *
 * @returns the call once its first stream is open, or once it has ended without one (see `call.ended`).
 */
export async function placeCall(options: CallOptions): Promise<FakeCall> {
  const call = new FakeCall(options);
  await call.answered();
  return call;
}

export { type CallOptions, newSid } from "./call_options.ts";
export type { CallEnd, CallEvent } from "./call_events.ts";
export type { Verb } from "./twiml_reader.ts";
export type { CallUpdate } from "./twiml_walk.ts";
export type { AfterPause } from "./media_pauses.ts";
export { FakeCall } from "./fake_call.ts";
export { type GapOptions, type GapStats, gapStats } from "./gap_stats.ts";
export { twilioSignature } from "./signature.ts";
