import { FRAME_BYTES } from "shared/media/frame.ts";
import { type CallOptions, placeCall } from "./fake_twilio.ts";
import {
  type Script,
  type ScriptedRequest,
  ScriptedServer,
  type ScriptedStream,
} from "./scripted_server.ts";

/** Calls to a scripted server, for the tests of this folder. */

/** A frame that sounds. */
export const LOUD = new Uint8Array(FRAME_BYTES).fill(0x10);
/** Waits that only a broken call outlives. */
export const LONG_MS = 10_000;

/** TwiML of a stream with one parameter and a redirect behind it. */
export function connectTwiml({ origin }: ScriptedRequest): string {
  const url = `${origin.replace("http", "ws")}/stream/token-1`;
  return `<Connect><Stream url="${url}"><Parameter name="business" value="demo"/></Stream></Connect>` +
    `<Redirect method="POST">${origin}/twilio/next?leg=0</Redirect>`;
}

/** Connects the first time and hangs up afterwards. */
export function oneStream(stream: (stream: ScriptedStream) => void): Script {
  return {
    twiml: (request) => request.path === "/twilio/voice" ? connectTwiml(request) : "<Hangup/>",
    stream,
  };
}

/** A call whose server does `play` once `start` has come. */
export async function callTo(
  play: (stream: ScriptedStream) => void,
  options: Partial<CallOptions> = {},
) {
  const server = new ScriptedServer(oneStream((stream) => {
    stream.onMessage = (message) => {
      if (message.event === "start") play(stream);
    };
  }));
  const call = await placeCall({ webhook: server.origin, ...options });
  return { server, call, stream: server.streams[0]! };
}
