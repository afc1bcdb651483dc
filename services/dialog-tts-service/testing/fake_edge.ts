import { type AudioMessage, decodeAudio } from "shared/bus/audio_codec.ts";
import type { Bus, BusMessage, Subscription } from "shared/bus/bus.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import {
  type ControlReply,
  type FinalSpeech,
  type Offer,
  type OfferReply,
  offerReply,
  type RxEvent,
  type Speech,
  txControl,
  type TxRequest,
  type UtterancePlay,
} from "shared/bus/messages.ts";
import { callSubject, offerSubject, txSubjects } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";
import { type Cancel, every } from "shared/clock/timers.ts";
import { FRAME_BYTES, FRAME_MS } from "shared/media/frame.ts";
import { sampleOffer } from "shared/testing/sample_offer.ts";

type WithoutNumber<T> = T extends unknown ? Omit<T, "event"> : never;
type WithoutEpoch<T> = T extends unknown ? Omit<T, "epoch"> : never;

const ENDINGS: readonly TxRequest["kind"][] = ["hangup", "transfer", "fallback"];

export interface SentFrame {
  readonly atMs: number;
  readonly seq: number;
  readonly utterance: number;
  /** The first byte of its payload. */
  readonly byte: number;
}

export interface AppliedRequest {
  readonly atMs: number;
  readonly request: TxRequest;
  /** Frames sent before it was applied. */
  readonly framesBefore: number;
}

/**
 * The edge as a dialog worker sees it: sends a frame every 20 ms, gives credit, carries requests out after the
 * frames before them, echoes marks at once. For tests of one call.
 */
export class FakeEdge {
  readonly sent: SentFrame[] = [];
  readonly applied: AppliedRequest[] = [];
  syncs = 0;
  /** Frames that never arrived. */
  lost = 0;
  maxQueued = 0;
  maxQueuedSeqAhead = 0;
  /** False: as if Twilio took nothing any more. */
  sending = true;
  /** Frames that wait are reported as too many. */
  paused = false;
  /** So many of the frames sent last have not played yet. */
  unplayed = 0;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #call: string;
  readonly #timers: Cancel[];
  readonly #subscription: Subscription;
  #epoch = -1;
  #queue: { seq: number; utterance: number; byte: number }[] = [];
  #requests: Exclude<TxRequest, { kind: "clear" }>[] = [];
  readonly #seenControl = new Set<number>();
  #knownSeq = -1;
  #clearedThrough = 0;
  #cleared: UtterancePlay[] = [];
  #sinceCredit = 0;
  #lastUtterance = 0;
  readonly #heard: FinalSpeech[] = [];
  readonly #events: RxEvent[] = [];
  #ended = false;

  constructor(bus: Bus, clock: Clock, call: string) {
    this.#bus = bus;
    this.#clock = clock;
    this.#call = call;
    this.#subscription = bus.subscribe(txSubjects(call), (message) => this.#onTx(message));
    this.#timers = [
      every(clock, FRAME_MS, () => this.#tick()),
      every(clock, 1_000, () => this.credit()),
    ];
  }

  get streamMs(): number {
    return this.#clock.now();
  }

