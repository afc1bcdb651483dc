import type { Bus } from "shared/bus/bus.ts";
import { encodeJson } from "shared/bus/codec.ts";
import { type TelemetryKind, telemetrySubject } from "shared/bus/subjects.ts";
import type {
  CallTelemetry,
  LatencyTelemetry,
  RxTelemetry,
  TxTelemetry,
} from "shared/bus/telemetry.ts";
import { callLine, latencyLine, rxLine, txLine } from "./lines.ts";

/** Says everything twice: as a line for people, and as JSON on `kav.telemetry.>`. */
export class TelemetryDesk {
  readonly #bus: Bus;
  readonly #print: (line: string) => void;

  constructor(bus: Bus, print: (line: string) => void) {
    this.#bus = bus;
    this.#print = print;
  }

  tx(report: TxTelemetry): void {
    this.#say("tx", report, txLine(report));
  }

  rx(report: RxTelemetry): void {
    this.#say("rx", report, rxLine(report));
  }

  latency(report: LatencyTelemetry): void {
    this.#say("latency", report, latencyLine(report));
  }

  call(event: CallTelemetry): void {
    this.#say("call", event, callLine(event));
  }

  #say(kind: TelemetryKind, report: { readonly call: string }, line: string | undefined): void {
    if (line !== undefined) this.#print(line);
    this.#bus.publish(telemetrySubject(kind, report.call), encodeJson(report));
  }
}
