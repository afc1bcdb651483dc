import type { NatsBus } from "shared/bus/nats_bus.ts";
import type { Role } from "shared/bus/subjects.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { readBusinessFile } from "shared/runtime/business_file.ts";
import { FliteSynthesizer } from "shared/speech/flite/flite_synthesizer.ts";
import { renderSpeech } from "shared/speech/render_speech.ts";
import type { Business } from "shared/store/business.ts";
import { RedisStores } from "shared/store/redis_stores.ts";
import {
  type CallOptions,
  type FakeCall,
  newSid,
  placeCall,
} from "shared/testing/fake_twilio/fake_twilio.ts";
import { TelemetryTap } from "deploy/demo/telemetry_tap.ts";
import type { ServiceProcess } from "deploy/local/service_process.ts";
import { startUp, type UpOptions } from "deploy/local/start_up.ts";
import type { ServiceName } from "deploy/local/up_options.ts";
import type { Up } from "deploy/local/up_system.ts";
import { type BenchCall, eventually, LONG_MS } from "../end_to_end/kav_bench.ts";
import { busOfUser } from "./bus_of_user.ts";
import { Takers } from "./takers.ts";
import { NOTHING_SET } from "../nothing_set.ts";
import { type ToldTurn, toldTurn } from "../told_turn.ts";

export { type BenchCall, eventually, LONG_MS } from "../end_to_end/kav_bench.ts";

export interface LiveKavOptions
  extends Pick<UpOptions, "instances" | "settings" | "settingsOf" | "port" | "natsMonitorPort"> {
  /** Inside of this repository; default: the demo's. */
  readonly businessFile?: string;
}

/** A line of a part, as it has written it. */
export interface LogLine {
  /** `stt-1`, `nats-server`. */
  readonly label: string;
  readonly line: string;
  readonly atMs: number;
}

/** A service, by its label (`stt-1`), its instance (`stt-1-8f3a`) or itself. */
export type Which = string | ServiceProcess;

/** The file of a business with a short greeting; key 9 reads a text of a minute in short sentences. */
export const SHORT_GREETING = new URL("./fixtures/failover.yaml", import.meta.url).pathname;

const DEMO_BUSINESS = new URL("../../deploy/businesses/demo.yaml", import.meta.url).pathname;
const SPEECH_LIMIT_MS = 30_000;

/**
 * The whole product as `deno task up` runs it, called by a simulated Twilio: real nats-server and redis-server, each
 * service a process that can be killed, suspended and told to end. Disposed of, it leaves nothing behind.
 */
export class LiveKav implements AsyncDisposable {
  readonly up: Up;
  /** The business that answers. */
  readonly business: Business;
  /** Of the user `tap`, which reads telemetry and events. */
  readonly tap: NatsBus;
  readonly stores: RedisStores;
  /** What all parts have written so far. */
  readonly lines: readonly LogLine[];
  readonly clock = new SystemClock();
  readonly #takers: Takers;
  readonly #synthesizer = new FliteSynthesizer();
  readonly #calls: BenchCall[] = [];
  readonly #opened: AsyncDisposableStack;

  private constructor(
    of: Pick<LiveKav, "up" | "business" | "tap" | "stores" | "lines">,
    takers: Takers,
    opened: AsyncDisposableStack,
  ) {
    this.up = of.up;
    this.business = of.business;
    this.tap = of.tap;
    this.stores = of.stores;
    this.lines = of.lines;
    this.#takers = takers;
    this.#opened = opened;
  }

  /** Ready when it resolves. */
  static async start(options: LiveKavOptions = {}): Promise<LiveKav> {
    const { businessFile = DEMO_BUSINESS, settings, ...others } = options;
    const businesses = readBusinessFile(businessFile);
    if (!businesses.ok) throw new TypeError(businesses.problems.join("; "));
    const lines: LogLine[] = [];
    await using opened = new AsyncDisposableStack();
    const up = opened.use(
      await startUp({
        ...others,
        // Callers here are silent for as long as a test needs.
        settings: {
          ...NOTHING_SET,
          BUSINESS_FILE: businessFile,
          IDLE_PROMPT_MS: "0",
          ...settings,
        },
        onLine: (label, line) => lines.push({ label, line, atMs: performance.now() }),
      }),
    );
    const clock = new SystemClock();
    const stores = opened.adopt(
      await RedisStores.connect({ url: up.redis.url, clock, onEvent: () => {} }),
      (it) => it.close(),
    );
    const tap = opened.adopt(await busOfUser(up, "tap"), (it) => it.close());
    // Heartbeats are for edges.
    const edge = opened.adopt(await busOfUser(up, "edge"), (it) => it.close());
    const takers = new Takers(edge);
    await edge.flush();
    const of = { up, business: businesses.businesses[0], tap, stores, lines };
    return new LiveKav(of, takers, opened.move());
  }

