import { decodeAudio } from "shared/bus/audio_codec.ts";
import type { Bus } from "shared/bus/bus.ts";
import { txSubjects } from "shared/bus/subjects.ts";

/** Audio that a dialog has published. */
export interface TxAudio {
  readonly epoch: number;
  readonly utterance: number;
  readonly atMs: number;
}

/** All audio that dialogs publish for one call, whether the edge takes it or not. */
export class TxTap {
  readonly audio: TxAudio[] = [];

  /** @param bus of a user that may hear what is for edges */
  constructor(bus: Bus, call: string) {
    bus.subscribe(txSubjects(call), ({ data }) => {
      const decoded = decodeAudio(data);
      if (!decoded.ok) return;
      const { epoch, utterance } = decoded.message;
      this.audio.push({ epoch, utterance, atMs: performance.now() });
    });
  }

  /** What was published after a moment with an epoch that was not the newest any more. */
  staleAfter(afterMs: number): TxAudio[] {
    const newest = Math.max(...this.audio.map(({ epoch }) => epoch));
    return this.audio.filter(({ epoch, atMs }) => epoch < newest && atMs > afterMs);
  }
}
