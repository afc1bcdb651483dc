/** The whole product in this process, which hears and speaks by a simulated Google, in Hebrew. */
import {
  type EmulatorOptions,
  GoogleEmulator,
} from "shared/testing/google_emulator/google_emulator.ts";
import { hearingOf } from "../end_to_end/heard.ts";
import {
  type BenchCall,
  KavBench,
  type KavBenchOptions,
  LONG_MS,
} from "../end_to_end/kav_bench.ts";

const HEBREW_BUSINESS = "deploy/businesses/demo.he.yaml";
/** By then a client has connected again. One that is closed in between would leave its timer to run out. */
const RECONNECTED_MS = 2_500;

export interface GoogleBenchOptions extends Omit<KavBenchOptions, "recognizer" | "google"> {
  readonly emulator?: EmulatorOptions;
}

export class GoogleBench implements AsyncDisposable {
  readonly google: GoogleEmulator;
  readonly kav: KavBench;
  #wasDown = false;

  private constructor(google: GoogleEmulator, kav: KavBench) {
    this.google = google;
    this.kav = kav;
  }

  static async start(
    { emulator, settings, ...options }: GoogleBenchOptions = {},
  ): Promise<GoogleBench> {
    await using opened = new AsyncDisposableStack();
    const google = opened.use(await GoogleEmulator.start(emulator));
    const kav = await KavBench.start({
      ...options,
      google,
      settings: { BUSINESS_FILE: HEBREW_BUSINESS, ...settings },
    });
    opened.move();
    return new GoogleBench(google, kav);
  }

  /** A call whose caller has heard the greeting. */
  async greeted(): Promise<BenchCall> {
    const placed = await this.kav.place();
    await placed.call.untilMark("greeting_end", LONG_MS);
    return placed;
  }

  /** Waits until Kav has said its utterance `number` (the greeting is 1): it was this, in Google's voice. */
  async hears(placed: BenchCall, number: number, text: string): Promise<void> {
    await placed.call.untilMark(`u${number}:end`, LONG_MS);
    await this.assertHeard(placed, text);
  }

  /** The caller has heard a text in Google's voice, every byte of it. @returns until when, in ms of the call */
  async assertHeard({ call }: BenchCall, text: string): Promise<number> {
    return hearingOf(call.heardTrack(), await this.kav.speech(text)).toMs;
  }

  /** What the log tells of outages. */
  get outages(): string[] {
    return this.kav.log.filter((line) => line.includes(" error engine failed: "));
  }

  /** Google is gone for the rest of the test. */
  async loseGoogle(): Promise<void> {
    this.#wasDown = true;
    await this.google.goDown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#wasDown) {
      await this.google.comeBack();
      await new Promise((resolve) => setTimeout(resolve, RECONNECTED_MS));
    }
    await this.kav[Symbol.asyncDispose]();
    await this.google.close();
  }
}
