import { FRAME_BYTES } from "shared/media/frame.ts";
import type { Timed, Timeline } from "shared/testing/timeline.ts";
import type { CallEnd, CallEvent } from "./call_events.ts";
import type { CallOptions } from "./call_options.ts";
import { CallRun } from "./call_run.ts";
import { mulawOf } from "./caller_audio.ts";
import { type GapOptions, type GapStats, gapStats } from "./gap_stats.ts";
import type { AfterPause } from "./media_pauses.ts";
import { stereoWav } from "./recording.ts";
import type { CallUpdate } from "./twiml_walk.ts";
import { Waits } from "./waits.ts";

const DIGIT = /^[0-9*#A-D]$/;

/**
 * The caller of one simulated call, and what reached the caller's ear. Times are milliseconds on the call's
 * clock; waits reject when the time is over or the call ends.
 */
export class FakeCall {
  /** Resolves at the end of the call. Never rejects. */
  readonly ended: Promise<CallEnd>;
  readonly #run: CallRun;
  readonly #waits = new Waits();
  readonly #speak: CallOptions["speak"];

  constructor(options: CallOptions) {
    this.#speak = options.speak;
    this.#run = new CallRun(options, () => this.#look());
    this.ended = this.#run.run();
  }

  get callSid(): string {
    return this.#run.identity.callSid;
  }

  /** Everything that happened, with times. */
  get timeline(): Timeline<CallEvent> {
    return this.#run.timeline;
  }

  /** When the call began: the first sample of both tracks. */
  get startedMs(): number {
    return this.#run.startedMs;
  }

  /** The time now, on the call's clock. */
  get nowMs(): number {
    return this.#run.clock.now();
  }

  /** Resolves when the first stream is open, or the call has ended without one. */
  async answered(): Promise<void> {
    await Promise.race([this.#run.streaming, this.ended]);
  }

  /** Speaks a text; resolves when its last frame was sent. */
  async say(text: string): Promise<void> {
    if (!this.#speak) throw new TypeError("Cannot say a text: `speak` was not given to placeCall");
    await this.play(await this.#speak(text));
  }

  /** Plays mu-law, or a WAV, as the caller's voice; resolves when it was sent. */
  async play(audio: Uint8Array): Promise<void> {
    const mulaw = mulawOf(audio);
    const end = this.#run.line.add(mulaw);
    this.timeline.add({ kind: "spoke", frames: Math.ceil(mulaw.length / FRAME_BYTES) });
    await this.until(() => this.#run.line.taken >= end, "the end of the caller's words", Infinity);
  }

  /** Presses one key of 0-9 * # A-D. */
  press(digit: string): void {
    if (!DIGIT.test(digit)) {
      throw new TypeError(`Cannot press a key: it is one of 0-9 * # A-D, received ${digit}`);
    }
    this.timeline.add({ kind: "pressed", digit });
    this.#run.session?.sendDigit(digit);
  }

  /** Ends the call as a caller does: `stop`, then the socket is closed. */
  hangUp(): Promise<CallEnd> {
    this.#run.hangUp();
    return this.ended;
  }

  /** As Twilio's REST does: the stream gets `stop`, and the call is over, or goes on with other verbs. */
  update(update: CallUpdate): void {
    this.#run.update(update);
  }

  /** Whether the call has ended. */
  get over(): boolean {
    return this.#run.over;
  }

  /** Sends a text or binary message as it is, beside the numbering. @returns false when there is no stream. */
  sendRaw(message: string | Uint8Array): boolean {
    return this.#run.session?.socket?.send(message) ?? false;
  }

  /** Breaks the TCP connection of the stream, without a close frame. */
  breakSocket(): void {
    this.#run.session?.socket?.break();
  }

  /** Reads nothing more from the socket, as a far side that hangs. */
  stopReading(): void {
    this.#run.setReading(false);
  }

  resumeReading(): void {
    this.#run.setReading(true);
  }

  /** Sends no mark back from now on; they wait. */
  stopEchoingMarks(): void {
    this.#run.setEchoing(false);
  }

  resumeEchoingMarks(): void {
    this.#run.setEchoing(true);
  }

  /** Sends no media for `ms`; then goes on with a jump of the stream time, or with all of it at once. */
  pauseMedia(ms: number, after: AfterPause = "jump"): void {
    this.#run.pauses.pause(this.#run.slot, ms, after);
  }

  /** Adds `ms` to every timestamp from now on, with no pause in the sending. */
  jumpTimestamp(ms: number): void {
    this.#run.session?.jumpTimestamp(ms);
  }

  /**
   * Waits until `look` gives something else than undefined or false. Looked at every 20 ms.
   *
   * @throws (rejects) after `timeoutMs`, or when the call ends first.
   */
  until<T>(look: () => T | undefined | false, what: string, timeoutMs: number): Promise<T> {
    return this.#waits.until(look, what, this.#run.clock.now(), timeoutMs);
  }

  /** Waits for the first event of a kind that fits, those already recorded included. */
  untilEvent<K extends CallEvent["kind"]>(
    kind: K,
    timeoutMs: number,
    fits: (event: Timed<Extract<CallEvent, { kind: K }>>) => boolean = () => true,
  ): Promise<Timed<Extract<CallEvent, { kind: K }>>> {
    type Event = Timed<Extract<CallEvent, { kind: K }>>;
    const { entries } = this.timeline;
    let next = 0;
    const look = () => {
      while (next < entries.length) {
        const event = entries[next++]!;
        if (event.kind === kind && fits(event as Event)) return event as Event;
      }
    };
    return this.until(look, kind, timeoutMs);
  }

  /** Waits until the audio before a mark has played. A mark flushed by a clear does not count. */
  untilMark(
    name: string,
    timeoutMs: number,
  ): Promise<Timed<Extract<CallEvent, { kind: "echoed" }>>> {
    return this.untilEvent("echoed", timeoutMs, (mark) => mark.name === name && !mark.cleared);
  }

  /** Waits until the call has ended by itself. */
  async untilEnded(timeoutMs: number): Promise<CallEnd> {
    await this.untilEvent("ended", timeoutMs);
    return await this.ended;
  }

  /** Waits until the caller hears something. @returns the time at which it began, now at the earliest. */
  untilHeardSpeech(timeoutMs: number): Promise<number> {
    const fromMs = this.nowMs;
    const { playout } = this.#run;
    return this.until(
      () => playout.soundedAtMs(fromMs, this.#run.latestMs),
      "something to hear",
      timeoutMs,
    );
  }

  /** Waits until the caller has heard nothing for `ms`. @returns the time at which the silence began. */
  untilSilence(ms: number, timeoutMs: number): Promise<number> {
    return this.until(
      () => {
        const quietMs = this.quietMs();
        return quietMs >= ms && this.nowMs - quietMs;
      },
      "silence",
      timeoutMs,
    );
  }

  /** Frames of the caller sent so far, silence included. */
  get sentFrames(): number {
    return this.#run.sentFrames;
  }

  /** How long the caller has heard nothing; 0 while something sounds. */
  quietMs(): number {
    return this.#run.playout.quietMs(this.#run.latestMs);
  }

  /** Length of what sounded to the caller between two times, pauses excluded. */
  audibleMs(fromMs: number, toMs: number): number {
    return this.#run.playout.audibleMs(fromMs, toMs);
  }

  /** The pace of arriving media, of the whole call or between two times. */
  gapStats(
    { fromMs = -Infinity, toMs = Infinity, ...options }: Partial<GapOptions> & {
      readonly fromMs?: number;
      readonly toMs?: number;
    } = {},
  ): GapStats | undefined {
    const arrivals = this.timeline.of("media").map((media) => media.atMs);
    return gapStats(arrivals.filter((atMs) => atMs >= fromMs && atMs < toMs), options);
  }

  /** mu-law of what the caller heard since the call began, silence included. */
  heardTrack(): Uint8Array<ArrayBuffer> {
    return this.#run.playout.heard(this.#run.latestMs);
  }

  /** mu-law of what the caller said since the call began, silence included. */
  spokenTrack(): Uint8Array<ArrayBuffer> {
    return this.#run.spoken.render(this.#run.slot);
  }

  /** Both sides as a WAV file: 16-bit stereo at 8 kHz, the caller left, Kav right. */
  recording(): Uint8Array {
    return stereoWav(this.spokenTrack(), this.heardTrack());
  }

  #look(): void {
    if (this.#run.over) this.#waits.end(this.#run.latestMs);
    else this.#waits.check(this.#run.latestMs);
  }
}
