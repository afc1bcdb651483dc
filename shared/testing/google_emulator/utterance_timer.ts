/** When the emulated recognizer says what: interims, finals and voice events of one stream. */
import { after, type Cancel } from "shared/clock/timers.ts";
import type { Clock } from "shared/clock/clock.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import type { HeardFrame } from "./lexicon.ts";
import { finalResult, interimResult, type SpeechResponse, voiceEvent } from "./speech_response.ts";

export interface UtteranceOptions {
  /** Real ms from the arrival of an onset's first frame to the first interim. */
  readonly partialAfterMs: number;
  /** Real ms from the arrival of the last voiced frame to the final. */
  readonly finalAfterMs: number;
  readonly interimResults: boolean;
  readonly voiceEvents: boolean;
}

/** Interims of an utterance come no faster. */
const INTERIM_EVERY_MS = 100;

interface Utterance {
  /** Of words whose first frame was heard. */
  readonly words: string[];
  interimsFromMs: number;
  lastVoicedMs: number;
  /** Of the audio. */
  endFrame: number;
  cancelInterim: Cancel | undefined;
  cancelFinal: Cancel;
}

/**
 * Speech is one utterance until `finalAfterMs` have passed without a voiced frame. One timer waits for its final, and
 * at most one for an interim, however many frames come.
 */
export class UtteranceTimer {
  readonly #clock: Clock;
  readonly #options: UtteranceOptions;
  readonly #respond: (response: SpeechResponse) => void;
  #frames = 0;
  #utterance: Utterance | undefined;
  #onDone: (() => void) | undefined;

  /** @param respond is also called from inside of `hear`. */
  constructor(
    clock: Clock,
    options: UtteranceOptions,
    respond: (response: SpeechResponse) => void,
  ) {
    this.#clock = clock;
    this.#options = options;
    this.#respond = respond;
  }

  /** The next 20 ms of the stream. */
  hear(frame: HeardFrame | undefined): void {
    const at = this.#frames++;
    if (!frame) return;
    const utterance = this.#utterance ??= this.#begin(at);
    utterance.lastVoicedMs = this.#clock.now();
    utterance.endFrame = at + 1;
    if (!frame.isWordStart) return;
    utterance.words.push(frame.word);
    this.#planInterim(utterance);
  }

  finish(onDone: () => void): void {
    if (this.#utterance) this.#onDone = onDone;
    else onDone();
  }

  /** Says nothing more. */
  stop(): void {
    this.#utterance?.cancelInterim?.();
    this.#utterance?.cancelFinal();
    this.#utterance = undefined;
    this.#onDone = undefined;
  }

  #begin(frame: number): Utterance {
    const { partialAfterMs, finalAfterMs, voiceEvents } = this.#options;
    if (voiceEvents) this.#respond(voiceEvent("SPEECH_ACTIVITY_BEGIN", frame * FRAME_MS));
    const nowMs = this.#clock.now();
    return {
      words: [],
      interimsFromMs: nowMs + partialAfterMs,
      lastVoicedMs: nowMs,
      endFrame: frame,
      cancelInterim: undefined,
      cancelFinal: after(this.#clock, finalAfterMs, () => this.#finalIfDue()),
    };
  }

  #planInterim(utterance: Utterance): void {
    if (!this.#options.interimResults || utterance.cancelInterim) return;
    const leftMs = Math.max(0, utterance.interimsFromMs - this.#clock.now());
    utterance.cancelInterim = after(this.#clock, leftMs, () => {
      utterance.cancelInterim = undefined;
      utterance.interimsFromMs = this.#clock.now() + INTERIM_EVERY_MS;
      this.#respond(interimResult(utterance.words.join(" "), utterance.endFrame * FRAME_MS));
    });
  }

  #finalIfDue(): void {
    const utterance = this.#utterance;
    if (!utterance) return;
    const leftMs = utterance.lastVoicedMs + this.#options.finalAfterMs - this.#clock.now();
    if (leftMs > 0) {
      utterance.cancelFinal = after(this.#clock, leftMs, () => this.#finalIfDue());
      return;
    }
    const onDone = this.#onDone;
    this.stop();
    const endMs = utterance.endFrame * FRAME_MS;
    if (utterance.words.length > 0) this.#respond(finalResult(utterance.words.join(" "), endMs));
    if (this.#options.voiceEvents) this.#respond(voiceEvent("SPEECH_ACTIVITY_END", endMs));
    onDone?.();
  }
}
