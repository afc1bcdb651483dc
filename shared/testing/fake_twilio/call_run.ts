import type { Clock } from "shared/clock/clock.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import { Timeline } from "shared/testing/timeline.ts";
import type { CallEnd, CallEvent } from "./call_events.ts";
import { CallNetwork } from "./call_network.ts";
import { type CallIdentity, type CallOptions, identityOf, newSid } from "./call_options.ts";
import { CallerLine } from "./caller_line.ts";
import { withEcho } from "./line_echo.ts";
import { MediaPauses } from "./media_pauses.ts";
import { PlayoutBuffer } from "./playout_buffer.ts";
import { SpokenTrack } from "./recording.ts";
import { StreamSession } from "./stream_session.ts";
import type { Verb } from "./twiml_reader.ts";
import { type CallUpdate, walkTwiml } from "./twiml_walk.ts";

/**
 * The life of one call: walks its TwiML, and meanwhile one loop of absolute 20 ms deadlines sends the caller's
 * audio and gives back the marks that have played.
 */
export class CallRun {
  readonly identity: CallIdentity;
  readonly clock: Clock;
  readonly timeline: Timeline<CallEvent>;
  /** Slot 0 of the loop, of what is spoken and of what is heard. */
  readonly startedMs: number;
  readonly line = new CallerLine();
  readonly spoken = new SpokenTrack();
  readonly playout: PlayoutBuffer;
  readonly pauses = new MediaPauses();
  /** Resolves when the first stream is open. */
  readonly streaming: Promise<void>;
  readonly #options: CallOptions;
  readonly #network: CallNetwork;
  readonly #onTick: () => void;
  readonly #firstStream = Promise.withResolvers<void>();
  readonly #hangUp = new AbortController();
  readonly #over = new AbortController();
  readonly #verbs: Verb[] = [];
  #session: StreamSession | undefined;
  #streamSlot = 0;
  #slot = 0;
  #sentFrames = 0;
  #closeCode: number | null = null;
  #update: CallUpdate | undefined;
  #endedMs: number | undefined;
  #reading: boolean;
  #echoing: boolean;

  /** @param onTick called after each slot, and once after the end. */
  constructor(options: CallOptions, onTick: () => void) {
    this.#options = options;
    this.#onTick = onTick;
    this.#reading = options.readSocket ?? true;
    this.#echoing = options.echoMarks ?? true;
    this.identity = identityOf(options);
    this.clock = options.clock ?? new SystemClock();
    this.timeline = new Timeline(this.clock);
    this.startedMs = this.clock.now();
    this.playout = new PlayoutBuffer(this.startedMs);
    this.#network = new CallNetwork(options, this.identity);
    this.streaming = this.#firstStream.promise;
  }

  /** The stream that is open now. */
  get session(): StreamSession | undefined {
    return this.#session;
  }

  /** Time of the end, or now. */
  get latestMs(): number {
    return this.#endedMs ?? this.clock.now();
  }

  get over(): boolean {
    return this.#endedMs !== undefined;
  }

  /** The slot that is sent next. */
  get slot(): number {
    return this.#slot;
  }

  /** Frames of the caller sent so far, silence included. */
  get sentFrames(): number {
    return this.#sentFrames;
  }

  hangUp(): void {
    this.#hangUp.abort();
    this.#session?.stop();
  }

  /** What Twilio's REST does: the stream ends as with a hang-up. */
  update(update: CallUpdate): void {
    this.#update = update;
    this.#session?.stop();
  }

  setReading(on: boolean): void {
    this.#reading = on;
    if (on) this.#session?.socket?.resumeReading();
    else this.#session?.socket?.pauseReading();
  }

