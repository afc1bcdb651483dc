/** One streamingRecognize of the emulator. */
import { type ServerDuplexStream, status } from "@grpc/grpc-js";
import { constants, type Http2Stream } from "node:http2";
import { bytesToMs } from "shared/media/frame.ts";
import { Framer } from "shared/media/framer.ts";
import type { StreamRecord } from "./emulated_stream.ts";
import { problemOf, type StreamFault } from "./faults.ts";
import type { Lexicon } from "./lexicon.ts";
import { configProblem, type StreamingConfigMessage } from "./recognition_config.ts";
import type { ReplyGate, ReplyQueue } from "./reply_queue.ts";
import { RpcError } from "./rpc_error.ts";
import type { SpeechResponse } from "./speech_response.ts";
import { UtteranceTimer } from "./utterance_timer.ts";

export interface StreamRules {
  readonly lexicon: Lexicon;
  readonly languages: readonly string[];
  readonly partialAfterMs: number;
  readonly finalAfterMs: number;
  readonly streamLimitMs: number;
}

/** As proto-loader decodes it: one of both. */
interface StreamingRecognizeMessage {
  readonly streamingConfig?: StreamingConfigMessage | null;
  readonly audioContent?: Uint8Array | null;
}

export type SpeechCall = ServerDuplexStream<StreamingRecognizeMessage, SpeechResponse>;

export class SpeechStream {
  readonly #call: SpeechCall;
  readonly #record: StreamRecord;
  readonly #rules: StreamRules;
  readonly #gate: ReplyGate;
  readonly #replies: ReplyQueue;
  readonly #fault: StreamFault | undefined;
  readonly #framer = new Framer();
  #frames = 0;
  /** Undefined before the config has come. */
  #timer: UtteranceTimer | undefined;
  /** It has made up its mind how to end, and listens no more. */
  #isOver = false;

  constructor(
    call: SpeechCall,
    record: StreamRecord,
    rules: StreamRules,
    gate: ReplyGate,
    fault: StreamFault | undefined,
  ) {
    this.#call = call;
    this.#record = record;
    this.#rules = rules;
    this.#gate = gate;
    this.#fault = fault;
    this.#replies = gate.openQueue();
    call.on("data", (message: StreamingRecognizeMessage) => this.#take(message));
    call.on("end", () => this.#finish());
    call.on("cancelled", () => this.#cancelled());
  }

  /** Ends the stream as soon as answers go out. */
  fail(problem: RpcError): void {
    this.#over(() => {
      this.#record.end("server");
      this.#call.emit("error", problem);
    });
  }

  #take({ streamingConfig, audioContent }: StreamingRecognizeMessage): void {
    if (this.#record.ended !== "open") return;
    if (audioContent) this.#record.append(audioContent);
    if (this.#isOver) return;
    if (streamingConfig && !this.#timer) this.#configure(streamingConfig);
    else if (audioContent && this.#timer) this.#listen(audioContent, this.#timer);
    else this.fail(malordered(this.#timer ? "audio_content" : "streaming_config"));
  }

  #configure(config: StreamingConfigMessage): void {
    this.#record.config = config;
    const { languages, partialAfterMs, finalAfterMs } = this.#rules;
    const problem = configProblem(config.config, languages);
    if (problem) return this.fail(new RpcError(status.INVALID_ARGUMENT, problem));
    this.#timer = new UtteranceTimer(this.#gate.clock, {
      partialAfterMs,
      finalAfterMs,
      interimResults: config.interimResults,
      voiceEvents: config.enableVoiceActivityEvents,
    }, (response) => this.#replies.send(() => this.#call.write(response)));
    this.#strikeIfDue();
  }

  #listen(audio: Uint8Array, timer: UtteranceTimer): void {
    for (const frame of this.#framer.push(audio)) {
      timer.hear(this.#rules.lexicon.find(frame));
      this.#frames++;
      if (this.#strikeIfDue()) return;
    }
    const { streamLimitMs } = this.#rules;
    if (bytesToMs(this.#record.audioBytes) <= streamLimitMs) return;
    const limit = `${streamLimitMs / 1000} seconds`;
    const message = `Exceeded maximum allowed stream duration of ${limit}.`;
    this.fail(new RpcError(status.OUT_OF_RANGE, message));
  }

  /** @returns whether the fault of this stream has struck. */
  #strikeIfDue(): boolean {
    const fault = this.#fault;
    if (!fault || this.#frames < fault.atFrame) return false;
    if (fault.do === "error") this.fail(problemOf(fault));
    if (fault.do === "end") this.#over(() => this.#end("server"));
    if (fault.do === "rst") this.#reset();
    if (fault.do === "hang") {
      this.#over(() => {});
      this.#replies.hang();
    }
    return true;
  }

  /** The client has half-closed: it gets what is outstanding. */
  #finish(): void {
    // A stream that the client has broken off ends as well, before it is known to be cancelled.
    if (this.#isOver || transportOf(this.#call).closed) return;
    const end = () => this.#over(() => this.#end("client"));
    if (this.#timer) this.#timer.finish(end);
    else end();
  }

  #end(by: "client" | "server"): void {
    this.#record.end(by);
    this.#call.end();
  }

  #over(lastReply: () => void): void {
    this.#isOver = true;
    this.#timer?.stop();
    this.#replies.send(() => {
      this.#replies.close();
      lastReply();
    });
  }

  #reset(): void {
    this.#isOver = true;
    this.#timer?.stop();
    this.#replies.close();
    this.#record.end("server");
    transportOf(this.#call).close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  #cancelled(): void {
    this.#isOver = true;
    this.#timer?.stop();
    this.#replies.close();
    this.#record.end("cancelled");
  }
}

/** The HTTP/2 stream below a call: grpc-js keeps it to itself, and has no other way to break it. */
function transportOf(call: SpeechCall): Pick<Http2Stream, "closed" | "close"> {
  return (call as unknown as { call: { stream: Http2Stream } }).call.stream;
}

function malordered(expected: string): RpcError {
  return new RpcError(
    status.INVALID_ARGUMENT,
    `Malordered Data Received. Expected ${expected} none was set. ` +
      "Send exactly one config, followed by audio data.",
  );
}
