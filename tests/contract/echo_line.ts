/** A call's line with an echo: what the edge says of Kav's loudness, and what the recognition service hears. */
import { OwnLoudness } from "services/ws-edge/tx/own_loudness.ts";
import { Ear } from "services/stt-service/ear.ts";
import { Endpointer } from "services/stt-service/endpointer.ts";
import { FRAME_BYTES, FRAME_MS } from "shared/media/frame.ts";
import { encodeMulaw } from "shared/media/mulaw.ts";
import { FliteEngine } from "shared/speech/flite/flite_engine.ts";
import { flite } from "shared/speech/flite/flite_wasm.js";
import { FvadFactory } from "shared/speech/fvad/fvad.ts";

const vads = await FvadFactory.load();
const engine = new FliteEngine(flite);
const SAMPLES_PER_MS = 8;
const ECHO_DB = -20;

/** Speech, as samples at 8 kHz. */
export const say = (text: string): Int16Array => engine.render(text, "kal");

export interface EchoedCall {
  /** What Kav says, from the beginning on. */
  readonly kav: Int16Array;
  /** The telephone gives Kav's voice back so late; undefined: it does not. */
  readonly echoMs?: number;
  /** What the caller says, and from when on. */
  readonly caller?: { readonly samples: Int16Array; readonly fromMs: number };
  /** Whether recognition is told how loud Kav is. */
  readonly bar?: boolean;
}

/** One speech: its onset, and when it was known to be sustained. */
export interface HeardSpeech {
  readonly onsetMs: number;
  sustainedMs: number | undefined;
}

/** What is heard on the caller's leg while Kav speaks. */
export function listen({ kav, echoMs, caller, bar = true }: EchoedCall): HeardSpeech[] {
  const loudness = new OwnLoudness();
  const heard: HeardSpeech[] = [];
  let nowMs = 0;
  const endpointer = new Endpointer({
    ...{ hangoverMs: 180, timeoutMs: 320, debounceMs: 90, minSpeechMs: 200 },
    sounded: () => false,
    onPromotedDiffers: () => {},
    emit: (event) => {
      if (event.kind === "speech_started") {
        heard.push({ onsetMs: event.onset_ms, sustainedMs: undefined });
      } else if (event.kind === "speech_sustained") heard.at(-1)!.sustainedMs = nowMs;
    },
  });
  const ear = new Ear(vads.create(), 180, {
    speechStarted: (onset) => endpointer.onset(onset),
    voiced: (at) => endpointer.voiced(at),
    spoken: (at) => endpointer.spoken(at),
    speechEnded: (lastVoiced) => endpointer.ended(lastVoiced, nowMs),
  });
  const gain = 10 ** (ECHO_DB / 20);
  for (let seq = 0; seq * FRAME_BYTES < kav.length; seq++) {
    const streamMs = seq * FRAME_MS;
    loudness.sent(encodeMulaw(frameOf(kav, seq)), streamMs);
    nowMs = streamMs + FRAME_MS;
    const leg = new Int16Array(FRAME_BYTES);
    if (echoMs !== undefined) mix(leg, kav, streamMs - echoMs, gain);
    if (caller) mix(leg, caller.samples, streamMs - caller.fromMs, 1);
    const payload = encodeMulaw(leg);
    ear.hear({ seq, streamMs, payload, loudness: bar ? loudness.at(nowMs) : 0 });
  }
  ear.close();
  return heard;
}

function frameOf(samples: Int16Array, seq: number): Int16Array {
  const frame = new Int16Array(FRAME_BYTES);
  frame.set(samples.subarray(seq * FRAME_BYTES, (seq + 1) * FRAME_BYTES));
  return frame;
}

/** Adds what `samples` holds from `fromMs` on. */
function mix(frame: Int16Array, samples: Int16Array, fromMs: number, gain: number): void {
  for (let i = 0; i < frame.length; i++) {
    const sample = samples[fromMs * SAMPLES_PER_MS + i] ?? 0;
    frame[i] = Math.max(-0x8000, Math.min(0x7fff, frame[i]! + Math.round(sample * gain)));
  }
}
