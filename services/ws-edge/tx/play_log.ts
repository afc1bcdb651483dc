import type { UtterancePlay } from "shared/bus/messages.ts";
import { FRAME_MS } from "shared/media/frame.ts";

/** Consecutive frames of one utterance that play without a break. */
interface Stretch {
  readonly utterance: number;
  /** Number of its first frame among all frames written in this call. */
  readonly firstFrame: number;
  readonly playsFromMs: number;
  frames: number;
}

/** How far playback has come, as seen from outside. */
export interface PlaybackView {
  readonly nowMs: number;
  /** Frames of this call confirmed as played. */
  readonly confirmed: number;
  /** Frames of this call that cannot have played beyond: an overdue mark stands there. */
  readonly limit: number;
}

/** Enough for the utterances that a clear or an offer may name. */
const MAX_STRETCHES = 64;

/** Which frames were sent and when they play, to tell what the caller has heard of each utterance. */
export class PlayLog {
  readonly #stretches: Stretch[] = [];
  readonly #frozen = new Map<number, UtterancePlay>();

  /** A frame of `utterance` was sent, number `frame` of the call, that plays from `playsFromMs` on. */
  sent(utterance: number, frame: number, playsFromMs: number): void {
    const last = this.#stretches.at(-1);
    const continues = last?.utterance === utterance &&
      Math.abs(last.playsFromMs + last.frames * FRAME_MS - playsFromMs) < 1;
    if (continues) {
      last.frames++;
      return;
    }
    this.#stretches.push({ utterance, firstFrame: frame, playsFromMs, frames: 1 });
    if (this.#stretches.length > MAX_STRETCHES) this.#stretches.shift();
  }

  /** Frames sent and heard of `utterance`. */
  play(utterance: number, view: PlaybackView): UtterancePlay {
    const frozen = this.#frozen.get(utterance);
    if (frozen) return frozen;
    let sent = 0;
    let heard = 0;
    for (const stretch of this.#stretches) {
      if (stretch.utterance !== utterance) continue;
      sent += stretch.frames;
      heard += heardOf(stretch, view);
    }
    return { utterance, sent, heard };
  }

  /** Everything up to `through` was cleared: what has not played by now never will. */
  freeze(through: number, view: PlaybackView): UtterancePlay[] {
    const cleared: UtterancePlay[] = [];
    for (const utterance of this.utterances()) {
      if (utterance > through || this.#frozen.has(utterance)) continue;
      const play = this.play(utterance, view);
      this.#frozen.set(utterance, play);
      cleared.push(play);
    }
    if (this.#frozen.size > MAX_STRETCHES) this.#frozen.delete(this.#frozen.keys().next().value!);
    return cleared;
  }

  /** The utterances it still knows, oldest first. */
  utterances(): number[] {
    return [...new Set(this.#stretches.map((stretch) => stretch.utterance))];
  }
}

function heardOf(stretch: Stretch, view: PlaybackView): number {
  const byTime = Math.floor((view.nowMs - stretch.playsFromMs) / FRAME_MS);
  const byLimit = Math.min(byTime, view.limit - stretch.firstFrame);
  const byMark = view.confirmed - stretch.firstFrame;
  return Math.min(stretch.frames, Math.max(0, byLimit, byMark));
}
