/** PURE. What Google's voices are called, and what each kind of them takes. */
import type { SynthesisRequest } from "shared/speech/synthesizer.ts";
import { toSsml } from "./ssml.ts";
import type { SpeechInput, SpokenVoice } from "./synthesis_api.ts";

/** `he-IL-Wavenet-A`, `cmn-CN-Standard-B`, `en-US-Chirp3-HD-Kore`: the language, then the kind. */
const NAME = /^([a-z]{2,3}-[A-Z]{2,})-/;
/** These read plain text only. */
const TAKES_TEXT_ONLY = /-(?:Chirp|Journey)/;
const STREAMS = /-Chirp3-HD-/;

/** Whether a voice's name is one of Google's. */
export function isGoogleVoice(name: string): boolean {
  return NAME.test(name);
}

/** Whether `streamingSynthesize` takes this voice. */
export function streams({ name }: SpokenVoice): boolean {
  return name !== undefined && STREAMS.test(name);
}

/**
 * The voice that a request asks for. A voice of another region speaks by its own (`en-GB` asked of `en-US-Wavenet-A`);
 * one of another language is left to Google to refuse.
 */
export function voiceOf({ language, voice, rate = 1 }: SynthesisRequest): SpokenVoice {
  const spoken = { language, ...(rate !== 1 && { rate }) };
  const voiceLanguage = voice && NAME.exec(voice)?.[1];
  if (!voice || !voiceLanguage) return spoken;
  if (primary(voiceLanguage) !== primary(language)) return { ...spoken, name: voice };
  return { ...spoken, name: voice, language: voiceLanguage };
}

/** A text as this voice takes it: as SSML, or plain where it knows no SSML or may know none. */
export function inputOf({ name }: SpokenVoice, text: string): SpeechInput {
  return name === undefined || TAKES_TEXT_ONLY.test(name) ? { text } : { ssml: toSsml(text) };
}

const utf8 = new TextEncoder();

/** How many bytes of Google's limit a text takes. */
export function sentBytes(voice: SpokenVoice, text: string): number {
  const input = inputOf(voice, text);
  return utf8.encode("ssml" in input ? input.ssml : input.text).length;
}

function primary(language: string): string {
  return language.split("-")[0] ?? language;
}
