import { encodeAudio } from "shared/bus/audio_codec.ts";
import type { Bus } from "shared/bus/bus.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import {
  type ControlReply,
  controlReply,
  type Credit,
  credit,
  type Offer,
} from "shared/bus/messages.ts";
import { callSubject } from "shared/bus/subjects.ts";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { frameByte } from "./tx_bench.ts";
import { WorkerLine } from "./worker_line.ts";

const CONTROL_TIMEOUT_MS = 2_000;

/** A dialog's side of a call: speaks what it is told, within its credit or past it. */
export class DialogLine extends WorkerLine {
  readonly credits: Credit[] = [];
  /** The next frame's number. */
  nextSeq: number;
  readonly #window: number;
  #controls = 0;
  #onCredit = () => {};

  constructor(bus: Bus, offer: Offer) {
    super(bus, offer);
    this.nextSeq = offer.next_seq;
    this.#window = offer.window;
    bus.subscribe(callSubject(offer.call, "credit"), ({ data }) => {
      const decoded = decodeJson(credit, data);
      if (!decoded.ok) throw new Error(decoded.problem);
      this.credits.push(decoded.value);
      this.#onCredit();
    });
  }

  /** Publishes `count` frames at once, whatever the credit; the first byte of each tells its number. */
  audio(utterance: number, count: number): void {
    const payload = new Uint8Array(count * FRAME_BYTES);
    for (let i = 0; i < count; i++) {
      payload.fill(frameByte(this.nextSeq + i), i * FRAME_BYTES, (i + 1) * FRAME_BYTES);
    }
    const { epoch, nextSeq: seq } = this;
    const message = encodeAudio({ kind: "tx", epoch, utterance, seq, streamMs: 0, payload });
    this.bus.publish(callSubject(this.call, "tx.audio"), message);
    this.nextSeq += count;
  }

  /** Publishes `count` frames as the credit allows; resolves when all are at the edge or sent. */
  async audioWithinCredit(utterance: number, count: number): Promise<void> {
    const end = this.nextSeq + count;
    while (this.nextSeq < end) {
      const consumed = this.credits.at(-1)?.consumed_seq ?? -1;
      const allowed = Math.min(consumed + this.#window + 1, end) - this.nextSeq;
      if (allowed > 0) this.audio(utterance, allowed);
      else await new Promise<void>((resolve) => this.#onCredit = resolve);
    }
  }

  /** A whole utterance of `count` frames, marked at its end. */
  async speak(utterance: number, count: number, mark = "end"): Promise<void> {
    await this.begin(utterance);
    await this.audioWithinCredit(utterance, count);
    await this.control({ kind: "mark", utterance, name: mark });
    await this.control({ kind: "utterance_end", utterance });
  }

  begin(utterance: number, fields: Record<string, unknown> = {}): Promise<ControlReply> {
    const known = { kind: "utterance_begin", utterance, role: "reply", turn: 1 };
    return this.control({ ...known, interruptible: true, ...fields });
  }

  /** Sends a request that stands behind the audio published so far. */
  async control(fields: Record<string, unknown>): Promise<ControlReply> {
    const request = {
      epoch: this.epoch,
      control_seq: ++this.#controls,
      after_seq: this.nextSeq - 1,
      ...fields,
    };
    const subject = callSubject(this.call, "tx.control");
    const result = await this.bus.request(subject, encodeJson(request), {
      timeoutMs: CONTROL_TIMEOUT_MS,
    });
    if (!result.ok) throw new Error(`Cannot send ${fields.kind}: ${result.reason}`);
    const reply = decodeJson(controlReply, result.data);
    if (!reply.ok) throw new Error(reply.problem);
    return reply.value;
  }

  /** Asks for the events after number `event`. */
  sync(event: number): void {
    this.publish("tx.control", { kind: "sync", seq: this.nextSeq - 1, event });
  }
}
