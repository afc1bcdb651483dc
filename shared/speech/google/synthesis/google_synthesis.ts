import type { v1 } from "@google-cloud/text-to-speech";
import { SAMPLE_RATE_HZ } from "shared/media/frame.ts";
import { channelOptions } from "../google_channel.ts";
import { googleFailure, ownFailure, TEXT_TO_SPEECH } from "../google_failure.ts";
import type { GoogleCredentials, GoogleEndpoint } from "../google_options.ts";
import type { SpeechInput, SpokenVoice, SynthesisApi } from "./synthesis_api.ts";

/** Whatever happens: no stream of audio, however long the consumer takes, lives longer. */
const STREAM_LIMIT_MS = 300_000;

/**
 * Google Text-to-Speech v1 by its own client. Loads the package at the first call (some 100 ms); opens no connection:
 * that happens with the first request. @throws {Error} when `endpoint.ca` is no certificate
 */
export async function connectSynthesis(
  endpoint: GoogleEndpoint,
  credentials: GoogleCredentials,
): Promise<SynthesisApi> {
  const [{ v1 }, options] = await Promise.all([
    import("@google-cloud/text-to-speech"),
    channelOptions(endpoint, credentials),
  ]);
  const client = new v1.TextToSpeechClient({ ...options });
  // Begun by a request instead, its failure would be nobody's to catch.
  await client.initialize();
  return new GoogleSynthesis(client);
}

class GoogleSynthesis implements SynthesisApi {
  readonly #client: v1.TextToSpeechClient;

  constructor(client: v1.TextToSpeechClient) {
    this.#client = client;
  }

  async synthesize(
    voice: SpokenVoice,
    input: SpeechInput,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const request = {
      input,
      voice: selection(voice),
      audioConfig: { ...MULAW, ...pace(voice) },
    };
    try {
      const options = { timeout: timeoutMs, retry: null, signal };
      const [{ audioContent }] = await this.#client.synthesizeSpeech(request, options);
      return bytesOf(audioContent);
    } catch (error) {
      throw googleFailure(TEXT_TO_SPEECH, error);
    }
  }

  async *stream(
    voice: SpokenVoice,
    texts: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    if (signal.aborted) throw ownFailure(TEXT_TO_SPEECH, "CANCELLED", "aborted before it began");
    const call = this.#client.streamingSynthesize({ timeout: STREAM_LIMIT_MS, retry: null });
    const cancel = () => call.cancel();
    // An error that comes while nobody reads is told by the next read, or by nobody.
    call.on("error", () => {});
    signal.addEventListener("abort", cancel, { once: true });
    try {
      const streamingAudioConfig = { ...MULAW, ...pace(voice) };
      call.write({ streamingConfig: { voice: selection(voice), streamingAudioConfig } });
      for (const text of texts) call.write({ input: { text } });
      call.end();
      for await (const { audioContent } of call) yield bytesOf(audioContent);
    } catch (error) {
      throw googleFailure(TEXT_TO_SPEECH, error);
    } finally {
      signal.removeEventListener("abort", cancel);
      cancel();
    }
  }

  async listVoices(languageCode: string, timeoutMs: number): Promise<readonly string[]> {
    try {
      const options = { timeout: timeoutMs, retry: null };
      const [{ voices }] = await this.#client.listVoices({ languageCode }, options);
      return (voices ?? []).flatMap(({ name }) => name ? [name] : []);
    } catch (error) {
      throw googleFailure(TEXT_TO_SPEECH, error);
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

const MULAW = { audioEncoding: "MULAW", sampleRateHertz: SAMPLE_RATE_HZ } as const;

function selection({ language, name }: SpokenVoice) {
  return { languageCode: language, ...(name !== undefined && { name }) };
}

function pace({ rate }: SpokenVoice) {
  return rate === undefined ? {} : { speakingRate: rate };
}

/** A plain view: a Buffer's `slice` does not copy. */
function bytesOf(content: Uint8Array | string | null | undefined): Uint8Array {
  if (!(content instanceof Uint8Array)) return new Uint8Array();
  return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
}
