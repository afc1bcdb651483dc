/** What callers of the bench say, in flite's voice, from its first audible frame on. */
import { FRAME_BYTES } from "shared/media/frame.ts";
import { encodeMulaw } from "shared/media/mulaw.ts";
import { FliteEngine } from "shared/speech/flite/flite_engine.ts";
import { flite } from "shared/speech/flite/flite_wasm.js";
import { isAudible } from "shared/testing/fake_twilio/loudness.ts";

/** No sound in these is so long so quiet that it ends them, neither alone nor over Kav. */
const QUESTION = "No no no";
/** Longer than anything that Twilio had before may sound. */
const INTERRUPTIONS = [
  "Oh no I mean the other one here",
  "No no I want the other one now",
  "I want another number now",
];

/** mu-law. */
export interface CallerVoice {
  readonly question: Uint8Array;
  readonly interruptions: readonly Uint8Array[];
}

export function callerVoice(): CallerVoice {
  const engine = new FliteEngine(flite);
  const say = (text: string) => fromFirstSound(encodeMulaw(engine.render(text, "kal")));
  return { question: say(QUESTION), interruptions: INTERRUPTIONS.map(say) };
}

function fromFirstSound(mulaw: Uint8Array): Uint8Array {
  let at = 0;
  while (at < mulaw.length && !isAudible(mulaw.subarray(at, at + FRAME_BYTES))) at += FRAME_BYTES;
  return mulaw.subarray(at);
}
