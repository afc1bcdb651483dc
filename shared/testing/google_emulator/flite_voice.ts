/** English that people understand as well: flite, whose words the emulated recognizer knows too. */
import { FRAME_BYTES } from "shared/media/frame.ts";
import { encodeMulaw } from "shared/media/mulaw.ts";
import { FliteEngine } from "shared/speech/flite/flite_engine.ts";
import { fliteText } from "shared/speech/flite/flite_text.ts";
import { SeededNoise } from "./seeded_noise.ts";
import {
  type SpokenText,
  type SpokenWord,
  spokenWords,
  withoutNegativeZero,
} from "./tone_voice.ts";

/** Faint, but no two frames are alike. */
const NOISE = 100;
const AUDIBLE = 500;
const MAX_LEVEL = 32_000;

/** Loads flite. What it returns takes some milliseconds for a sentence; words not in Latin letters are silent. */
export async function loadFliteVoice(): Promise<(text: string) => SpokenText> {
  const { flite } = await import("shared/speech/flite/flite_wasm.js");
  const engine = new FliteEngine(flite);
  return (text) => {
    const spoken = fliteText(text);
    if (spoken.kind !== "speak") return { audio: new Uint8Array(), words: [] };
    return inFrames(text, engine.render(spoken.text, "kal"));
  };
}

function inFrames(text: string, speech: Int16Array): SpokenText {
  const frames = Math.ceil(speech.length / FRAME_BYTES);
  const noise = new SeededNoise(`flite ${text}`);
  const samples = Int16Array.from(
    { length: frames * FRAME_BYTES },
    (_, i) => Math.max(-MAX_LEVEL, Math.min((speech[i] ?? 0) + NOISE * noise.next(), MAX_LEVEL)),
  );
  const isAudible = (sample: number) => Math.abs(sample) > AUDIBLE;
  const fromFrame = Math.floor(Math.max(speech.findIndex(isAudible), 0) / FRAME_BYTES);
  const toFrame = Math.floor(speech.findLastIndex(isAudible) / FRAME_BYTES) + 1;
  return {
    audio: withoutNegativeZero(encodeMulaw(samples)),
    words: spread(spokenWords(text), fromFrame, toFrame),
  };
}

/** flite does not tell where its words are: each gets the part of the time that it has of the characters. */
function spread(words: readonly string[], fromFrame: number, toFrame: number): SpokenWord[] {
  const chars = words.reduce((sum, word) => sum + word.length, 0);
  const frameAt = (char: number) => fromFrame + Math.round((toFrame - fromFrame) * char / chars);
  let at = 0;
  return words.map((word) => {
    const from = frameAt(at);
    at += word.length;
    return { word, fromFrame: from, toFrame: frameAt(at) };
  });
}
