/** A caller's ten minutes, prepared: phrases of words that occur once, and silence of which no two frames are alike. */
import { FRAME_BYTES, MULAW_SILENCE } from "shared/media/frame.ts";
import type { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";

/** Mu-law next to silence: nobody hears it. */
const FAINT = [0xff, 0xfe, 0xfd, 0xfc] as const;
const DIGITS = 16;
/** Frames of silence before a phrase, over and over. */
const PAUSES = [150, 240, 90, 420, 60, 310, 200] as const;
const WORDS_PER_PHRASE = 3;

export interface LongCall {
  readonly frames: readonly Uint8Array[];
  readonly words: readonly string[];
}

/** At least `frames` frames; ends in silence. */
export function longCall(emulator: GoogleEmulator, frames: number): LongCall {
  const call: Uint8Array[] = [];
  const words: string[] = [];
  for (let phrase = 0; call.length < frames; phrase++) {
    pushSilence(call, PAUSES[phrase % PAUSES.length]!);
    const text = Array.from({ length: WORDS_PER_PHRASE }, (_, i) => `מילה${phrase * 10 + i}`);
    words.push(...text);
    pushAudio(call, emulator.say(text.join(" ")));
  }
  pushSilence(call, PAUSES[0]);
  return { frames: call, words };
}

function pushSilence(call: Uint8Array[], count: number): void {
  for (let i = 0; i < count; i++) call.push(faintFrame(call.length));
}

function pushAudio(call: Uint8Array[], audio: Uint8Array): void {
  for (let at = 0; at < audio.length; at += FRAME_BYTES) {
    call.push(audio.subarray(at, at + FRAME_BYTES));
  }
}

/** Silence that tells which frame it is, in digits to base 4. */
function faintFrame(index: number): Uint8Array {
  const frame = new Uint8Array(FRAME_BYTES).fill(MULAW_SILENCE);
  for (let digit = 0, rest = index; digit < DIGITS; digit++, rest >>= 2) {
    frame[digit] = FAINT[rest & 3]!;
  }
  return frame;
}

/** Those of the frames that are in none of the streams. */
export function framesNowhere(frames: readonly Uint8Array[], streams: readonly Uint8Array[]) {
  const arrived = new Set<string>();
  for (const audio of streams) {
    for (let at = 0; at < audio.length; at += FRAME_BYTES) {
      arrived.add(keyOf(audio.subarray(at, at + FRAME_BYTES)));
    }
  }
  return frames.flatMap((frame, index) => arrived.has(keyOf(frame)) ? [] : [index]);
}

function keyOf(frame: Uint8Array): string {
  return String.fromCharCode(...frame);
}