  /** Places a call; resolves when its stream is open, or it has ended without one. */
  async place(options: Partial<CallOptions> = {}): Promise<BenchCall> {
    const callSid = newSid("CA");
    const telemetry = new TelemetryTap(this.tap, this.clock, callSid);
    await this.tap.flush();
    const call = await placeCall({
      webhook: this.up.webhook,
      to: this.business.called_numbers[0]!,
      callSid,
      clock: this.clock,
      speak: (text) => this.speech(text),
      ...options,
    });
    const placed = { call, telemetry };
    this.#calls.push(placed);
    return placed;
  }

  /** Places several calls at the same moment. */
  placeMany(count: number, options: Partial<CallOptions> = {}): Promise<BenchCall[]> {
    return Promise.all(Array.from({ length: count }, () => this.place(options)));
  }

  /** A text in the caller's voice: mu-law. Render long ones before the moment that counts. */
  async speech(text: string): Promise<Uint8Array> {
    await this.#synthesizer.open();
    const { language, voice } = this.business;
    const signal = AbortSignal.timeout(SPEECH_LIMIT_MS);
    return await renderSpeech(this.#synthesizer, { text, language, voice }, signal);
  }

  /** What was asked and told so far, the greeting included. */
  async turns(call: FakeCall): Promise<readonly ToldTurn[]> {
    const found = await this.stores.conversations.get(call.callSid);
    return (found?.turns ?? []).map(toldTurn);
  }

  /** All processes of a service that live. */
  servicesOf(name: ServiceName): readonly ServiceProcess[] {
    return this.up.services.filter((service) => service.name === name && !service.hasEnded);
  }

  /** @throws {TypeError} when there is none of this label or instance. */
  service(which: Which): ServiceProcess {
    if (typeof which !== "string") return which;
    const found = this.up.services.find((each) => each.label === which || each.instance === which);
    if (!found) throw new TypeError(`Cannot find a service: none is called ${which}`);
    return found;
  }

  /** The instances that have had the call in a role, in the order in which they took it. */
  takersOf(call: FakeCall, role: Role): readonly string[] {
    return this.#takers.of(call.callSid, role);
  }

  /**
   * Waits for the instance that took the call last in a role, as its heartbeats tell.
   *
   * @param not an instance that is not meant: the one that has failed
   */
  async workerOf(call: FakeCall, role: Role, not?: Which): Promise<ServiceProcess> {
    const other = not === undefined ? undefined : this.service(not).instance;
    const instance = await eventually(() => {
      const last = this.takersOf(call, role).at(-1);
      return last !== other && last;
    }, `who has call ${call.callSid} as ${role}`);
    return this.service(instance);
  }

  /** SIGKILL: what a crash looks like from outside. */
  async kill(which: Which): Promise<void> {
    await this.service(which).kill();
  }

  /** SIGSTOP: its connections stay, and nothing is answered. */
  suspend(which: Which): void {
    this.service(which).signal("SIGSTOP");
  }

  /** SIGCONT */
  resume(which: Which): void {
    this.service(which).signal("SIGCONT");
  }

  /** SIGTERM: it drains. @returns its exit code, when it has ended */
  terminate(which: Which): Promise<number> {
    return this.service(which).drain();
  }

  /** What a part has written so far. */
  linesOf(which: Which): string[] {
    const label = typeof which === "string" ? which : which.label;
    return this.lines.filter((line) => line.label === label).map(({ line }) => line);
  }

  /** A sample as `/metrics` of a service shows it, e.g. `kav_tx_drops_total`; 0 when there is none. */
  async sample(which: Which, name: string): Promise<number> {
    const response = await fetch(`${this.service(which).http}/metrics`);
    const samples = (await response.text()).split("\n");
    return Number(samples.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? 0);
  }

  /** The status of a service's `/readyz`; 0 when it does not answer. */
  async readiness(which: Which): Promise<number> {
    try {
      const response = await fetch(`${this.service(which).http}/readyz`, {
        signal: AbortSignal.timeout(LONG_MS),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return 0;
    }
  }

  /** All callers hang up. */
  async hangUpAll(): Promise<void> {
    await Promise.all(this.#calls.map(({ call }) => call.hangUp()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hangUpAll();
    for (const { telemetry } of this.#calls) telemetry.close();
    await this.#synthesizer.close();
    await this.#opened.disposeAsync();
  }
}
