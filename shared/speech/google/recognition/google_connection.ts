import { type ChannelOptions, channelOptions } from "../google_channel.ts";
import { googleFailure, ownFailure, SPEECH_TO_TEXT } from "../google_failure.ts";
import type { GoogleCredentials, GoogleEndpoint } from "../google_options.ts";
import { GoogleStream, type RawStream } from "./google_stream.ts";
import type {
  HearingConfig,
  SpeechConnection,
  SpeechStream,
  StreamConfig,
  StreamHandlers,
} from "./speech_api.ts";
import {
  recognitionConfig,
  type RecognizeAnswer,
  streamingConfig,
  wholeText,
} from "./speech_request.ts";

const INVALID_ARGUMENT = 3;

/** What we need of Google's `SpeechClient`. */
interface SpeechClient {
  _streamingRecognize(): RawStream;
  recognize(
    request: { readonly config: unknown; readonly audio: unknown },
    options: { readonly timeout: number; readonly retry: null },
  ): Promise<[RecognizeAnswer, ...unknown[]]>;
  initialize(): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * What makes connections to one endpoint. The packages are loaded with the first of them, and tokens are shared.
 *
 * @throws {EngineFailure} (the function it returns) when the credentials or `endpoint.ca` cannot be used
 */
export function googleConnections(
  endpoint: GoogleEndpoint,
  credentials: GoogleCredentials,
): () => Promise<SpeechConnection> {
  let options: Promise<ChannelOptions> | undefined;
  return async () => {
    try {
      options ??= channelOptions(endpoint, credentials);
      const [{ v1 }, channel] = await Promise.all([import("@google-cloud/speech"), options]);
      const client = new v1.SpeechClient({ ...channel }) as unknown as SpeechClient;
      await client.initialize();
      return new GoogleConnection(client);
    } catch (error) {
      options = undefined;
      throw googleFailure(SPEECH_TO_TEXT, error);
    }
  };
}

/** One client of Google's: one connection, opened by the first request, and again by itself. */
class GoogleConnection implements SpeechConnection {
  readonly #client: SpeechClient;
  readonly #streams = new Set<GoogleStream>();
  #closed: Promise<void> | undefined;

  constructor(client: SpeechClient) {
    this.#client = client;
  }

  stream(config: StreamConfig, handlers: StreamHandlers): SpeechStream {
    if (this.#closed) return endedStream(handlers);
    const stream = new GoogleStream(
      this.#client._streamingRecognize(),
      streamingConfig(config),
      handlers,
      (stream) => this.#streams.delete(stream),
    );
    this.#streams.add(stream);
    return stream;
  }

  async recognize(config: HearingConfig, audio: Uint8Array, timeoutMs: number): Promise<string> {
    const request = { config: recognitionConfig(config), audio: { content: audio } };
    try {
      return wholeText(await this.#recognize(request, timeoutMs));
    } catch (error) {
      throw googleFailure(SPEECH_TO_TEXT, error);
    }
  }

  async check(timeoutMs: number): Promise<void> {
    try {
      // Nothing in it to be heard: refused, after who we are was looked at.
      await this.#recognize({ config: {}, audio: {} }, timeoutMs);
    } catch (error) {
      if ((error as { code?: unknown }).code === INVALID_ARGUMENT) return;
      throw googleFailure(SPEECH_TO_TEXT, error);
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #recognize(
    request: { readonly config: unknown; readonly audio: unknown },
    timeoutMs: number,
  ): Promise<RecognizeAnswer> {
    if (this.#closed) throw closedFailure();
    const [answer] = await this.#client.recognize(request, { timeout: timeoutMs, retry: null });
    return answer;
  }

  async #close(): Promise<void> {
    for (const stream of this.#streams) stream.fail(closedFailure());
    await this.#client.close();
  }
}

function closedFailure() {
  return ownFailure(SPEECH_TO_TEXT, "CANCELLED", "The connection was closed");
}

function endedStream(handlers: StreamHandlers): SpeechStream {
  let isCancelled = false;
  queueMicrotask(() => {
    if (!isCancelled) handlers.onEnd(closedFailure());
  });
  return {
    pendingWrites: 0,
    write: () => {},
    finish: () => {},
    cancel: () => void (isCancelled = true),
  };
}
