import type { EngineFailure } from "shared/speech/engine_failure.ts";
import type {
  HearingConfig,
  SpeechConnection,
  SpeechConnections,
  SpeechStream,
  StreamConfig,
  StreamHandlers,
  StreamPlace,
  StreamResponse,
  StreamResult,
} from "shared/speech/google/recognition/speech_api.ts";

/** A stream that answers what it is told to, and keeps what it is given. */
export class ScriptedStream implements SpeechStream {
  readonly config: StreamConfig;
  readonly written: Uint8Array[] = [];
  pendingWrites = 0;
  state: "open" | "cancelled" | "ended" = "open";
  /** Whether the audio was finished by the client. */
  finished = false;
  /** Called for every write. */
  onAudio: ((audio: Uint8Array) => void) | undefined;
  readonly #handlers: StreamHandlers;

  constructor(config: StreamConfig, handlers: StreamHandlers) {
    this.config = config;
    this.#handlers = handlers;
  }

  get bytes(): number {
    return this.written.reduce((sum, { length }) => sum + length, 0);
  }

  write(audio: Uint8Array): void {
    if (this.state !== "open") return;
    this.written.push(audio);
    this.onAudio?.(audio);
  }

  finish(): void {
    this.finished = true;
  }

  cancel(): void {
    if (this.state === "open") this.state = "cancelled";
  }

  /** The other side says something; a stream that is over says nothing. */
  respond(response: Partial<StreamResponse>): void {
    if (this.state === "open") {
      this.#handlers.onResponse({ results: [], voice: undefined, ...response });
    }
  }

  interim(text: string, endMs: number): void {
    this.#result({ text, endMs, isFinal: false });
  }

  final(text: string, endMs: number): void {
    this.#result({ text, endMs, isFinal: true });
  }

  /** The other side ends it; undefined: without an error. */
  end(failure?: EngineFailure): void {
    if (this.state !== "open") return;
    this.state = "ended";
    this.#handlers.onEnd(failure);
  }

  #result(result: StreamResult): void {
    this.respond({ results: [result] });
  }
}

/** Connections without a network: what happens on them is for the test to say. */
export class ScriptedSpeech implements SpeechConnections, SpeechConnection {
  readonly streams: ScriptedStream[] = [];
  /** What was to be recognized as a whole. */
  readonly utterances: { readonly config: HearingConfig; readonly audio: Uint8Array }[] = [];
  /** Places that were not given back. */
  places = 0;
  checks = 0;
  /** What `acquire` waits for; a rejection is its failure. */
  onAcquire: () => Promise<void> = () => Promise.resolve();
  onStream: (stream: ScriptedStream) => void = () => {};
  onRecognize: (audio: Uint8Array) => Promise<string> = () => Promise.resolve("");
  onCheck: () => Promise<void> = () => Promise.resolve();

  /** The newest stream. @throws {Error} when there is none. */
  get last(): ScriptedStream {
    const last = this.streams.at(-1);
    if (!last) throw new Error("Cannot find a stream: one was opened, received none");
    return last;
  }

  get openStreams(): number {
    return this.streams.filter(({ state }) => state === "open").length;
  }

  async acquire(): Promise<StreamPlace> {
    await this.onAcquire();
    this.places++;
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      this.places--;
    };
    return { connection: this, release };
  }

  stream(config: StreamConfig, handlers: StreamHandlers): ScriptedStream {
    const stream = new ScriptedStream(config, handlers);
    this.streams.push(stream);
    this.onStream(stream);
    return stream;
  }

  recognize(config: HearingConfig, audio: Uint8Array): Promise<string> {
    this.utterances.push({ config, audio });
    return this.onRecognize(audio);
  }

  check(): Promise<void> {
    this.checks++;
    return this.onCheck();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
