import type { UtterancePlay } from "shared/bus/messages.ts";
import { DeadlinePacer } from "shared/media/deadline_pacer.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import type { OwnLoudness } from "./own_loudness.ts";
import type { Paced } from "./pacing_clock.ts";
import { type PlaybackView, PlayLog } from "./play_log.ts";
import type { QueuedRequest, TxFrame, TxQueue } from "./queue.ts";
import { MAX_OUTSTANDING_MARKS, SendLedger } from "./send_ledger.ts";
import type { TxStats } from "./tx_stats.ts";
import type { TxWriter } from "./writer.ts";

/** A probe after so many frames, so that what Twilio holds is known to half a second. */
const FRAMES_PER_PROBE = 25;
/** A mark this late means that its audio has not played when it should have. */
const OVERDUE_MS = 400;
/** How long after its audio a hang-up waits for its mark; so do the other ends. */
const FINISH_GRACE_MS = 1_000;

export type Finish = Extract<QueuedRequest, { kind: "hangup" | "transfer" | "fallback" }>;
export type UtteranceBegin = Extract<QueuedRequest, { kind: "utterance_begin" }>;

/** What the sender tells its call. */
export interface SenderEvents {
  frameSent(frame: TxFrame, firstOfUtterance: boolean, nowMs: number): void;
  /** Nothing waits any more. */
  drained(): void;
  began(begin: UtteranceBegin): void;
  markPlayed(utterance: number, name: string): void;
  markCleared(utterance: number, name: string): void;
  /** The audio before a hang-up, transfer or fallback has played. */
  finished(finish: Finish): void;
  /** More marks are outstanding than any sane producer sends. */
  flooded(): void;
}

export interface SenderOptions {
  readonly queue: TxQueue;
  readonly writer: TxWriter;
  readonly stats: TxStats;
  readonly loudness: OwnLoudness;
  readonly events: SenderEvents;
  readonly leadFrames: number;
  /** Frames written and not confirmed beyond which nothing is written. */
  readonly sendBound: number;
}

/**
 * Sends one call's frames at their deadlines and carries out the requests between them.
 *
 * - A frame leaves at its absolute deadline; what is late is caught up or re-anchored (`DeadlinePacer`).
 * - Never more than `sendBound` frames are unconfirmed by echoed marks.
 * - After `clear` no frame of a silenced utterance leaves.
 */
export class PacedSender implements Paced {
  readonly #queue: TxQueue;
  readonly #writer: TxWriter;
  readonly #stats: TxStats;
  readonly #loudness: OwnLoudness;
  readonly #events: SenderEvents;
  readonly #sendBound: number;
  readonly #pacer: DeadlinePacer;
  readonly #ledger = new SendLedger();
  readonly #playLog = new PlayLog();
  /** The utterance sent last, or being sent; 0 = none yet. */
  #utterance = 0;
  #open = false;
  #framesOfUtterance = 0;
  #starved = false;
  #framesSinceProbe = 0;
  #probes = 0;
  #finishing: { readonly finish: Finish; readonly mark: string; readonly byMs: number } | undefined;

  constructor(options: SenderOptions) {
    this.#queue = options.queue;
    this.#writer = options.writer;
    this.#stats = options.stats;
    this.#loudness = options.loudness;
    this.#events = options.events;
    this.#sendBound = options.sendBound;
    this.#pacer = new DeadlinePacer(options.leadFrames);
  }

