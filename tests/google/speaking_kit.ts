/** The synthesizers as the product chains them, Google's with its cache before flite, at an emulator. */
import { assertEquals, assertLess, assertMatch } from "@std/assert";
import { speakingSettings } from "shared/runtime/engines/engine_settings.ts";
import type { GoogleAccess } from "shared/runtime/engines/google_credentials_file.ts";
import { chooseSynthesizers } from "shared/runtime/engines/synthesizers.ts";
import { toSsml } from "shared/speech/google/synthesis/ssml.ts";
import type { SynthesisRequest, Synthesizer } from "shared/speech/synthesizer.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import { ssmlText } from "shared/testing/google_emulator/ssml_text.ts";
import { toneVoice } from "shared/testing/google_emulator/tone_voice.ts";
import { accessTo, ProductParts, RETRY_MS, settingsAt } from "./product_parts.ts";
import { pause } from "./speech_client.ts";

export const ENGLISH = { language: "en-US", voice: "en-US-Wavenet-A" };
/** Of the first sentence in an outage: the issue says 1 s, the rest is for a machine with other work. */
export const FIRST_SENTENCE_MS = 1_500;
/** What flite takes, and nothing for Google. */
export const NEXT_SENTENCE_MS = 500;
const NEVER = new AbortController().signal;

/** By whom a sentence was said, and how long its first piece took. */
export interface Spoken {
  readonly byGoogle: boolean;
  readonly firstMs: number;
}

export class SpeakingKit {
  readonly emulator: GoogleEmulator;
  readonly parts = new ProductParts();
  #chain: Synthesizer | undefined;
  #sentences = 0;

  static async start(): Promise<SpeakingKit> {
    return new SpeakingKit(await GoogleEmulator.start());
  }

  private constructor(emulator: GoogleEmulator) {
    this.emulator = emulator;
  }

  async open({ access, settings = {} }: {
    readonly access?: GoogleAccess;
    readonly settings?: Readonly<Record<string, string>>;
  } = {}): Promise<void> {
    const { clock, log, metrics } = this.parts;
    const { synthesizer } = chooseSynthesizers({
      settings: settingsAt(this.emulator, speakingSettings, settings),
      google: access ?? accessTo(this.emulator),
      phrases: new MemoryStores({ clock }).phrases,
      language: "en-US",
      ...{ clock, log, metrics },
    });
    this.#chain = synthesizer;
    await synthesizer.open();
  }

  /** Sentences that Google was asked for. */
  get asked(): number {
    const { requests } = this.emulator;
    return requests.filter(({ method }) => method === "synthesizeSpeech").length;
  }

  async speak(request: SynthesisRequest): Promise<Spoken> {
    const beganMs = performance.now();
    let firstMs = Infinity;
    const bytes: number[] = [];
    for await (const piece of this.#chain!.synthesize(request, NEVER)) {
      firstMs = Math.min(firstMs, performance.now() - beganMs);
      bytes.push(...piece);
    }
    const { audio } = toneVoice(ssmlText(toSsml(request.text)));
    const isTone = audio.length === bytes.length && audio.every((byte, at) => byte === bytes[at]);
    return { firstMs, byGoogle: isTone };
  }

  /** One that nobody has ever said. */
  sentence(): Promise<Spoken> {
    return this.speak({ ...ENGLISH, text: `This is sentence ${++this.#sentences}.` });
  }

  async assertFliteWithin(limitMs: number): Promise<void> {
    const { firstMs, byGoogle } = await this.sentence();
    assertEquals(byGoogle, false);
    console.log(`flite was heard after ${Math.round(firstMs)} ms`);
    assertLess(firstMs, limitMs);
  }

  async assertGoogleSpeaksAgain(): Promise<void> {
    await this.emulator.comeBack();
    const backMs = performance.now();
    while (!(await this.sentence()).byGoogle) {
      // After a check that failed it rests twice as long.
      assertLess(performance.now() - backMs, 3.5 * RETRY_MS);
      await pause(50);
    }
    const [line, ...others] = this.parts.told("info");
    assertMatch(line ?? "none", /^info engine works again engine=google-tts/);
    assertEquals(others, []);
  }

  /** One line for people: which engine, why, and what to do. */
  assertToldOnce(reason: RegExp): void {
    const [line, ...others] = this.parts.told("error");
    assertMatch(line ?? "none", /^error engine failed: calls do without it engine=google-tts /);
    assertMatch(line!, reason);
    assertEquals(others, []);
  }

  async close(): Promise<void> {
    await this.#chain?.close();
    await this.emulator.close();
  }
}
