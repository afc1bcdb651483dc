import type { FramePosition, RecognitionSink } from "shared/speech/recognizer.ts";
import type { UncoveredAudio } from "shared/speech/uncovered_audio.ts";
import type { CallerSpeech } from "./caller_speech.ts";
import type { StreamResponse, StreamResult } from "./speech_api.ts";

/** An interim text that nothing has followed for so long will not get a final any more. */
const STALE_MS = 10_000;

/** Tells what was heard of one call, and forgets the audio that a final covers. Finals never go back. */
export class HeardText {
  readonly #audio: UncoveredAudio;
  readonly #speech: CallerSpeech;
  readonly #sink: RecognitionSink;
  /** When the text that waits for its final came; undefined: none waits. */
  #outstandingMs: number | undefined;
  /** The engine hears a voice. */
  #isVoiceOpen = false;
  #isOver = false;

  constructor(audio: UncoveredAudio, speech: CallerSpeech, sink: RecognitionSink) {
    this.#audio = audio;
    this.#speech = speech;
    this.#sink = sink;
  }

  /** Whether a text waits for its final. */
  isOutstanding(nowMs: number): boolean {
    return this.#outstandingMs !== undefined && nowMs - this.#outstandingMs < STALE_MS;
  }

  /** Whether the engine hears something that it has not told yet. */
  owes(nowMs: number): boolean {
    return this.#isVoiceOpen || this.isOutstanding(nowMs);
  }

  /** Another stream: what the last one heard is nothing to it. */
  begin(): void {
    this.#isVoiceOpen = false;
  }

  /** @param indexAt the frame that ends `endMs` after the beginning of the stream. */
  take(response: StreamResponse, indexAt: (endMs: number) => number, nowMs: number): void {
    if (response.voice) this.#isVoiceOpen = response.voice === "begin";
    const finals = response.results.filter(({ isFinal }) => isFinal);
    const interims = response.results.filter(({ isFinal }) => !isFinal);
    const lastFinal = finals.at(-1);
    if (lastFinal) this.#final(join(finals), indexAt(lastFinal.endMs));
    const lastInterim = interims.at(-1);
    // The sink may have ended it with the final.
    if (lastInterim && !this.#isOver) {
      this.#partial(join(interims), indexAt(lastInterim.endMs), nowMs);
    }
  }

  /** The engine is sure of everything up to `to`; an empty text: it heard nothing it knows. */
  final(text: string, to: FramePosition): void {
    const wasSpeech = this.#speech.beganBy(to.seq);
    this.#outstandingMs = undefined;
    this.#isVoiceOpen = false;
    this.#audio.cover(to.seq);
    this.#speech.cover(to);
    if (text !== "") this.#sink.onFinal(text, to);
    else if (wasSpeech) this.#sink.onRejected(to);
  }

  /** Tells nothing more. */
  stop(): void {
    this.#isOver = true;
  }

  #final(text: string, index: number): void {
    // At least one frame further than the last final: an engine's times are rounded.
    const to = this.#audio.position(Math.max(index, this.#audio.firstIndex));
    if (to) this.final(text, to);
  }

  #partial(text: string, index: number, nowMs: number): void {
    const to = this.#audio.position(Math.max(index, this.#audio.firstIndex));
    if (!to || (text === "" && this.#outstandingMs === undefined)) return;
    this.#outstandingMs = text === "" ? undefined : nowMs;
    this.#sink.onPartial(text, to);
  }
}

/** Google's texts bring their own leading spaces, or none. */
function join(results: readonly StreamResult[]): string {
  return results.map(({ text }) => text.trim()).filter((text) => text !== "").join(" ");
}