  get dueMs(): number {
    if (this.#finishing) return this.#finishing.byMs;
    if (this.#queue.peekRequest()) return -Infinity;
    if (this.#queue.peekFrame()) return this.blocked ? Infinity : this.#pacer.dueMs ?? -Infinity;
    return this.#mayStarve ? this.#pacer.starvesMs! : Infinity;
  }

  /** Whether the send bound holds frames back. */
  get blocked(): boolean {
    return this.#ledger.unconfirmed >= this.#sendBound;
  }

  get unconfirmed(): number {
    return this.#ledger.unconfirmed;
  }

  /** How long Twilio has owed us the echo of a mark, ms. */
  overdueMs(nowMs: number): number {
    return this.#ledger.overdueMs(nowMs);
  }

  tick(nowMs: number): void {
    if (this.#finishing) {
      if (nowMs >= this.#finishing.byMs) this.#finish();
      return;
    }
    for (;;) {
      const request = this.#queue.peekRequest();
      if (request) {
        this.#queue.shiftRequest();
        this.#carryOut(request, nowMs);
        if (this.#finishing) return;
        continue;
      }
      const frame = this.#queue.peekFrame();
      if (!frame) return this.#noteStarvation(nowMs);
      if (this.blocked || !this.#mayDepart(frame, nowMs)) return;
      this.#send(frame, nowMs);
    }
  }

  /** Twilio echoed a mark; false when we never sent it. */
  echoed(wireName: string): boolean {
    const echo = this.#ledger.echoed(wireName);
    if (echo.kind === "unknown") return false;
    if (this.#finishing?.mark === wireName) this.#finish();
    else if (echo.kind === "played" && echo.mark.utterance > 0) {
      this.#events.markPlayed(echo.mark.utterance, nameOf(wireName));
    }
    return true;
  }

  /** Silences every utterance up to `through`; tells what was sent and heard of each. */
  clear(through: number, nowMs: number): UtterancePlay[] {
    const cleared = this.#playLog.freeze(through, this.#view(nowMs));
    for (const request of this.#queue.clear(through)) {
      if (request.kind === "mark") this.#events.markCleared(request.utterance, request.name);
    }
    if (this.#utterance > 0 && this.#utterance <= through) this.#flush(nowMs);
    return cleared;
  }

  /** Sent and heard of the utterances still known. */
  plays(nowMs: number): UtterancePlay[] {
    const view = this.#view(nowMs);
    return this.#playLog.utterances().map((utterance) => this.#playLog.play(utterance, view));
  }

  /** The producer is gone: its open utterance ends here, and what Twilio holds of it plays out. */
  dismiss(nowMs: number): void {
    this.#open = false;
    if (this.#framesSinceProbe > 0) this.probe(nowMs);
  }

  /** A mark of our own: keeps the connection alive, and its echo shows that the far side lives. */
  probe(nowMs: number): void {
    this.#framesSinceProbe = 0;
    this.#mark(`kp:${++this.#probes}`, 0, nowMs);
  }

  get #mayStarve(): boolean {
    return this.#open && this.#framesOfUtterance > 0 && !this.#starved;
  }

  #noteStarvation(nowMs: number): void {
    if (!this.#mayStarve || this.#pacer.starvesMs! > nowMs) return;
    this.#starved = true;
    this.#stats.underruns++;
  }

  #mayDepart(frame: TxFrame, nowMs: number): boolean {
    if (frame.utterance !== this.#utterance || !this.#open) this.#openUtterance(frame.utterance);
    if (this.#framesOfUtterance === 0) this.#pacer.begin(nowMs);
    return this.#pacer.dueMs! <= nowMs;
  }

  #send(frame: TxFrame, nowMs: number): void {
    const lateMs = nowMs - this.#pacer.dueMs!;
    const departure = this.#pacer.depart(nowMs);
    this.#queue.shiftFrame();
    this.#writer.media(frame.payload);
    const playsFromMs = this.#pacer.playedOutMs! - FRAME_MS;
    this.#playLog.sent(frame.utterance, this.#ledger.framesWritten, playsFromMs);
    this.#loudness.sent(frame.payload, playsFromMs);
    this.#ledger.wroteFrame();
    this.#stats.departed(departure, frame.utterance, lateMs, nowMs);
    this.#starved = false;
    this.#framesOfUtterance++;
    if (++this.#framesSinceProbe >= FRAMES_PER_PROBE) this.probe(nowMs);
    this.#events.frameSent(frame, this.#framesOfUtterance === 1, nowMs);
    if (this.#queue.frames === 0) this.#events.drained();
  }

  #carryOut(request: QueuedRequest, nowMs: number): void {
    switch (request.kind) {
      case "utterance_begin":
        this.#openUtterance(request.utterance);
        this.#events.began(request);
        break;
      case "utterance_end":
        this.#open = this.#open && request.utterance !== this.#utterance;
        if (this.#framesSinceProbe > 0) this.probe(nowMs);
        break;
      case "mark":
        this.#mark(wireNameOf(request.utterance, request.name), request.utterance, nowMs);
        break;
      case "hangup":
      case "transfer":
      case "fallback": {
        const mark = wireNameOf(this.#utterance, request.kind);
        const byMs = Math.max(nowMs, this.#pacer.playedOutMs ?? nowMs) + FINISH_GRACE_MS;
        this.#finishing = { finish: request, mark, byMs };
        this.#mark(mark, 0, nowMs);
      }
    }
  }

  #openUtterance(utterance: number): void {
    this.#utterance = utterance;
    this.#open = true;
    this.#framesOfUtterance = 0;
    this.#starved = false;
  }

  /** Twilio's buffer is emptied; the probe behind the clear confirms all that was written before. */
  #flush(nowMs: number): void {
    this.#writer.clear();
    for (const mark of this.#ledger.flush()) {
      if (mark.utterance > 0) this.#events.markCleared(mark.utterance, nameOf(mark.name));
    }
    this.#pacer.reset();
    this.#loudness.cleared(nowMs);
    this.#open = false;
    this.probe(nowMs);
  }

  #mark(wireName: string, utterance: number, nowMs: number): void {
    if (this.#ledger.outstandingMarks >= MAX_OUTSTANDING_MARKS) {
      this.#events.flooded();
      return;
    }
    this.#writer.mark(wireName);
    this.#ledger.wroteMark(wireName, utterance, Math.max(nowMs, this.#pacer.playedOutMs ?? nowMs));
  }

  #finish(): void {
    const { finish } = this.#finishing!;
    this.#finishing = undefined;
    this.#events.finished(finish);
  }

  #view(nowMs: number): PlaybackView {
    const overdue = this.#ledger.overdueMs(nowMs) > OVERDUE_MS;
    return {
      nowMs,
      confirmed: this.#ledger.framesConfirmed,
      limit: overdue ? this.#ledger.oldest!.framesWritten : Infinity,
    };
  }
}

const GREETING_END = "greeting_end";

/** Mark names on the wire: `greeting_end` as it is, all others with their utterance. */
function wireNameOf(utterance: number, name: string): string {
  return name === GREETING_END ? name : `u${utterance}:${name}`;
}

function nameOf(wireName: string): string {
  return wireName.slice(wireName.indexOf(":") + 1);
}
