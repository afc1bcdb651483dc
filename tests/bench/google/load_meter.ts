/** What the server of the bench has received. */
import { FRAME_BYTES } from "shared/media/frame.ts";
import { LatencyHistogram } from "./latency_histogram.ts";
import { stampAt } from "./stamp.ts";

export interface LoadReport {
  /** Streams whose config has come. */
  readonly streams: number;
  /** Of these, those that got audio. */
  readonly fedStreams: number;
  /** Connections that carry streams. */
  readonly connections: number;
  readonly mostOnOneConnection: number;
  readonly messages: number;
  /** Of all calls; those that came twice count once. */
  readonly frames: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One stream, as its handler tells. */
export interface MeteredStream {
  configured(): void;
  /** One message's audio: whole frames. */
  received(audio: Uint8Array, nowMs: number): void;
}

export class LoadMeter {
  readonly #latencies = new LatencyHistogram();
  readonly #streamsByPeer = new Map<string, number>();
  /** The newest frame of each call. */
  readonly #newest = new Map<number, number>();
  #streams = 0;
  #fedStreams = 0;
  #messages = 0;
  #frames = 0;

  /** @param peer its connection. */
  stream(peer: string): MeteredStream {
    let isFed = false;
    return {
      configured: () => {
        this.#streams++;
        this.#streamsByPeer.set(peer, (this.#streamsByPeer.get(peer) ?? 0) + 1);
      },
      received: (audio, nowMs) => {
        if (!isFed) this.#fedStreams++;
        isFed = true;
        this.#take(audio, nowMs);
      },
    };
  }

  report(): LoadReport {
    return {
      streams: this.#streams,
      fedStreams: this.#fedStreams,
      connections: this.#streamsByPeer.size,
      mostOnOneConnection: Math.max(0, ...this.#streamsByPeer.values()),
      messages: this.#messages,
      frames: this.#frames,
      p50Ms: this.#latencies.percentile(0.5),
      p99Ms: this.#latencies.percentile(0.99),
    };
  }

  #take(audio: Uint8Array, nowMs: number): void {
    this.#messages++;
    const frames = audio.length / FRAME_BYTES;
    for (let index = 0; index < frames; index++) {
      const { call, seq, writtenMs } = stampAt(audio, index);
      if (index === frames - 1) this.#latencies.add(nowMs - writtenMs);
      if (seq <= (this.#newest.get(call) ?? -1)) continue;
      this.#newest.set(call, seq);
      this.#frames++;
    }
  }
}
