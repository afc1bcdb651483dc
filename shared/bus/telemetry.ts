import type { TxControl } from "./messages.ts";

/** What goes out on `kav.telemetry.{kind}.{call}`: JSON, once a second per call; `latency` once per turn. */
export interface TxTelemetry {
  readonly call: string;
  /** Paced frames per second; null below 40 gaps. */
  readonly fps: number | null;
  readonly q: number;
  readonly drops: number;
  readonly late_p99_ms: number;
  readonly resyncs: number;
  readonly underruns: number;
  readonly catch_ups: number;
  readonly lost: number;
  readonly unconfirmed: number;
  readonly stalls: number;
}

export interface RxTelemetry {
  readonly call: string;
  readonly fps_in: number;
  readonly q: number;
  readonly drops: number;
  readonly write_ms: number;
}

export interface LatencyTelemetry {
  readonly call: string;
  readonly turn: number;
  readonly stt_partial_ms: number | null;
  readonly stt_final_ms: number | null;
  readonly llm_ms: number | null;
  readonly tts_ms: number | null;
  readonly total_ms: number | null;
}

export type GreetingSourceName = NonNullable<
  Extract<TxControl, { kind: "utterance_begin" }>["greeting_source"]
>;

export interface CallTelemetry {
  readonly call: string;
  readonly event:
    | "partial"
    | "final"
    | "rejected"
    | "greeting"
    | "greeting_end"
    | "cleared"
    | "barge_in"
    | "ended";
  /** Of `greeting`: Twilio's `start` to the greeting's first frame, and where it was found. */
  readonly greeting_ms?: number;
  readonly greeting_source?: GreetingSourceName;
  /** Of `barge_in`: onset of the caller's speech to the last frame sent. */
  readonly barge_in_ms?: number;
  /** Of `barge_in`: the turn that was silenced. */
  readonly turn?: number;
  readonly chars?: number;
  readonly text?: string;
  readonly reason?: string;
}
