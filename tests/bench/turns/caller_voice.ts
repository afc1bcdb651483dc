/** What callers of the bench say, in flite's voice, from its first audible frame on. */
import { FRAME_BYTES } from "shared/media/frame.ts";
import { encodeMulaw } from "shared/media/mulaw.ts";
import { FliteEngine } from "shared/speech/flite/flite_engine.ts";
import { flite } from "shared/speech/flite/flite_wasm.js";
import { isAudible } from "shared/testing/fake_twilio/loudness.ts";

/** No pause in it is long enough to end it. */
const QUESTION = "What is the number?";
/** Longer than anything that Twilio got before may sound. */
const INTERRUPTION = "Wait please tell me another number instead";

export interface CallerVoice {
  readonly question: Uint8Array;
  readonly interruption: Uint8Array;
}

export function callerVoice(): CallerVoice {
  const engine = new FliteEngine(flite);
  const say = (text: string) => fromFirstSound(encodeMulaw(engine.render(text, "kal")));
  return { question: say(QUESTION), interruption: say(INTERRUPTION) };
}

function fromFirstSound(mulaw: Uint8Array): Uint8Array {
  let at = 0;
  while (at < mulaw.length && !isAudible(mulaw.subarray(at, at + FRAME_BYTES))) at += FRAME_BYTES;
  return mulaw.subarray(at);
}
