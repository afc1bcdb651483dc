import type { Clock } from "shared/clock/clock.ts";
import type { Recognition } from "shared/speech/recognizer.ts";
import { Alarm } from "./alarm.ts";
import type { DrainPacer } from "./drain_pacer.ts";
import type { CallerFrame, Inbox } from "./inbox.ts";

export interface DrainOptions {
  readonly clock: Clock;
  readonly inbox: Inbox;
  readonly pacer: DrainPacer;
  readonly recognition: Recognition;
  /** Called once for every frame, before it is written; may take the recognizer's readiness away. */
  readonly hear: (frame: CallerFrame) => void;
  readonly onWritten: (tookMs: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Takes one call's frames from the inbox to the recognizer: in order, when it is ready, as the pacer allows. */
export class Drain {
  readonly #options: DrainOptions;
  readonly #alarm: Alarm;
  /** Heard, but not yet written. */
  #pending: CallerFrame | undefined;
  #writtenSeq = -1;
  #pumping = false;
  #stopped = false;

  constructor(options: DrainOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock, () => this.pump());
  }

  /** Frames that are out of the inbox and not written. */
  get pending(): number {
    return this.#pending ? 1 : 0;
  }

  /** The last frame the recognizer was given, even if it failed on it; -1 = none. */
  get writtenSeq(): number {
    return this.#writtenSeq;
  }

  /** Writes what may be written now. To be called when frames came, and when the recognizer is ready again. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (!this.#stopped && this.#step());
    this.#pumping = false;
  }

  stop(): void {
    this.#stopped = true;
    this.#pending = undefined;
    this.#alarm.stop();
  }

  /** @returns whether to go on at once. */
  #step(): boolean {
    const { clock, inbox, pacer, recognition } = this.#options;
    if (!recognition.ready) return false;
    if (!this.#pending && inbox.length === 0) {
      pacer.emptied();
      return false;
    }
    const nowMs = clock.now();
    if (!pacer.mayWrite(nowMs)) {
      this.#alarm.set(pacer.dueMs);
      return false;
    }
    this.#advance(nowMs);
    return true;
  }

  #advance(nowMs: number): void {
    const { clock, inbox, pacer, recognition, hear, onWritten, onError } = this.#options;
    try {
      if (!this.#pending) {
        this.#pending = inbox.shift()!;
        hear(this.#pending);
        if (this.#stopped || !recognition.ready) return;
      }
      const frame = this.#pending;
      this.#pending = undefined;
      this.#writtenSeq = frame.seq;
      pacer.wrote(nowMs);
      const beforeMs = clock.now();
      recognition.write(frame.payload, frame);
      onWritten(clock.now() - beforeMs);
    } catch (error) {
      onError(error);
    }
  }
}
