/** PURE. What of a call has no answer yet, and how much of it the engine at hand knows. */
import type { FramePosition } from "../recognizer.ts";
import { UncoveredAudio, type WrittenFrame } from "../uncovered_audio.ts";
import { type VoiceEvent, VoiceLog } from "./voice_log.ts";

/** 3 s: what another engine hears of the past, when nobody spoke. */
const REPLAY_FRAMES = 150;
/** What it hears from before speech was noticed: 100 ms until the VAD is sure, and 300 ms. */
const PRE_ROLL_FRAMES = 20;

export type NextForEngine =
  | { readonly kind: "frame"; readonly written: WrittenFrame }
  | { readonly kind: VoiceEvent["kind"]; readonly at: FramePosition };

/** One call's audio and voice events that are under no final: in silence 3 s, in speech all of it up to 30 s. */
export class CallMemory {
  readonly #audio = new UncoveredAudio();
  readonly #voice = new VoiceLog();
  /** The next frame for the engine at hand. */
  #nextIndex = 0;
  /** The first frame it gets, when others had heard that one before. */
  #from: FramePosition | undefined;

  /** The engine at hand knows everything. */
  get isCaughtUp(): boolean {
    return this.#nextIndex >= this.#audio.nextIndex && this.#voice.isTold;
  }

  get isSpeaking(): boolean {
    return this.#voice.isSpeaking;
  }

  /** Where unanswered speech that is over ended last. */
  get endedAt(): FramePosition | undefined {
    return this.#voice.endedAt;
  }

  /** A frame comes. `isGiven`: the engine at hand, which knew everything, gets it by the caller's own hand. */
  push(frame: Uint8Array, at: FramePosition, isGiven: boolean): void {
    const audio = this.#audio;
    audio.push(frame, at);
    if (isGiven) this.#nextIndex = audio.nextIndex;
    this.#voice.forget(audio.nextIndex, audio.firstIndex);
    if (this.#voice.openFromIndex === undefined) audio.keep(REPLAY_FRAMES);
  }

  /** The VAD says something. */
  pushVoice(kind: VoiceEvent["kind"], { seq, streamMs }: FramePosition): void {
    this.#voice.push({ kind, at: { seq, streamMs }, index: this.#audio.nextIndex });
  }

  /** Takes what the engine at hand is to be given next; undefined when it knows everything. */
  next(): NextForEngine | undefined {
    this.#nextIndex = Math.max(this.#nextIndex, this.#audio.firstIndex);
    const event = this.#voice.next(this.#nextIndex);
    if (event) return { kind: event.kind, at: this.#positionOf(event) };
    const written = this.#audio.at(this.#nextIndex);
    if (!written) return undefined;
    this.#nextIndex++;
    return { kind: "frame", written };
  }

  /** There is an answer to everything up to `to`. */
  cover({ seq }: FramePosition): void {
    this.#audio.cover(seq);
    this.#voice.cover(seq);
  }

  /** Another engine is at hand, which knows nothing. */
  rewind(): void {
    const audio = this.#audio;
    const speechIndex = this.#voice.openFromIndex ?? Infinity;
    const fromIndex = Math.min(audio.nextIndex - REPLAY_FRAMES, speechIndex - PRE_ROLL_FRAMES);
    audio.keep(audio.nextIndex - fromIndex);
    this.#voice.rewind();
    this.#nextIndex = audio.firstIndex;
    this.#from = audio.position(this.#nextIndex);
  }

  /** Speech that began before all the engine hears begins for it with its first frame. */
  #positionOf({ kind, at }: VoiceEvent): FramePosition {
    const from = this.#from;
    return kind === "started" && from && at.seq < from.seq ? from : at;
  }
}
