/** PURE. What is said in a whole recording. */
import { FRAME_MS } from "shared/media/frame.ts";
import { Framer } from "shared/media/framer.ts";
import type { Lexicon } from "./lexicon.ts";
import { type SpeechResult, sureResult } from "./speech_response.ts";

/** @param pauseMs so much silence ends one result and begins the next. */
export function hearWhole(audio: Uint8Array, lexicon: Lexicon, pauseMs: number): SpeechResult[] {
  const results: SpeechResult[] = [];
  let words: string[] = [];
  let endMs = 0;
  const endResult = () => {
    if (words.length > 0) results.push(sureResult(words.join(" "), endMs));
    words = [];
  };
  new Framer().push(audio).forEach((frame, index) => {
    const heard = lexicon.find(frame);
    if (!heard) return;
    if (index * FRAME_MS - endMs >= pauseMs) endResult();
    if (heard.isWordStart) words.push(heard.word);
    endMs = (index + 1) * FRAME_MS;
  });
  endResult();
  return results;
}
