import {
  FRAME_BYTES,
  MAX_RENDERED_BYTES,
  MAX_RENDERED_S,
  MULAW_SILENCE,
} from "shared/media/frame.ts";
import { splitSentences } from "./sentences.ts";
import type { SynthesisRequest, Synthesizer } from "./synthesizer.ts";

/** The text itself cannot be spoken: trying again changes nothing. */
export class UnspeakableText extends Error {
  override readonly name = "UnspeakableText";
}

/**
 * Speaks a whole text ahead of its use: its sentences one after the other, padded to whole frames.
 *
 * @returns mu-law at 8 kHz, a multiple of 160 bytes, at least one frame, at most 60 s.
 * @throws {SynthesisError} of the synthesizer; {UnspeakableText} when it is silent or too long; the reason of `signal`.
 */
export async function renderSpeech(
  synthesizer: Synthesizer,
  request: SynthesisRequest,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for (const sentence of splitSentences(request.text)) {
    const speech = synthesizer.synthesize({ ...request, text: sentence }, signal);
    for await (const piece of speech) {
      bytes += piece.length;
      if (bytes > MAX_RENDERED_BYTES) {
        throw new UnspeakableText(
          `Cannot render: at most ${MAX_RENDERED_S} s of speech, received more`,
        );
      }
      pieces.push(piece);
    }
    signal.throwIfAborted();
  }
  if (bytes === 0) {
    throw new UnspeakableText("Cannot render: a text with words, received none to speak");
  }
  return joinToFrames(pieces, bytes);
}

function joinToFrames(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  const frames = Math.ceil(bytes / FRAME_BYTES);
  const audio = new Uint8Array(frames * FRAME_BYTES).fill(MULAW_SILENCE);
  let at = 0;
  for (const piece of pieces) {
    audio.set(piece, at);
    at += piece.length;
  }
  return audio;
}
