import { decodeAudio } from "shared/bus/audio_codec.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import type { FinalSpeech, Speech } from "shared/bus/messages.ts";
import { callSubject } from "shared/bus/subjects.ts";
import { FRAME_BYTES, FRAME_MS, silentFrame } from "shared/media/frame.ts";
import { LineLog } from "shared/runtime/line_log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LossyBus } from "shared/testing/lossy_bus.ts";
import { ScriptedVads } from "shared/testing/scripted_vad.ts";
import { SttCall } from "services/stt-service/stt_call.ts";
import { sttMetrics } from "services/stt-service/stt_metrics.ts";
import { SETTINGS, SHOP } from "services/stt-service/testing/stt_kit.ts";
import { RxLine } from "services/ws-edge/rx/rx_line.ts";
import { sampleOffer } from "shared/testing/sample_offer.ts";
import { wordFrame, WordRecognizer, type WordRecognizerOptions } from "./word_recognizer.ts";

const CALL = "CA1";

/** One recognizer of the call, on a connection of its own. */
export interface Taker {
  readonly epoch: number;
  readonly call: SttCall;
  readonly bus: LossyBus;
  readonly recognizer: WordRecognizer;
  readonly metrics: Metrics;
}

/** One call's edge, and the recognizers that take it one after the other; time moves by hand. */
export class FailoverRig {
  readonly clock = new FakeClock(1_000);
  readonly bus = new MemoryBus({ clock: this.clock });
  readonly line: RxLine;
  readonly takers: Taker[] = [];
  /** What the edge takes for said. */
  readonly speech: (Speech & { readonly atMs: number })[] = [];
  dropped = 0;
  /** The most frames that were ahead of a successor's last written frame. */
  maxAhead = 0;
  #frames = 0;

  constructor() {
    const { bus, clock } = this;
    bus.subscribe(callSubject(CALL, "rx.audio"), ({ data }) => this.#measure(data));
    this.line = new RxLine({
      call: CALL,
      bus,
      clock,
      startSequenceNumber: 1,
      queueFrames: 200,
      replayFrames: 500,
      loudness: () => 0,
      events: {
        speech: (event) => this.speech.push({ ...event, atMs: clock.now() }),
        callerFramesDropped: (frames) => this.dropped += frames,
        framesUnsent: () => {},
        sequenceGap: () => {},
        timestampJump: () => {},
        badMessage: (subject, problem) => {
          throw new Error(`${subject}: ${problem}`);
        },
      },
    });
  }

  /** Another recognizer takes the call. */
  async take(options: Omit<WordRecognizerOptions, "clock"> = {}): Promise<Taker> {
    const { clock } = this;
    const epoch = this.takers.length;
    const metrics = new Metrics();
    const recognizer = new WordRecognizer({ clock, ...options });
    const bus = new LossyBus(this.bus, clock);
    const log = new LineLog({ write: () => {}, clock });
    const vads = new ScriptedVads();
    const context = { bus, clock, recognizer, vads, settings: SETTINGS, log };
    const call = new SttCall(
      { ...context, metrics: sttMetrics(metrics) },
      sampleOffer({ call: CALL, epoch, heard: this.line.heard }),
      SHOP,
    );
    const taker = { epoch, call, bus, recognizer, metrics };
    this.takers.push(taker);
    call.start();
    this.line.assign(epoch);
    await clock.advance(0);
    return taker;
  }

  /** As kill -9 does: nothing comes from it any more. */
  kill(taker: Taker): void {
    taker.bus.setConnected(false);
    taker.call.end("killed");
  }

  /** The caller says words, each `framesEach` long. */
  async says(first: number, last: number, framesEach = 25): Promise<void> {
    for (let word = first; word <= last; word++) {
      for (let i = 0; i < framesEach; i++) await this.#frame(wordFrame(word));
    }
  }

  async silence(frames: number): Promise<void> {
    for (let i = 0; i < frames; i++) await this.#frame(silentFrame());
  }

  get finals(): (FinalSpeech & { readonly atMs: number })[] {
    return this.speech.flatMap((event) => event.kind === "final" ? [event] : []);
  }

  /** The words of all finals. */
  get said(): string {
    return this.finals.map(({ text }) => text).join(" ");
  }

  async close(): Promise<void> {
    for (const { call } of this.takers) call.end("done");
    this.line.close();
    await this.clock.advance(1_000);
  }

  async #frame(payload: Uint8Array<ArrayBuffer>): Promise<void> {
    const sequenceNumber = this.#frames + 2;
    const timestampMs = this.#frames++ * FRAME_MS;
    this.line.media({
      event: "media",
      sequenceNumber,
      streamSid: "MZ1",
      track: "inbound",
      chunk: this.#frames,
      timestampMs,
      payload,
    });
    await this.clock.advance(FRAME_MS);
  }

  #measure(data: Uint8Array): void {
    const decoded = decodeAudio(data);
    if (!decoded.ok) throw new Error(decoded.reason);
    const { epoch, seq, payload } = decoded.message;
    if (epoch === 0) return;
    const { written } = this.takers[epoch]!.recognizer;
    this.#firstSeqs[epoch] ??= seq;
    const writtenSeq = written.at(-1) ?? this.#firstSeqs[epoch] - 1;
    const lastSeq = seq + payload.length / FRAME_BYTES - 1;
    this.maxAhead = Math.max(this.maxAhead, lastSeq - writtenSeq);
  }

  readonly #firstSeqs: number[] = [];
}

/** `w{first}` to `w{last}`. */
export function words(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, i) => `w${first + i}`).join(" ");
}