  get consumedSeq(): number {
    return this.#queue[0] ? this.#queue[0].seq - 1 : this.#knownSeq;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Offers the call; when it is taken, the taker's epoch counts. */
  async offer(business: string, more: Partial<Offer> = {}): Promise<OfferReply | undefined> {
    const offer = sampleOffer({ call: this.#call, business, ...more });
    const result = await this.#bus.request(offerSubject("dialog"), encodeJson(offer), {
      timeoutMs: 400,
    });
    const reply = result.ok ? decodeJson(offerReply, result.data) : undefined;
    if (!reply?.ok) return undefined;
    if (reply.value.took) this.takeOver(offer.epoch);
    return reply.value;
  }

  /** Offers the call to a successor: what was sent and heard so far, with the next epoch. */
  offerAgain(business: string, more: Partial<Offer> = {}): Promise<OfferReply | undefined> {
    return this.offer(business, {
      epoch: this.#epoch + 1,
      next_utterance: this.#lastUtterance + 1,
      next_seq: this.#knownSeq + 1,
      utterances: this.plays(),
      heard: this.#heard.slice(-4),
      ...more,
    });
  }

  /** The worker with this epoch has the call from now on. */
  takeOver(epoch: number): void {
    this.#epoch = epoch;
    this.#queue = [];
    this.#requests = [];
    this.#seenControl.clear();
    this.credit();
    this.event({ kind: "assigned", stt_epoch: 0, dialog_epoch: epoch });
  }

  event(event: WithoutNumber<RxEvent>): void {
    const numbered = { ...event, event: this.#events.length + 1 } as RxEvent;
    this.#events.push(numbered);
    this.#bus.publish(callSubject(this.#call, "rx.event"), encodeJson(numbered));
  }

  press(digit: string): void {
    this.event({ kind: "dtmf", digit, stream_ms: this.streamMs });
  }

  speech(speech: WithoutEpoch<Speech>, epoch = 0): void {
    if (speech.kind === "final") this.#heard.push({ epoch, ...speech });
    this.#bus.publish(callSubject(this.#call, "speech"), encodeJson({ epoch, ...speech }));
  }

  /** Stops everything, as when the caller hangs up. */
  end(reason = "hangup"): void {
    if (this.#ended) return;
    this.#ended = true;
    this.event({ kind: "ended", reason, utterances: this.plays() });
    this.vanish();
  }

  /** How far the utterances were sent and heard, the silenced ones until they were. */
  plays(): UtterancePlay[] {
    const frozen = new Map(this.#cleared.map((play) => [play.utterance, play]));
    const unplayedFrom = this.sent.length - this.unplayed;
    return [...new Set(this.sent.map(({ utterance }) => utterance))].map((utterance) => {
      const sent = this.sent.filter((frame) => frame.utterance === utterance).length;
      const heard = this.sent.slice(0, unplayedFrom)
        .filter((frame) => frame.utterance === utterance).length;
      return frozen.get(utterance) ?? { utterance, sent, heard };
    });
  }

  /** Stops everything without a word. */
  vanish(): void {
    this.#ended = true;
    this.#subscription.unsubscribe();
    this.#timers.forEach((cancel) => cancel());
  }

  credit(): void {
    this.#sinceCredit = 0;
    const credit = {
      epoch: Math.max(0, this.#epoch),
      consumed_seq: this.consumedSeq,
      cleared_through: this.#clearedThrough,
      cleared: this.#cleared.slice(-16),
      queued: this.#queue.length,
      paused: this.paused,
      stream_ms: this.streamMs,
    };
    if (this.#epoch >= 0) this.#bus.publish(callSubject(this.#call, "credit"), encodeJson(credit));
  }

  #onTx(message: BusMessage): void {
    if (message.subject.endsWith(".tx.audio")) {
      const decoded = decodeAudio(message.data);
      if (decoded.ok && decoded.message.epoch === this.#epoch) this.#onAudio(decoded.message);
      return;
    }
    const decoded = decodeJson(txControl, message.data);
    if (!decoded.ok) throw new Error(`not a control message: ${decoded.problem}`);
    const control = decoded.value;
    if (control.kind !== "sync") return this.#onRequest(control, message);
    this.syncs++;
    if (control.epoch !== this.#epoch) return;
    this.lost += Math.max(0, control.seq - this.#knownSeq);
    this.#knownSeq = Math.max(this.#knownSeq, control.seq);
    this.#applyDue();
    this.credit();
    for (const event of this.#events.slice(control.event ?? Infinity)) {
      this.#bus.publish(callSubject(this.#call, "rx.event"), encodeJson(event));
    }
  }

  #onAudio({ seq, utterance, payload }: AudioMessage): void {
    this.#lastUtterance = Math.max(this.#lastUtterance, utterance);
    for (let i = 0; i * FRAME_BYTES < payload.length; i++) {
      if (seq + i <= this.#knownSeq) continue;
      this.lost += seq + i - this.#knownSeq - 1;
      this.#knownSeq = seq + i;
      if (utterance <= this.#clearedThrough) continue;
      this.#queue.push({ seq: seq + i, utterance, byte: payload[i * FRAME_BYTES]! });
    }
    this.maxQueued = Math.max(this.maxQueued, this.#queue.length);
    this.maxQueuedSeqAhead = Math.max(this.maxQueuedSeqAhead, this.#knownSeq - this.consumedSeq);
    this.#applyDue();
  }

  #onRequest(request: TxRequest, message: BusMessage): void {
    const { control_seq, epoch } = request;
    const reply: ControlReply = epoch === this.#epoch
      ? { ok: true, control_seq }
      : { ok: false, control_seq, reason: "stale_epoch" };
    message.respond(encodeJson(reply));
    if (!reply.ok || this.#seenControl.has(control_seq)) return;
    this.#seenControl.add(control_seq);
    if (request.kind === "clear") return this.#clear(request);
    this.#requests.push(request);
    this.#requests.sort((a, b) => a.control_seq - b.control_seq);
    this.#applyDue();
  }

  #clear(request: Extract<TxRequest, { kind: "clear" }>): void {
    this.#note(request);
    if (request.through <= this.#clearedThrough) return;
    this.#cleared.push(
      ...this.plays().filter(({ utterance }) =>
        utterance > this.#clearedThrough && utterance <= request.through
      ),
    );
    this.#clearedThrough = request.through;
    this.#queue = this.#queue.filter(({ utterance }) => utterance > request.through);
    this.#requests = this.#requests.filter((waiting) =>
      !("utterance" in waiting) || waiting.utterance > request.through
    );
    this.credit();
  }

  #applyDue(): void {
    while (this.#requests[0] && this.#requests[0].after_seq <= this.consumedSeq) {
      const request = this.#requests.shift()!;
      this.#note(request);
      if (request.kind === "mark") {
        const { utterance, name } = request;
        this.event({ kind: "mark_played", utterance, name });
      }
      if (ENDINGS.includes(request.kind)) this.end(request.kind);
    }
  }

  #note(request: TxRequest): void {
    this.applied.push({ atMs: this.#clock.now(), request, framesBefore: this.sent.length });
  }

  #tick(): void {
    if (!this.sending) return;
    const frame = this.#queue.shift();
    if (!frame) return;
    this.sent.push({ ...frame, atMs: this.#clock.now() });
    this.#applyDue();
    if (++this.#sinceCredit >= 2 || this.#queue.length === 0) this.credit();
  }
}
