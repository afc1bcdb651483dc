/** What goes wrong, and when: written by a test, read by the services. */
import { RpcError } from "./rpc_error.ts";

/** After so many frames of audio of this stream; 0: at its config. */
export type StreamFault =
  & { readonly atFrame: number }
  & (
    | { readonly do: "error"; readonly code: number; readonly message?: string }
    /** The stream ends without an error. */
    | { readonly do: "end" }
    /** The HTTP/2 stream breaks. */
    | { readonly do: "rst" }
    /** It answers nothing any more, and stays so after `comeBack()`. */
    | { readonly do: "hang" }
  );

interface UnaryFault {
  /** Unset: it is only late. */
  readonly code?: number;
  readonly message?: string;
  readonly delayMs?: number;
}

interface CallFault {
  readonly code: number;
  readonly message?: string;
}

export interface Faults {
  /** One each for the streams opened next, in order. */
  nextStreams(...faults: StreamFault[]): void;
  /** One each for the next requests to `recognize` and `synthesizeSpeech`; not for probes. */
  nextUnary(...faults: UnaryFault[]): void;
  /** Everything that is asked from now on fails so, probes as well. */
  always: CallFault | undefined;
  /** Added to everything that is sent; default 0. */
  replyDelayMs: number;
}

/** The faults to come, in order. */
export class FaultScript implements Faults {
  always: CallFault | undefined;
  replyDelayMs = 0;
  readonly #streams: StreamFault[] = [];
  readonly #unary: UnaryFault[] = [];

  nextStreams(...faults: StreamFault[]): void {
    this.#streams.push(...faults);
  }

  nextUnary(...faults: UnaryFault[]): void {
    this.#unary.push(...faults);
  }

  takeStream(): StreamFault | undefined {
    return this.#streams.shift();
  }

  takeUnary(): UnaryFault | undefined {
    return this.#unary.shift();
  }
}

export function problemOf({ code, message }: CallFault): RpcError {
  return new RpcError(code, message ?? "A fault of the emulator's script.");
}
