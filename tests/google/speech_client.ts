/** Google's own speech client, bare, as a test of the emulator uses it. */
import { Buffer } from "node:buffer";
import { type protos, v1 } from "@google-cloud/speech";
import { ChannelCredentials, credentials, Metadata } from "@grpc/grpc-js";
import { GoogleAuth, JWT } from "google-auth-library";
import type { ServiceAccount } from "shared/speech/google/google_options.ts";
import type { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";

type Config = protos.google.cloud.speech.v1.IStreamingRecognitionConfig;
type Response = protos.google.cloud.speech.v1.IStreamingRecognizeResponse;
type RawStream = ReturnType<v1.SpeechClient["_streamingRecognize"]>;

/** Mu-law, he-IL, interims and voice events. */
export const HEBREW: Config = {
  config: { encoding: "MULAW", sampleRateHertz: 8000, languageCode: "he-IL" },
  interimResults: true,
  enableVoiceActivityEvents: true,
};

/** Between attempts to connect. */
const BACKOFF_MS = 50;

export const pause = (ms: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, ms)));

/** A closed client lets the timers of its last attempt to connect run out. To be waited for behind the last test. */
export const attemptsRunOut = () => pause(2_200);

export interface CallFailure {
  readonly code: number;
  readonly details: string;
}

export type StreamEnding = CallFailure | "end";

/** One connection of its own. */
export class BareSpeechClient implements AsyncDisposable {
  readonly client: v1.SpeechClient;

  constructor(emulator: GoogleEmulator, account: ServiceAccount = emulator.credentials) {
    const { host, port, ca } = emulator.endpoint;
    const jwt = new JWT({
      email: account.client_email,
      key: account.private_key,
      scopes: ["https://www.googleapis.com/auth/cloud-platform"],
    });
    jwt.useJWTAccessWithScope = true;
    jwt.defaultServicePath = host;
    this.client = new v1.SpeechClient(
      {
        auth: new GoogleAuth({ authClient: jwt }),
        apiEndpoint: host,
        port,
        sslCreds: channelCredentials(jwt, ca ?? ""),
        "grpc.use_local_subchannel_pool": 1,
        "grpc.initial_reconnect_backoff_ms": BACKOFF_MS,
        "grpc.max_reconnect_backoff_ms": BACKOFF_MS,
      } as ConstructorParameters<typeof v1.SpeechClient>[0],
    );
  }

  stream(config: Config | null = HEBREW): BareStream {
    const stream = new BareStream(this.client._streamingRecognize());
    if (config) stream.configure(config);
    return stream;
  }

  /** The transcripts of a unary `recognize`, or how it failed. */
  async recognize(audio: Uint8Array, timeoutMs = 5_000): Promise<readonly string[] | CallFailure> {
    const request = audio.length === 0
      ? { config: {}, audio: {} }
      : { config: HEBREW.config!, audio: { content: audio } };
    try {
      const [{ results }] = await this.client.recognize(request, {
        timeout: timeoutMs,
        retry: null,
      });
      return (results ?? []).map((result) => result.alternatives?.[0]?.transcript ?? "");
    } catch (error) {
      return failureOf(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
    // A closed client still waits for the end of its back-off, and cannot be kept from it.
    await pause(2 * BACKOFF_MS);
  }
}

/** A streamingRecognize, and when which answer came. */
export class BareStream {
  readonly responses: { readonly response: Response; readonly atMs: number }[] = [];
  /** Resolves when the stream is over. */
  readonly ended: Promise<StreamEnding>;
  readonly #raw: RawStream;
  #wake: () => void = () => {};

  constructor(raw: RawStream) {
    this.#raw = raw;
    raw.on("data", (response: Response) => {
      this.responses.push({ response, atMs: performance.now() });
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      raw.on("error", (error) => resolve(failureOf(error)));
      raw.on("end", () => resolve("end"));
    });
  }

  get results() {
    return this.responses.flatMap(({ response, atMs }) =>
      (response.results ?? []).map((result) => ({
        text: result.alternatives?.[0]?.transcript ?? "",
        isFinal: result.isFinal ?? false,
        endMs: Number(result.resultEndTime?.seconds) * 1000 +
          Number(result.resultEndTime?.nanos) / 1e6,
        atMs,
      }))
    );
  }

  get finals(): string[] {
    return this.results.filter(({ isFinal }) => isFinal).map(({ text }) => text);
  }

  configure(streamingConfig: Config): void {
    this.#raw.write({ streamingConfig });
  }

  write(audio: Uint8Array): void {
    this.#raw.write({ audioContent: audio });
  }

  finish(): void {
    this.#raw.end();
  }

  cancel(): void {
    this.#raw.cancel();
  }

  /** Waits for answers until there are enough of them. */
  async until(isEnough: (stream: this) => boolean): Promise<void> {
    while (!isEnough(this)) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

function channelCredentials(jwt: JWT, ca: string): ChannelCredentials {
  const perCall = credentials.createFromMetadataGenerator(({ service_url }, done) => {
    jwt.getRequestHeaders(service_url).then((headers) => {
      const metadata = new Metadata();
      headers.forEach((value, name) => metadata.set(name, value));
      done(null, metadata);
    }, done);
  });
  return credentials.combineChannelCredentials(credentials.createSsl(Buffer.from(ca)), perCall);
}

function failureOf(error: unknown): CallFailure {
  const { code, details } = error as CallFailure;
  return { code, details };
}
