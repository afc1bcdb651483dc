/** An emulator, and Google's own Text-to-Speech client of it. */
import { TextToSpeechClient } from "@google-cloud/text-to-speech";
import { channelOptions } from "shared/speech/google/google_channel.ts";
import type { ServiceAccount } from "shared/speech/google/google_options.ts";
import {
  type EmulatorOptions,
  GoogleEmulator,
} from "shared/testing/google_emulator/google_emulator.ts";

export const HEBREW = "שלום, הגעתם למספרה של דנה.";
export const WAVENET = { languageCode: "he-IL", name: "he-IL-Wavenet-A" };
export const CHIRP = { languageCode: "en-US", name: "en-US-Chirp3-HD-Kore" };
export const MULAW = { audioEncoding: "MULAW", sampleRateHertz: 8_000 } as const;

export class SynthesisKit {
  readonly emulator: GoogleEmulator;
  readonly client: TextToSpeechClient;

  static async start(
    options: EmulatorOptions = {},
    credentials?: ServiceAccount,
  ): Promise<SynthesisKit> {
    const emulator = await GoogleEmulator.start(options);
    const channel = await channelOptions(emulator.endpoint, credentials ?? emulator.credentials);
    return new SynthesisKit(emulator, new TextToSpeechClient({ ...channel }));
  }

  private constructor(emulator: GoogleEmulator, client: TextToSpeechClient) {
    this.emulator = emulator;
    this.client = client;
  }

  /** The audio of one text, as it came. */
  async speak(
    input: { text: string } | { ssml: string },
    { voice = WAVENET, audio = {}, timeoutMs = 5_000 }: {
      readonly voice?: { readonly languageCode: string; readonly name: string };
      readonly audio?: {
        readonly audioEncoding?: "MULAW" | "LINEAR16" | "PCM" | "MP3";
        readonly speakingRate?: number;
      };
      readonly timeoutMs?: number;
    } = {},
  ): Promise<Uint8Array> {
    const [{ audioContent }] = await this.client.synthesizeSpeech(
      { input, voice, audioConfig: { ...MULAW, ...audio } },
      { timeout: timeoutMs, retry: null },
    );
    return Uint8Array.from(audioContent as Uint8Array);
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.emulator.close();
  }
}

/** What a failed call says: `code details`. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { code, details } = error as { code?: number; details?: string };
    return `${code} ${details}`;
  }
  throw new Error("Cannot tell a failure: the call fails, received an answer");
}
