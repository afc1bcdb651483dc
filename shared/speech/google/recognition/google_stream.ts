import type { EngineFailure } from "shared/speech/engine_failure.ts";
import { googleFailure, SPEECH_TO_TEXT } from "../google_failure.ts";
import type { SpeechStream, StreamHandlers } from "./speech_api.ts";
import {
  type RecognizeAnswer,
  type StreamingRecognitionConfig,
  streamResponse,
} from "./speech_request.ts";

/** What we need of the stream that Google's client gives. */
export interface RawStream {
  on(event: "data", listener: (answer: RecognizeAnswer) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "end" | "close", listener: () => void): unknown;
  write(request: StreamRequest, taken?: () => void): boolean;
  end(): void;
  cancel(): void;
}

type StreamRequest =
  | { readonly streamingConfig: StreamingRecognitionConfig }
  | { readonly audioContent: Uint8Array };

/** One streamingRecognize: whatever the raw stream does, and in whatever order, there is one end, and nothing after it. */
export class GoogleStream implements SpeechStream {
  readonly #raw: RawStream;
  readonly #handlers: StreamHandlers;
  readonly #onOver: (stream: GoogleStream) => void;
  readonly #taken = () => void this.#pendingWrites--;
  #pendingWrites = 0;
  #isFinished = false;
  #isOver = false;
  #isCancelled = false;

  /** @param onOver called before the end is told. */
  constructor(
    raw: RawStream,
    config: StreamingRecognitionConfig,
    handlers: StreamHandlers,
    onOver: (stream: GoogleStream) => void,
  ) {
    this.#raw = raw;
    this.#handlers = handlers;
    this.#onOver = onOver;
    // Errors go on coming after a cancel, and with no listener they would end the process.
    raw.on("error", (error) => this.#end(googleFailure(SPEECH_TO_TEXT, error)));
    raw.on("data", (answer) => this.#answer(answer));
    raw.on("end", () => this.#end(undefined));
    raw.on("close", () => this.#end(undefined));
    this.#write({ streamingConfig: config });
  }

  get pendingWrites(): number {
    return this.#isOver ? 0 : this.#pendingWrites;
  }

  write(audio: Uint8Array): void {
    if (this.#isOver || this.#isFinished || audio.length === 0) return;
    this.#write({ audioContent: audio });
  }

  finish(): void {
    if (this.#isOver || this.#isFinished) return;
    this.#isFinished = true;
    this.#raw.end();
  }

  cancel(): void {
    this.#isCancelled = true;
    if (this.#isOver) return;
    this.#close();
    this.#raw.cancel();
  }

  /** Like `cancel`, but the end is told. */
  fail(failure: EngineFailure): void {
    if (this.#isOver) return;
    this.#end(failure);
    this.#raw.cancel();
  }

  #write(request: StreamRequest): void {
    this.#pendingWrites++;
    this.#raw.write(request, this.#taken);
  }

  #answer(answer: RecognizeAnswer): void {
    if (this.#isOver) return;
    const { error } = answer;
    if (error?.code) {
      this.fail(googleFailure(SPEECH_TO_TEXT, error));
    } else {
      this.#handlers.onResponse(streamResponse(answer));
    }
  }

  #end(failure: EngineFailure | undefined): void {
    if (this.#isOver) return;
    this.#close();
    // Never from inside a call of the one that is told.
    queueMicrotask(() => {
      if (!this.#isCancelled) this.#handlers.onEnd(failure);
    });
  }

  #close(): void {
    this.#isOver = true;
    this.#onOver(this);
  }
}
