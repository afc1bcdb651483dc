import type {
  CallTelemetry,
  LatencyTelemetry,
  RxTelemetry,
  TxTelemetry,
} from "shared/bus/telemetry.ts";

/** The lines of design §7, for people and for `grep`. */
export function txLine(tx: TxTelemetry): string {
  return `[TX] fps=${tx.fps ?? "-"} q=${tx.q} drops=${tx.drops} late_p99=${
    tx.late_p99_ms.toFixed(1)
  }ms ` +
    `resyncs=${tx.resyncs} underruns=${tx.underruns} call=${tx.call}`;
}

export function rxLine(rx: RxTelemetry): string {
  return `[RX] fps_in=${rx.fps_in} q=${rx.q} drops=${rx.drops} write_ms=${
    rx.write_ms.toFixed(1)
  } ` +
    `call=${rx.call}`;
}

export function latencyLine(latency: LatencyTelemetry): string {
  return `[LATENCY] turn=${latency.turn} stt_partial=${ms(latency.stt_partial_ms)} ` +
    `stt_final=${ms(latency.stt_final_ms)} llm=${ms(latency.llm_ms)} tts=${ms(latency.tts_ms)} ` +
    `total=${ms(latency.total_ms)} call=${latency.call}`;
}

/** Undefined for events that have no line. */
export function callLine(event: CallTelemetry): string | undefined {
  const text = event.text === undefined ? "" : ` text=${JSON.stringify(event.text)}`;
  switch (event.event) {
    case "partial":
      return `🟡 [PARTIAL] chars=${event.chars}${text} call=${event.call}`;
    case "final":
      return `✅ [FINAL] chars=${event.chars}${text} call=${event.call}`;
    case "rejected":
      return `❓ [REJECTED] call=${event.call}`;
    case "greeting":
      return event.greeting_ms === undefined
        ? undefined
        : `[GREETING] greeting_ms=${Math.round(event.greeting_ms)} ` +
          `greeting_source=${event.greeting_source} call=${event.call}`;
    case "greeting_end":
      return `[TX] greeting_end call=${event.call}`;
    case "barge_in":
      return event.barge_in_ms === undefined ? undefined : bargeInLine(event.barge_in_ms, event);
    default:
      return undefined;
  }
}

function bargeInLine(ms: number, { turn, call }: CallTelemetry): string {
  const ofTurn = turn === undefined ? "" : ` turn=${turn}`;
  return `[BARGE_IN] barge_in_ms=${Math.round(ms)}${ofTurn} call=${call}`;
}

function ms(value: number | null): string {
  return value === null ? "-" : `${Math.round(value)}ms`;
}