  setEchoing(on: boolean): void {
    this.#echoing = on;
    if (this.#session) this.#session.echoMarks = on;
  }

  /** Runs the call to its end; to be called once. */
  async run(): Promise<CallEnd> {
    this.#loop();
    const { by, reason } = await walkTwiml(this.#network.voiceUrl, {
      requestTwiml: (url, method) => this.#requestTwiml(url, method),
      connect: (verb) => this.#connect(verb),
      onVerb: (verb) => {
        this.#verbs.push(verb);
        this.timeline.add({ kind: "verb", verb });
      },
      hungUp: () => this.#hangUp.signal.aborted,
      takeUpdate: () => this.#takeUpdate(),
    });
    this.#endedMs = this.clock.now();
    this.timeline.add({ kind: "ended", by, reason });
    this.#over.abort();
    this.#onTick();
    return { by, code: this.#closeCode, reason, verbs: this.#verbs };
  }

  #takeUpdate(): CallUpdate | undefined {
    const update = this.#update;
    this.#update = undefined;
    return update;
  }

  async #requestTwiml(url: string, method: "GET" | "POST") {
    const answer = await this.#network.requestTwiml(url, method, this.#hangUp.signal);
    this.timeline.add({ kind: "webhook", url, status: answer.status });
    if (!answer.ok && !this.#hangUp.signal.aborted) this.#warn(answer.code, answer.problem);
    return answer;
  }

  async #connect(verb: Extract<Verb, { verb: "Connect" }>): Promise<void> {
    const { playout, timeline, clock } = this;
    const { callSid, accountSid } = this.identity;
    const session = new StreamSession({
      identity: { streamSid: newSid("MZ"), accountSid, callSid, parameters: verb.parameters },
      playout,
      timeline,
      clock,
      echoMarks: this.#echoing,
      tamper: this.#options.tamper,
      onHeard: this.#options.onHeard,
    });
    const opened = await this.#network.openStream(verb.url, session);
    if (!opened.ok) return this.#warn(opened.status === null ? 31902 : 31920, opened.problem);
    if (!this.#reading) opened.socket.pauseReading();
    session.begin(opened.socket);
    if (this.#hangUp.signal.aborted || this.#update) session.stop();
    timeline.add({ kind: "stream_started", streamSid: session.streamSid, url: verb.url });
    this.#session = session;
    this.#streamSlot = this.#slot;
    this.#firstStream.resolve();
    const end = await session.ended;
    this.#session = undefined;
    // Nothing is played to a caller whose stream is gone.
    playout.clear(clock.now());
    this.#options.onHeard?.({ event: "clear" }, clock.now());
    this.#closeCode = end.kind === "closed" ? end.code : null;
    timeline.add({ kind: "stream_ended", streamSid: session.streamSid, end });
    if (end.kind === "broken") this.#warn(31903, end.reason);
    else if (end.code !== 1000) {
      this.#warn(31921, `closed by the server: ${end.code} ${end.reason}`);
    }
  }

  async #loop(): Promise<void> {
    const deadline = () => this.startedMs + this.#slot * FRAME_MS;
    while (await this.clock.sleepUntil(deadline(), this.#over.signal)) {
      this.#session?.echoPlayedMarks();
      for (const slot of this.pauses.due(this.#slot)) this.#sendSlot(slot);
      this.#slot++;
      this.#onTick();
    }
  }

  #sendSlot(slot: number): void {
    if (!this.#session || slot < this.#streamSlot) return;
    const frame = this.line.next();
    if (frame) this.spoken.set(slot, frame);
    this.#sentFrames++;
    this.#session.sendFrame(this.#echoed(frame), (slot - this.#streamSlot) * FRAME_MS);
  }

  #echoed(frame: Uint8Array | undefined): Uint8Array | undefined {
    const { lineEcho } = this.#options;
    if (!lineEcho) return frame;
    const played = this.playout.frameAt(this.clock.now() - FRAME_MS - lineEcho.delayMs);
    return withEcho(frame, played, lineEcho);
  }

  #warn(code: number, message: string): void {
    this.timeline.add({ kind: "warning", code, message });
  }
}
