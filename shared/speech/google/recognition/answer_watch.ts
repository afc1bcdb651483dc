import type { Clock } from "shared/clock/clock.ts";
import { after, type Cancel } from "shared/clock/timers.ts";
import type { EngineFailure } from "shared/speech/engine_failure.ts";
import type { CallerSpeech } from "./caller_speech.ts";
import { asFailure } from "./stt_failures.ts";

/** From the onset of speech until the other side is asked whether it is there. */
const FIRST_ANSWER_MS = 400;
/** The same while speech goes on after an answer; and how often it is asked at most. */
const NEXT_ANSWER_MS = 600;
/** So much speech without an answer is no cough. */
const CERTAIN_SPEECH_MS = 600;
/** After the end of speech. */
const STUCK_MS = 1_500;
/** From the last answer until the result that it promised. */
const OWED_MS = 3_000;

export interface AnswerWatchOptions {
  readonly clock: Clock;
  readonly speech: CallerSpeech;
  /** The stream time of the newest frame. */
  readonly heardMs: () => number;
  /** Whether the other side said that a result will come. */
  readonly owes: () => boolean;
  /** Asks the other side whether it is there. @throws {EngineFailure} */
  readonly check: () => Promise<void>;
  /** It is not there. */
  readonly onDead: (failure: EngineFailure) => void;
  /** It is there, but does not answer what was said. */
  readonly onStuck: () => void;
}

/**
 * Whether the other side is alive. It is silent in silence, so only speech without an answer means something. One
 * that is gone is found out within 800 ms of the onset: a check has 400 ms.
 */
export class AnswerWatch {
  readonly #options: AnswerWatchOptions;
  #isOpen = false;
  #cancelCheck: Cancel | undefined;
  #cancelStuck: Cancel | undefined;
  #checkedMs = -Infinity;
  /** Speech up to this stream time has had its answer. */
  #answeredToMs = -Infinity;
  /** By the clock. */
  #answeredAtMs = -Infinity;
  /** Grows with everything that makes a check under way pointless. */
  #answers = 0;

  constructor(options: AnswerWatchOptions) {
    this.#options = options;
  }

  /** A stream was opened, and has got everything that waited: nothing of it is answered. */
  opened(): void {
    this.closed();
    this.#isOpen = true;
    this.#answeredToMs = -Infinity;
    const { speech } = this.#options;
    if (speech.isAnswered) return;
    this.began();
    if (!speech.speaking) this.ended();
  }

  /** Nobody is there who could answer. */
  closed(): void {
    this.#isOpen = false;
    this.#answers++;
    this.#stopTimers();
  }

  /** Speech began. */
  began(): void {
    if (this.#isOpen && !this.#cancelCheck) this.#checkIn(FIRST_ANSWER_MS);
  }

  /** Speech ended. What is said later gives the other side no more time. */
  ended(): void {
    if (this.#isOpen && !this.#cancelStuck) this.#lookIn(STUCK_MS);
  }

  /** The other side said something. */
  answered(): void {
    const { clock, heardMs, speech } = this.#options;
    this.#answers++;
    this.#answeredToMs = heardMs();
    this.#answeredAtMs = clock.now();
    this.#stopTimers();
    if (!this.#isOpen || speech.isAnswered) return;
    if (speech.speaking) this.#checkIn(NEXT_ANSWER_MS);
    else this.#lookIn(OWED_MS);
  }

  #checkIn(ms: number): void {
    const { clock } = this.#options;
    const waitMs = Math.max(ms, this.#checkedMs + NEXT_ANSWER_MS - clock.now());
    this.#cancelCheck = after(clock, waitMs, () => {
      if (!this.#options.speech.isAnswered) return this.#check();
      this.#cancelCheck = undefined;
    });
  }

  #check(): void {
    const { clock, check, onDead, speech } = this.#options;
    const answers = this.#answers;
    this.#checkedMs = clock.now();
    check().then(() => {
      if (answers !== this.#answers) return;
      this.#cancelCheck = undefined;
      if (speech.speaking) this.#checkIn(NEXT_ANSWER_MS);
    }, (error) => {
      if (answers === this.#answers) onDead(asFailure(error));
    });
  }

  #lookIn(ms: number): void {
    this.#cancelStuck = after(this.#options.clock, ms, () => {
      this.#cancelStuck = undefined;
      this.#lookWhetherStuck();
    });
  }

  #lookWhetherStuck(): void {
    const { clock, heardMs, speech, owes, onStuck } = this.#options;
    if (speech.voicedMs(this.#answeredToMs, heardMs()) >= CERTAIN_SPEECH_MS) return onStuck();
    if (speech.isAnswered || !owes()) return;
    const leftMs = this.#answeredAtMs + OWED_MS - clock.now();
    if (leftMs <= 0) onStuck();
    else this.#lookIn(leftMs);
  }

  #stopTimers(): void {
    this.#cancelCheck?.();
    this.#cancelCheck = undefined;
    this.#cancelStuck?.();
    this.#cancelStuck = undefined;
  }
}
