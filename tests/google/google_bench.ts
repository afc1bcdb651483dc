/** The whole product in this process, which hears and speaks by a simulated Google, in Hebrew. */
import {
  type EmulatorOptions,
  GoogleEmulator,
} from "shared/testing/google_emulator/google_emulator.ts";
import {
  type BenchCall,
  KavBench,
  type KavBenchOptions,
  LONG_MS,
} from "../end_to_end/kav_bench.ts";

export const HEBREW_BUSINESS = "deploy/businesses/demo.he.yaml";

export interface GoogleBenchOptions extends Omit<KavBenchOptions, "recognizer" | "google"> {
  readonly emulator?: EmulatorOptions;
}

export class GoogleBench implements AsyncDisposable {
  readonly google: GoogleEmulator;
  readonly kav: KavBench;

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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kav[Symbol.asyncDispose]();
    await this.google.close();
  }
}
