import type { Bus } from "shared/bus/bus.ts";
import { decodeJson, encodeJson } from "shared/bus/codec.ts";
import { controlReply, type TxRequest } from "shared/bus/messages.ts";
import { callSubject } from "shared/bus/subjects.ts";
import type { Clock } from "shared/clock/clock.ts";

/** Without a reply for so long, a request is sent again. */
const REPEAT_MS = 200;

type WithoutHeader<T> = T extends unknown ? Omit<T, "epoch" | "control_seq"> : never;

/** A request to the edge as its sender sees it. */
export type ControlRequest = WithoutHeader<TxRequest>;

/** What became of it. `stopped`: the call ended here before the edge had replied. */
export type ControlOutcome = "applied" | "stale_epoch" | "ended" | "stopped";

export interface ControlSenderOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly call: string;
  readonly epoch: number;
  /** The edge lives. */
  readonly onReply: (outcome: ControlOutcome) => void;
  readonly onBadReply: (problem: string) => void;
}

/**
 * Sends requests to the edge, each repeated until it has replied. They leave in the order of `request`; any number
 * may be outstanding, so that one lost reply holds up none behind it.
 */
export class ControlSender {
  readonly #options: ControlSenderOptions;
  readonly #stop = new AbortController();
  #lastControlSeq = 0;

  constructor(options: ControlSenderOptions) {
    this.#options = options;
  }

  async request(request: ControlRequest): Promise<ControlOutcome> {
    const { call, epoch, clock, onReply } = this.#options;
    const control_seq = ++this.#lastControlSeq;
    const bytes = encodeJson({ ...request, epoch, control_seq });
    const subject = callSubject(call, "tx.control");
    while (!this.#stop.signal.aborted) {
      const repeatMs = clock.now() + REPEAT_MS;
      const outcome = await this.#ask(subject, bytes, control_seq);
      if (this.#stop.signal.aborted) break;
      if (outcome) {
        onReply(outcome);
        return outcome;
      }
      await clock.sleepUntil(repeatMs, this.#stop.signal);
    }
    return "stopped";
  }

  /** Nothing is repeated any more. */
  stop(): void {
    this.#stop.abort();
  }

  async #ask(
    subject: string,
    bytes: Uint8Array,
    controlSeq: number,
  ): Promise<ControlOutcome | undefined> {
    const { bus, onBadReply } = this.#options;
    const result = await bus.request(subject, bytes, { timeoutMs: REPEAT_MS });
    if (!result.ok) return undefined;
    const reply = decodeJson(controlReply, result.data);
    if (!reply.ok) {
      onBadReply(reply.problem);
      return undefined;
    }
    if (reply.value.control_seq !== controlSeq) {
      onBadReply("control_seq: of another request");
      return undefined;
    }
    return reply.value.ok ? "applied" : reply.value.reason;
  }
}
