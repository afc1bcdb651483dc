/** What stands before every request: who may ask, what goes wrong, how late the answer is. */
import type { Metadata } from "@grpc/grpc-js";
import type { Authorization } from "./authorization.ts";
import { type FaultScript, problemOf } from "./faults.ts";
import type { ReplyGate } from "./reply_queue.ts";
import type { RpcError } from "./rpc_error.ts";

export interface EmulatedRequest {
  readonly method: "recognize" | "synthesizeSpeech" | "streamingSynthesize" | "listVoices";
  /** As proto-loader decodes it; of streamingSynthesize each message. */
  readonly request: unknown;
}

export class Reception {
  readonly requests: EmulatedRequest[] = [];
  readonly #authorization: Authorization;
  readonly #faults: FaultScript;
  readonly #gate: ReplyGate;

  constructor(authorization: Authorization, faults: FaultScript, gate: ReplyGate) {
    this.#authorization = authorization;
    this.#faults = faults;
    this.#gate = gate;
  }

  /** Why a call is refused, whatever it asks for. */
  problem(metadata: Metadata): RpcError | undefined {
    const refused = this.#authorization.problem(metadata.get("authorization")[0]?.toString());
    if (refused) return refused;
    return this.#faults.always && problemOf(this.#faults.always);
  }

  /**
   * Resolves when the request just come may be answered: never while the emulator hangs.
   *
   * @param workMs how long the answer takes when all is well.
   * @throws {RpcError} what it is answered instead.
   */
  async admit(
    method: EmulatedRequest["method"],
    request: unknown,
    metadata: Metadata,
    workMs = 0,
  ): Promise<void> {
    this.requests.push({ method, request });
    const refused = this.problem(metadata);
    const fault = refused || !mayFail(method, request) ? undefined : this.#faults.takeUnary();
    const queue = this.#gate.openQueue();
    await new Promise<void>((resolve) =>
      queue.send(resolve, refused ? 0 : (fault?.delayMs ?? 0) + workMs)
    );
    queue.close();
    if (refused) throw refused;
    if (fault?.code !== undefined) throw problemOf({ ...fault, code: fault.code });
  }
}

/** Whether a scripted fault of a unary request may hit it: probes go free. */
function mayFail(method: EmulatedRequest["method"], request: unknown): boolean {
  if (method === "synthesizeSpeech") return true;
  if (method !== "recognize") return false;
  return ((request as { audio?: { content?: Uint8Array } }).audio?.content?.length ?? 0) > 0;
}
