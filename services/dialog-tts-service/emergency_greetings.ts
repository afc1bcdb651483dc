/** Short greetings for calls whose own greeting is not at hand. */
import type { Log } from "shared/runtime/log.ts";
import { renderSpeech } from "shared/speech/render_speech.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";

export interface EmergencyGreeting {
  /** mu-law at 8 kHz, a multiple of 160 bytes. Shared between calls: not to be changed. */
  readonly audio: Uint8Array;
  readonly text: string;
}

interface EmergencyText {
  readonly language: string;
  readonly text: string;
}

const ENGLISH: EmergencyText = {
  language: "en-US",
  text: "Hello, thank you for calling. How can I help you?",
};

/** A further language is a further line. */
const OTHERS: readonly EmergencyText[] = [
  { language: "he-IL", text: "שלום, תודה שהתקשרתם. במה אפשר לעזור?" },
];

export interface EmergencyOptions {
  readonly synthesizer: Synthesizer;
  /** The synthesizer's voice for a language. */
  readonly voiceOf: (language: string) => string;
  readonly log: Pick<Log, "info">;
  readonly signal: AbortSignal;
}

/** The emergency greetings of all languages, rendered at start-up and kept for good. */
export class EmergencyGreetings {
  readonly #english: EmergencyGreeting;
  readonly #others: ReadonlyMap<string, EmergencyGreeting>;

  private constructor(english: EmergencyGreeting, others: Map<string, EmergencyGreeting>) {
    this.#english = english;
    this.#others = others;
  }

  /**
   * A language the synthesizer cannot speak gets the English one.
   *
   * @throws when not even that can be rendered: such a process could not answer any call.
   */
  static async render(options: EmergencyOptions): Promise<EmergencyGreetings> {
    const english = await render(ENGLISH, options);
    const others = new Map<string, EmergencyGreeting>();
    for (const text of OTHERS) {
      try {
        others.set(primaryOf(text.language), await render(text, options));
      } catch (error) {
        options.signal.throwIfAborted();
        options.log.info("emergency greeting in English only", {
          language: text.language,
          error: String(error),
        });
      }
    }
    return new EmergencyGreetings(english, others);
  }

  /** @param language as of a business: `he-IL`, `en`. */
  of(language: string): EmergencyGreeting {
    return this.#others.get(primaryOf(language)) ?? this.#english;
  }
}

async function render(
  { language, text }: EmergencyText,
  { synthesizer, voiceOf, signal }: EmergencyOptions,
): Promise<EmergencyGreeting> {
  const request = { text, language, voice: voiceOf(language) };
  return { audio: await renderSpeech(synthesizer, request, signal), text };
}

function primaryOf(language: string): string {
  return language.split("-")[0]!;
}
