import type { Bus } from "shared/bus/bus.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { Framer } from "shared/media/framer.ts";
import { FliteSynthesizer } from "shared/speech/flite/flite_synthesizer.ts";
import { FvadFactory } from "shared/speech/fvad/fvad.ts";
import { NoRecognizer } from "shared/speech/none/no_recognizer.ts";
import type { Recognizer } from "shared/speech/recognizer.ts";
import { splitSentences } from "shared/speech/sentences.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import type { Business } from "shared/store/business.ts";
import {
  type CallOptions,
  type FakeCall,
  newSid,
  placeCall,
} from "shared/testing/fake_twilio/fake_twilio.ts";
import type { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import { LossyBus } from "shared/testing/lossy_bus.ts";
import { type AllInOne, startAllInOne } from "deploy/all_in_one.ts";
import { type Configuration, readConfiguration } from "deploy/configuration.ts";
import { withGoogleAt } from "deploy/demo/emulated_google.ts";
import { TelemetryTap } from "deploy/demo/telemetry_tap.ts";
import { chooseEngines, type Engines } from "deploy/engines.ts";
import { type Digit, textOfKey } from "./text_of_key.ts";
import { type ToldTurn, toldTurn } from "../told_turn.ts";

export type ServiceName = "ws-edge" | "stt-service" | "dialog-tts-service";

export interface KavBenchOptions {
  /** Settings by their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: none, calls go by keypad. */
  readonly recognizer?: Recognizer;
  /** Engines as a process with access to this Google chooses them; it stays its owner's. Default: flite speaks. */
  readonly google?: GoogleEmulator;
  /** What differs from the demo's business. */
  readonly business?: Partial<Business>;
}

/** A call, and what Kav has told about it. */
export interface BenchCall {
  readonly call: FakeCall;
  readonly telemetry: TelemetryTap;
}

/** Longer than anything takes on a machine with other work. */
export const LONG_MS = 10_000;
const POLL_MS = 10;

/** The whole product in this process, over real sockets and in real time, called by a simulated Twilio. */
export class KavBench implements AsyncDisposable {
  readonly kav: AllInOne;
  readonly configuration: Configuration;
  readonly synthesizer: Synthesizer;
  /** Each service's own way to the bus, to lose what goes over it. */
  readonly buses: Readonly<Record<ServiceName, LossyBus>>;
  /** The lines for people. */
  readonly printed: readonly string[];
  readonly log: readonly string[];
  readonly #calls: BenchCall[] = [];
  /** Google's is not asked for what a test wants to know: it would be in Kav's cache. */
  readonly #google: GoogleEmulator | undefined;

  private constructor(
    of: Pick<
      KavBench,
      "kav" | "configuration" | "synthesizer" | "buses" | "printed" | "log"
    >,
    google: GoogleEmulator | undefined,
  ) {
    this.#google = google;
    this.kav = of.kav;
    this.configuration = of.configuration;
    this.synthesizer = of.synthesizer;
    this.buses = of.buses;
    this.printed = of.printed;
    this.log = of.log;
  }

  static async start(options: KavBenchOptions = {}): Promise<KavBench> {
    const configuration = configurationOf(options);
    const clock = new SystemClock();
    const buses: Partial<Record<string, LossyBus>> = {};
    const printed: string[] = [];
    const log: string[] = [];
    const kav = await startAllInOne({
      configuration,
      chooseEngines: options.google ? chooseEngines : () => embeddedEngines(options),
      hostname: "127.0.0.1",
      print: (line) => printed.push(line),
      writeLog: (line) => log.push(line),
      busOf: (service: string, bus: Bus) => buses[service] = new LossyBus(bus, clock),
    });
    const { synthesizer } = kav.engines;
    const of = { kav, configuration, synthesizer, printed, log };
    return new KavBench({ ...of, buses: buses as Record<ServiceName, LossyBus> }, options.google);
  }

  /** The business that answers. */
  get business(): Business {
    return this.configuration.businesses[0];
  }

  get origin(): string {
    return `http://127.0.0.1:${this.kav.edge.port}`;
  }

  /** Places a call; resolves when its stream is open, or it has ended without one. */
  async place(options: Partial<CallOptions> = {}): Promise<BenchCall> {
    const callSid = newSid("CA");
    const telemetry = new TelemetryTap(this.kav.bus, new SystemClock(), callSid);
    const call = await placeCall({
      webhook: this.origin,
      to: this.business.called_numbers[0]!,
      callSid,
      speak: (text) => this.speech(text),
      ...options,
    });
    const placed = { call, telemetry };
    this.#calls.push(placed);
    return placed;
  }

  /** A text as callers say it, and as Kav answers in one go: mu-law in whole frames. */
  async speech(text: string): Promise<Uint8Array> {
    const framer = new Framer();
    const frames: Uint8Array[] = [];
    for (const sentence of splitSentences(text)) {
      for await (const piece of this.#voice(sentence)) frames.push(...framer.push(piece));
    }
    const last = framer.flush();
    return new Uint8Array(await new Blob([...frames, ...last ? [last] : []] as BlobPart[]).bytes());
  }

  /** What a key of the business says. */
  textOfKey(digit: Digit): string {
    return textOfKey(this.business, digit);
  }

  /** What was asked and told so far, the greeting included. */
  async turns(call: FakeCall): Promise<readonly ToldTurn[]> {
    const found = await this.kav.stores.conversations.get(call.callSid);
    return (found?.turns ?? []).map(toldTurn);
  }

  /** A sample as `/metrics` shows it, e.g. `kav_calls_total{reason="transfer"}`; 0 when there is none. */
  async sample(name: string): Promise<number> {
    const response = await fetch(`${this.origin}/metrics`);
    const lines = (await response.text()).split("\n");
    return Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? 0);
  }

  #voice(sentence: string): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
    if (this.#google) return [this.#google.say(sentence)];
    const { language, voice } = this.business;
    const request = { text: sentence, language, voice };
    return this.synthesizer.synthesize(request, AbortSignal.timeout(LONG_MS));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#calls.map(({ call }) => call.hangUp()));
    for (const { telemetry } of this.#calls) telemetry.close();
    await this.kav.stop();
  }
}

/** Looks every 10 ms until there is something. @throws (rejects) when that takes too long. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  timeoutMs = LONG_MS,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadlineMs) {
      throw new Error(`Cannot see ${what}: within ${timeoutMs} ms, received nothing`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function embeddedEngines({ recognizer }: KavBenchOptions): Promise<Engines> {
  const synthesizer = new FliteSynthesizer();
  return {
    synthesizer,
    lastResort: synthesizer,
    recognizer: recognizer ?? new NoRecognizer(),
    vads: await FvadFactory.load(),
    recognition: recognizer !== undefined,
    missing: [],
  };
}

function configurationOf({ settings = {}, business, google }: KavBenchOptions): Configuration {
  const read = readConfiguration((name) => ({ PORT: "0", ...settings } as typeof settings)[name]);
  if (!read.ok) throw new TypeError(read.problems.join("; "));
  const [first, ...others] = read.configuration.businesses;
  const given: Configuration = {
    ...read.configuration,
    businesses: [{ ...first, ...business }, ...others],
  };
  return google ? withGoogleAt(google, given) : given;
}
