import type { Clock } from "shared/clock/clock.ts";
import type { EdgeMetrics } from "./edge_metrics.ts";
import type { RxLine } from "./rx/rx_line.ts";
import type { TelemetryDesk } from "./telemetry/telemetry_desk.ts";
import type { TxLine } from "./tx/tx_line.ts";
import type { TxReport } from "./tx/tx_stats.ts";

const PERIOD_MS = 1_000;

export interface CallMeterOptions {
  readonly call: string;
  readonly clock: Clock;
  readonly metrics: EdgeMetrics;
  readonly telemetry: TelemetryDesk;
  readonly rx: RxLine;
  readonly tx: TxLine;
}

/** What is counted of one call's frames: once a second for people, and for the metrics. */
export class CallMeter {
  readonly #options: CallMeterOptions;
  #dueMs: number;
  #framesCounted = 0;

  constructor(options: CallMeterOptions) {
    this.#options = options;
    this.#dueMs = options.clock.now() + PERIOD_MS;
  }

  /** To be called a few times a second. */
  watch(): void {
    if (this.#options.clock.now() < this.#dueMs) return;
    this.#dueMs += PERIOD_MS;
    this.#report();
  }

  /** Adds what was counted since the last time to the metrics. */
  count(): TxReport {
    const { metrics, rx, tx } = this.#options;
    metrics.rxFrames.inc(rx.framesRead - this.#framesCounted);
    this.#framesCounted = rx.framesRead;
    for (const lateMs of tx.stats.latenessMs) metrics.txLateness.observe(lateMs / 1000);
    const report = tx.stats.take();
    metrics.txFrames.inc(report.frames);
    metrics.txResyncs.inc(report.resyncs);
    metrics.txCatchUps.inc(report.catchUps);
    metrics.txUnderruns.inc(report.underruns);
    return report;
  }

  /** The lines of design §7, the metrics, a credit that makes lost ones good. */
  #report(): void {
    const { call, telemetry, rx, tx } = this.#options;
    const { fps, drops, lateP99Ms, resyncs, underruns, catchUps, lost, stalls } = this.count();
    telemetry.tx({
      call,
      fps,
      q: tx.q,
      drops,
      late_p99_ms: lateP99Ms,
      resyncs,
      underruns,
      catch_ups: catchUps,
      lost,
      unconfirmed: tx.unconfirmed,
      stalls,
    });
    telemetry.rx(rx.report());
    tx.refreshCredit();
  }
}
