import { encodeAudio } from "shared/bus/audio_codec.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { type ControlReply, controlReply, type Credit, credit } from "shared/bus/messages.ts";
import { callSubject } from "shared/bus/subjects.ts";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { PacingClock } from "../tx/pacing_clock.ts";
import { TxLine, type TxLineOptions } from "../tx/tx_line.ts";
import { TxWriter } from "../tx/writer.ts";
import { OutboundEncoder } from "../twilio/outbound.ts";
import { FarSide } from "./far_side.ts";

export const CALL = "CAtest";
export const EPOCH = 7;

/** A tx line on a fake clock, with a producer on its bus and Twilio at its socket. */
export class TxBench implements AsyncDisposable {
  readonly clock = new FakeClock(1_000);
  readonly bus = new MemoryBus({ clock: this.clock });
  readonly farSide = new FarSide(this.clock);
  readonly credits: Credit[] = [];
  /** What the line told, as short texts. */
  readonly told: string[] = [];
  readonly line: TxLine;
  readonly #pacing = new PacingClock(this.clock);
  #controls = 0;

  constructor(
    options: Partial<Pick<TxLineOptions, "queueFrames" | "sendBound" | "leadFrames">> = {},
  ) {
    this.bus.subscribe(callSubject(CALL, "credit"), ({ data }) => {
      const decoded = decodeJson(credit, data);
      if (!decoded.ok) throw new Error(decoded.problem);
      this.credits.push(decoded.value);
    });
    const tell = (what: string) => (...values: unknown[]) => {
      this.told.push([what, ...values].join(" "));
    };
    this.line = new TxLine({
      call: CALL,
      bus: this.bus,
      clock: this.clock,
      pacing: this.#pacing,
      writer: new TxWriter(this.farSide, new OutboundEncoder("MZtest")),
      queueFrames: 120,
      sendBound: 144,
      leadFrames: 2,
      streamMs: () => Math.round(this.clock.now()),
      ...options,
      events: {
        began: (begin) => tell("began")(begin.utterance),
        markPlayed: tell("played"),
        markCleared: tell("cleared"),
        finished: (finish) => tell("finished")(finish.kind),
        firstFrameSent: (utterance) => tell("first")(utterance),
        silenced: () => {},
        bargedIn: tell("barged in"),
        framesDropped: () => {},
        framesLost: () => {},
        badMessage: tell("bad"),
        eventsMissed: tell("missed"),
        stalled: () => tell("stalled")(),
        failed: tell("failed"),
      },
    });
    this.farSide.onEcho = (name) => this.line.echoed(name);
    this.line.takeOver(EPOCH);
  }

  get lastCredit(): Credit {
    return this.credits.at(-1)!;
  }

  /** Publishes `count` frames; the first byte of each is its seq modulo 251, never silence. */
  audio(utterance: number, seq: number, count: number, epoch = EPOCH): void {
    const payload = new Uint8Array(count * FRAME_BYTES);
    for (let i = 0; i < count; i++) {
      payload.fill(frameByte(seq + i), i * FRAME_BYTES, (i + 1) * FRAME_BYTES);
    }
    const bytes = encodeAudio({ kind: "tx", epoch, utterance, seq, streamMs: 0, payload });
    this.bus.publish(callSubject(CALL, "tx.audio"), bytes);
  }

  /** Publishes frames as a producer does that keeps to its window. */
  async produce(utterance: number, from: number, count: number, window = 9): Promise<void> {
    let next = from;
    await this.clock.advance(0);
    for (let ms = 0; next < from + count && ms < 60_000; ms += 10) {
      const allowed = Math.min(this.lastCredit.consumed_seq + window + 1, from + count);
      if (allowed > next) this.audio(utterance, next, allowed - next);
      next = Math.max(next, allowed);
      await this.clock.advance(10);
    }
  }

  /** Looks after the line for so many seconds, as the edge does. */
  async watch(seconds: number): Promise<void> {
    for (let i = 0; i < seconds * 4; i++) {
      await this.clock.advance(250);
      this.line.watch();
    }
  }

  /** Sends a request, as a producer does. */
  async control(fields: Record<string, unknown>): Promise<ControlReply> {
    const request = { epoch: EPOCH, control_seq: ++this.#controls, after_seq: -1, ...fields };
    const result = await this.bus.request(callSubject(CALL, "tx.control"), encodeJson(request), {
      timeoutMs: 200,
    });
    if (!result.ok) throw new Error(result.reason);
    const reply = decodeJson(controlReply, result.data);
    if (!reply.ok) throw new Error(reply.problem);
    return reply.value;
  }

  sync(seq: number): void {
    const message = encodeJson({ kind: "sync", epoch: EPOCH, seq });
    this.bus.publish(callSubject(CALL, "tx.control"), message);
  }

  begin(utterance: number, afterSeq = -1): Promise<ControlReply> {
    return this.control({
      kind: "utterance_begin",
      utterance,
      after_seq: afterSeq,
      role: "reply",
      turn: 1,
      interruptible: true,
    });
  }

  end(utterance: number, afterSeq: number): Promise<ControlReply> {
    return this.control({ kind: "utterance_end", utterance, after_seq: afterSeq });
  }

  mark(utterance: number, name: string, afterSeq: number): Promise<ControlReply> {
    return this.control({ kind: "mark", utterance, name, after_seq: afterSeq });
  }

  clear(through: number): Promise<ControlReply> {
    return this.control({ kind: "clear", through });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.line.close();
    this.farSide.close();
    await this.#pacing.stop();
    await this.bus.close();
  }
}

/** The byte that fills frame `seq`. */
export function frameByte(seq: number): number {
  return seq % 251;
}

/** The bytes that fill `count` frames from `seq` on. */
export function frameBytes(seq: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => frameByte(seq + i));
}
