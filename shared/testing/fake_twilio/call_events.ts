import type { SocketEnd } from "./web_socket_client.ts";
import type { Verb } from "./twiml_reader.ts";

/** What a simulated call records, each with the time at which it happened. */
export type CallEvent =
  /** Twilio asked for TwiML; status is null when nobody answered. */
  | { readonly kind: "webhook"; readonly url: string; readonly status: number | null }
  /** A TwiML verb begins. */
  | { readonly kind: "verb"; readonly verb: Verb }
  /** `start` was sent. */
  | { readonly kind: "stream_started"; readonly streamSid: string; readonly url: string }
  | { readonly kind: "stream_ended"; readonly streamSid: string; readonly end: SocketEnd }
  /** Audio arrived; `bufferedMs` were waiting before it. */
  | { readonly kind: "media"; readonly bytes: number; readonly bufferedMs: number }
  | { readonly kind: "mark"; readonly name: string; readonly bufferedMs: number }
  | { readonly kind: "clear"; readonly discardedMs: number }
  /** A mark went back: its audio has played, or was cleared. */
  | { readonly kind: "echoed"; readonly name: string; readonly cleared: boolean }
  /** The caller begins to speak. */
  | { readonly kind: "spoke"; readonly frames: number }
  | { readonly kind: "pressed"; readonly digit: string }
  /** As in Twilio's debugger. */
  | { readonly kind: "warning"; readonly code: number; readonly message: string }
  | { readonly kind: "ended"; readonly by: CallEnd["by"]; readonly reason: string };

/** How a call ended. */
export interface CallEnd {
  /** `kav`: by its TwiML, or by REST. `error`: Twilio could not go on (its debugger's code is in the timeline). */
  readonly by: "caller" | "kav" | "error";
  /** WebSocket close code of the last stream; null when there was none or it broke. */
  readonly code: number | null;
  readonly reason: string;
  /** Every TwiML verb that ran, in order. */
  readonly verbs: readonly Verb[];
}
