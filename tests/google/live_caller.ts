/** A caller in real time before a recognizer, as the stt-service holds one: frame by frame, with a VAD. */
import { FRAME_BYTES, FRAME_MS } from "shared/media/frame.ts";
import type { FramePosition, Recognition, Recognizer } from "shared/speech/recognizer.ts";
import { toneVoice } from "shared/testing/google_emulator/tone_voice.ts";
import { silence } from "./test_audio.ts";

/** So many voiced frames begin speech for the VAD, so many others end it. */
const ONSET_FRAMES = 5;
const HANGOVER_FRAMES = 15;
const SILENCE = silence(1);

interface CallersFrame extends FramePosition {
  readonly audio: Uint8Array;
  readonly isVoiced: boolean;
}

export interface Heard {
  readonly kind: "partial" | "final" | "rejected";
  readonly text: string;
  readonly atMs: number;
}

export class LiveCaller {
  readonly call = crypto.randomUUID();
  readonly beganMs = performance.now();
  readonly heard: Heard[] = [];
  readonly errors: string[] = [];
  readonly #recognition: Recognition;
  readonly #toSay: Uint8Array[] = [];
  readonly #unwritten: CallersFrame[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seq = 0;
  /** The last frame that the VAD has heard. */
  #vadSeq = -1;
  #voiced = 0;
  #silent = 0;
  #onset: FramePosition | undefined;
  #lastVoiced: FramePosition | undefined;
  #wake: () => void = () => {};

  constructor(recognizer: Recognizer, language = "he-IL") {
    const options = { call: this.call, language, phrases: [], hints: [] };
    this.#recognition = recognizer.recognize(options, {
      onReady: () => this.#pump(),
      onPartial: (text) => this.#tell("partial", text),
      onFinal: (text) => this.#tell("final", text),
      onRejected: () => this.#tell("rejected", ""),
      onError: (error) => this.errors.push(error.message),
      onFailed: (failure) => this.errors.push(`FAILED: ${failure.message}`),
    });
    this.#tick();
  }

  /** What is certain, in order. */
  get finals(): string {
    return this.heard.flatMap(({ kind, text }) => kind === "final" ? text : []).join(" ");
  }

  /** From now on, behind what is being said. */
  say(text: string): void {
    const { audio } = toneVoice(text);
    for (let at = 0; at < audio.length; at += FRAME_BYTES) {
      this.#toSay.push(audio.subarray(at, at + FRAME_BYTES));
    }
  }

  /** Waits until something was heard. @returns when. @throws (rejects) after 6 s. */
  async until(isSo: (heard: Heard) => boolean): Promise<number> {
    const giveUpMs = performance.now() + 6_000;
    for (;;) {
      const found = this.heard.find(isSo);
      if (found) return found.atMs;
      if (performance.now() > giveUpMs) {
        const told = JSON.stringify([this.heard, this.errors]);
        throw new Error(`Cannot wait: for what is heard within 6 s, received ${told}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Waits until all of the text, and nothing else, is certain. @returns when. */
  untilFinal(text: string): Promise<number> {
    return this.until(({ kind }) => kind === "final" && this.finals === text);
  }

  hangUp(): void {
    clearTimeout(this.#timer);
    this.#recognition.close();
  }

  #tick(): void {
    const audio = this.#toSay.shift();
    const at = { seq: this.#seq, streamMs: this.#seq * FRAME_MS };
    this.#unwritten.push({ ...at, audio: audio ?? SILENCE, isVoiced: audio !== undefined });
    this.#seq++;
    this.#pump();
    const dueMs = this.beganMs + this.#seq * FRAME_MS;
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, dueMs - performance.now()));
  }

  #pump(): void {
    for (;;) {
      const [frame] = this.#unwritten;
      if (!frame || !this.#recognition.ready) return;
      if (frame.seq > this.#vadSeq) this.#hear(frame);
      // Speech may have taken its readiness.
      if (!this.#recognition.ready) return;
      this.#unwritten.shift();
      this.#recognition.write(frame.audio, frame);
    }
  }

  #hear({ seq, streamMs, isVoiced }: CallersFrame): void {
    const at = { seq, streamMs };
    this.#vadSeq = seq;
    if (isVoiced) {
      this.#onset ??= at;
      this.#lastVoiced = at;
      this.#silent = 0;
      if (++this.#voiced === ONSET_FRAMES) this.#recognition.speechStarted(this.#onset);
    } else if (this.#onset && ++this.#silent === HANGOVER_FRAMES) {
      if (this.#voiced >= ONSET_FRAMES) this.#recognition.speechEnded(this.#lastVoiced!);
      this.#onset = undefined;
      this.#voiced = 0;
    }
  }

  #tell(kind: Heard["kind"], text: string): void {
    this.heard.push({ kind, text, atMs: performance.now() });
    this.#wake();
  }
}
