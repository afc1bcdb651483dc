/** Google Text-to-Speech v1, emulated: handlers for grpc-js. */
import type {
  Metadata,
  sendUnaryData,
  ServerDuplexStream,
  ServerUnaryCall,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Lexicon } from "./lexicon.ts";
import { linear16Wav, mulawWav, pcm } from "./speech_wav.ts";
import {
  type EmulatedVoice,
  type Manner,
  mannerOf,
  streamingMannerOf,
  type StreamingSynthesizeMessage,
  type SynthesizeSpeechMessage,
  textOf,
} from "./synthesis_order.ts";
import { type SpokenText, toneVoice } from "./tone_voice.ts";

/** What stands before every request: who may ask, what goes wrong, how late the answer is. */
export interface SynthesisGate {
  /**
   * Resolves when the request just come may be answered.
   *
   * @throws {RpcError} what it is answered instead.
   */
  admit(
    method: "synthesizeSpeech" | "streamingSynthesize" | "listVoices",
    request: unknown,
    metadata: Metadata,
  ): Promise<void>;
}

export interface SynthesisOptions {
  readonly voices: readonly EmulatedVoice[];
  /** Learns what is spoken. */
  readonly lexicon: Lexicon;
  readonly gate: SynthesisGate;
  /** For English voices, instead of the tone voice. */
  readonly english?: ((text: string) => SpokenText) | undefined;
}

interface Audio {
  readonly audioContent: Uint8Array;
}

type SynthesisStream = ServerDuplexStream<StreamingSynthesizeMessage, Audio>;

/** 200 ms of mu-law. */
const PIECE_BYTES = 1_600;

export class SynthesisService {
  readonly #options: SynthesisOptions;

  constructor(options: SynthesisOptions) {
    this.#options = options;
  }

  /** For `Server.addService`, with `TextToSpeech.service` of the .proto file. */
  handlers(): UntypedServiceImplementation {
    return {
      listVoices: this.#unary("listVoices", ({ languageCode }: { languageCode: string }) => ({
        voices: this.#options.voices
          .filter(({ language }) => `${language}-`.startsWith(languageCode && `${languageCode}-`))
          .map(({ name, language }) => ({
            name,
            languageCodes: [language],
            ssmlGender: "FEMALE",
            naturalSampleRateHertz: 24_000,
          })),
      })),
      synthesizeSpeech: this.#unary("synthesizeSpeech", (request: SynthesizeSpeechMessage) => {
        const manner = mannerOf(request, this.#options.voices);
        return { audioContent: asFile(this.#speak(textOf(request.input), manner), manner) };
      }),
      streamingSynthesize: (call: SynthesisStream) => this.#stream(call),
    };
  }

  #unary<Request, Reply>(
    method: "synthesizeSpeech" | "listVoices",
    answer: (request: Request) => Reply,
  ) {
    const { gate } = this.#options;
    return (call: ServerUnaryCall<Request, Reply>, reply: sendUnaryData<Reply>): void => {
      gate.admit(method, call.request, call.metadata)
        .then(() => answer(call.request))
        .then((value) => reply(null, value), reply);
    };
  }

  /** Takes one message at a time: the next one comes when the last one is spoken. */
  #stream(call: SynthesisStream): void {
    let manner: Manner | undefined;
    const take = async (message: StreamingSynthesizeMessage): Promise<void> => {
      await this.#options.gate.admit("streamingSynthesize", message, call.metadata);
      if (!manner) {
        manner = streamingMannerOf(message, this.#options.voices);
        return;
      }
      const mulaw = this.#speak(textOf(message.input), manner);
      const audio = manner.encoding === "PCM" ? pcm(mulaw) : mulaw;
      for (let at = 0; at < audio.length && !call.cancelled; at += PIECE_BYTES) {
        call.write({ audioContent: audio.subarray(at, at + PIECE_BYTES) });
      }
    };
    let failure: unknown;
    let taken = Promise.resolve();
    call.on("data", (message: StreamingSynthesizeMessage) => {
      if (failure) return;
      call.pause();
      taken = take(message)
        .catch((error) => {
          failure = error;
          call.emit("error", error);
        })
        .finally(() => call.resume());
    });
    // A paused stream ends as well, when it was known to be the last message.
    call.on("end", () => taken.then(() => failure || call.end()));
  }

  #speak(text: string, { voice, rate }: Manner): Uint8Array {
    const { english, lexicon } = this.#options;
    const isEnglish = voice.language.startsWith("en-");
    const spoken = english && isEnglish ? english(text) : toneVoice(text, rate);
    lexicon.add(spoken);
    return spoken.audio;
  }
}

function asFile(mulaw: Uint8Array, { encoding }: Manner): Uint8Array {
  if (encoding === "MULAW") return mulawWav(mulaw);
  return encoding === "LINEAR16" ? linear16Wav(mulaw) : pcm(mulaw);
}
