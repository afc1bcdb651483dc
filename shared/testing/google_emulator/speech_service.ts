/** Google Speech-to-Text v1, emulated: handlers for grpc-js. */
import {
  type sendUnaryData,
  type ServerUnaryCall,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { type EmulatedStream, StreamRecord } from "./emulated_stream.ts";
import type { FaultScript } from "./faults.ts";
import { hearWhole } from "./hear_whole.ts";
import type { Reception } from "./reception.ts";
import { configProblem, type RecognitionConfigMessage } from "./recognition_config.ts";
import type { ReplyGate } from "./reply_queue.ts";
import { RpcError } from "./rpc_error.ts";
import type { SpeechResult } from "./speech_response.ts";
import { type SpeechCall, SpeechStream, type StreamRules } from "./speech_stream.ts";

interface SpeechSurroundings {
  readonly reception: Reception;
  readonly faults: FaultScript;
  readonly gate: ReplyGate;
}

interface RecognizeMessage {
  readonly config: RecognitionConfigMessage | null;
  readonly audio: { readonly content?: Uint8Array } | null;
}

interface RecognizeResponse {
  readonly results: readonly SpeechResult[];
}

export class SpeechService {
  readonly #rules: StreamRules;
  readonly #around: SpeechSurroundings;
  readonly #streams: StreamRecord[] = [];
  #openStreams = 0;
  #mostOpenStreams = 0;

  constructor(rules: StreamRules, around: SpeechSurroundings) {
    this.#rules = rules;
    this.#around = around;
  }

  get streams(): readonly EmulatedStream[] {
    return this.#streams;
  }

  get openStreams(): number {
    return this.#openStreams;
  }

  get mostOpenStreams(): number {
    return this.#mostOpenStreams;
  }

  /** For `Server.addService`, with `Speech.service` of the .proto file. */
  handlers(): UntypedServiceImplementation {
    return {
      streamingRecognize: (call: SpeechCall) => this.#stream(call),
      recognize: (
        call: ServerUnaryCall<RecognizeMessage, RecognizeResponse>,
        reply: sendUnaryData<RecognizeResponse>,
      ) => {
        this.#recognize(call).then((response) => reply(null, response), reply);
      },
    };
  }

  #stream(call: SpeechCall): void {
    const { reception, faults, gate } = this.#around;
    const record = new StreamRecord(gate.clock.now(), () => this.#openStreams--);
    this.#streams.push(record);
    this.#openStreams++;
    this.#mostOpenStreams = Math.max(this.#mostOpenStreams, this.#openStreams);
    const problem = reception.problem(call.metadata);
    const fault = problem ? undefined : faults.takeStream();
    const stream = new SpeechStream(call, record, this.#rules, gate, fault);
    if (problem) stream.fail(problem);
  }

  async #recognize(
    { request, metadata }: ServerUnaryCall<RecognizeMessage, RecognizeResponse>,
  ): Promise<RecognizeResponse> {
    const { lexicon, languages, finalAfterMs } = this.#rules;
    const audio = request.audio?.content;
    const problem = audio?.length
      ? configProblem(request.config, languages)
      : "RecognitionAudio not set.";
    await this.#around.reception.admit("recognize", request, metadata, problem ? 0 : finalAfterMs);
    if (problem || !audio) throw new RpcError(status.INVALID_ARGUMENT, problem ?? "");
    return { results: hearWhole(audio, lexicon, finalAfterMs) };
  }
}
