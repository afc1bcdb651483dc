import { type ScriptedRequest, speechByte } from "shared/testing/scripted_synthesizer.ts";
import type { SentFrame } from "./fake_edge.ts";

/** Of a `ScriptedSynthesizer`. */
const FRAMES_PER_WORD = 10;

/** The words of which all frames were sent, as the frames themselves tell: those of request n are `speechByte(n)`. */
export function wordsSent(
  frames: readonly SentFrame[],
  requests: readonly Pick<ScriptedRequest, "text">[],
): string[] {
  const counts = new Map<number, number>();
  for (const { byte } of frames) counts.set(byte, (counts.get(byte) ?? 0) + 1);
  return [...counts].flatMap(([byte, count]) => {
    const number = requests.findIndex((_, i) => speechByte(i) === byte);
    const words = requests[number]!.text.split(" ");
    return words.slice(0, Math.floor(count / FRAMES_PER_WORD));
  });
}
