import { decodeAudio } from "shared/bus/audio_codec.ts";
import { encodeJson } from "shared/bus/codec.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import type { Speech } from "shared/bus/messages.ts";
import { callSubject } from "shared/bus/subjects.ts";
import { FRAME_BYTES, FRAME_MS } from "shared/media/frame.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LossyBus } from "shared/testing/lossy_bus.ts";
import { RxLine } from "../rx/rx_line.ts";

const CALL = "CA1";

/** One frame as a recognizer gets it. */
export interface GotFrame {
  readonly epoch: number;
  readonly seq: number;
  readonly streamMs: number;
  readonly loudness: number;
  /** The first byte: the caller counts frames. */
  readonly byte: number;
}

/** One call's line from the caller to the bus, and the bus as a recognizer sees it. */
export class RxRig {
  readonly clock = new FakeClock(1_000);
  readonly bus = new MemoryBus({ clock: this.clock });
  /** The edge's connection. */
  readonly edgeBus = new LossyBus(this.bus, this.clock);
  readonly line: RxLine;
  readonly got: GotFrame[] = [];
  /** Frames per message. */
  readonly messages: number[] = [];
  readonly speech: Speech[] = [];
  /** Kav's own, from now on. */
  loudness = 0;
  dropped = 0;
  unsent = 0;
  /** The next frame's. */
  seq = 0;
  streamMs = 0;

  constructor(replayFrames = 500) {
    this.bus.subscribe(callSubject(CALL, "rx.audio"), ({ data }) => this.#onAudio(data));
    this.line = new RxLine({
      call: CALL,
      bus: this.edgeBus,
      clock: this.clock,
      startSequenceNumber: 1,
      queueFrames: 200,
      replayFrames,
      loudness: () => this.loudness,
      events: {
        speech: (event) => this.speech.push(event),
        callerFramesDropped: (frames) => this.dropped += frames,
        framesUnsent: (frames) => this.unsent += frames,
        sequenceGap: () => {},
        timestampJump: () => {},
        badMessage: (subject, problem) => {
          throw new Error(`${subject}: ${problem}`);
        },
      },
    });
  }

  /** The caller's frames come, all at this moment. */
  async frames(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const payload = new Uint8Array(FRAME_BYTES).fill(this.seq++);
      this.line.media({
        event: "media",
        sequenceNumber: this.seq + 1,
        streamSid: "MZ1",
        track: "inbound",
        chunk: this.seq,
        timestampMs: this.streamMs,
        payload,
      });
      this.streamMs += FRAME_MS;
    }
    await this.clock.advance(0);
  }

  async assign(epoch: number): Promise<void> {
    this.line.assign(epoch);
    await this.clock.advance(0);
  }

  /** A recognizer's ack. */
  async ack(epoch: number, written_seq: number, covered_seq = -1, q = 1): Promise<void> {
    await this.#tell("ack", { epoch, written_seq, covered_seq, q, drops: 0, write_ms: 0 });
  }

  /** A recognizer's result. */
  async result(kind: "final" | "rejected", epoch: number, to_seq: number): Promise<void> {
    const range = { speech: 1, from_seq: 0, to_seq, onset_ms: 0, last_voiced_ms: 0 };
    const more = kind === "final" ? { text: `through ${to_seq}`, promoted: false } : {};
    await this.#tell("speech", { epoch, kind, ...range, ...more });
  }

  /** What the recognizer of that epoch has got. */
  seqs(epoch: number): number[] {
    return this.got.filter((frame) => frame.epoch === epoch).map(({ seq }) => seq);
  }

  async #tell(channel: "ack" | "speech", message: Record<string, unknown>): Promise<void> {
    this.bus.publish(callSubject(CALL, channel), encodeJson(message));
    await this.clock.advance(0);
  }

  #onAudio(data: Uint8Array): void {
    const decoded = decodeAudio(data);
    if (!decoded.ok) throw new Error(decoded.reason);
    const { epoch, seq, streamMs, loudness, payload } = decoded.message;
    const count = payload.length / FRAME_BYTES;
    this.messages.push(count);
    for (let i = 0; i < count; i++) {
      this.got.push({
        epoch,
        seq: seq + i,
        streamMs: streamMs + i * FRAME_MS,
        loudness,
        byte: payload[i * FRAME_BYTES]!,
      });
    }
  }
}

/** The numbers from `from` through `through`. */
export function range(from: number, through: number): number[] {
  return Array.from({ length: through - from + 1 }, (_, i) => from + i);
}
