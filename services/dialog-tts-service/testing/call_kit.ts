import { MemoryBus } from "shared/bus/memory_bus.ts";
import type { Offer, TxRequest } from "shared/bus/messages.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import { readSettings } from "shared/runtime/env.ts";
import { LineLog } from "shared/runtime/line_log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import type { Service } from "shared/runtime/service.ts";
import { renderSpeech } from "shared/speech/render_speech.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import { type Business, speakerOf } from "shared/store/business.ts";
import { greetingHash } from "shared/store/greeting_key.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import type { ConversationTurn, Stores } from "shared/store/stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LossyBus } from "shared/testing/lossy_bus.ts";
import { type ScriptedSpeech, ScriptedSynthesizer } from "shared/testing/scripted_synthesizer.ts";
import { type DialogSettings, dialogSettings } from "../config.ts";
import type { Dialog } from "../dialog/dialog.ts";
import { startDialogTts } from "../dialog_tts.ts";
import { FakeEdge } from "./fake_edge.ts";
import { SAMPLE_BUSINESS } from "shared/testing/sample_business.ts";

export interface CallKitOptions {
  readonly business?: Business;
  readonly speech?: ScriptedSpeech;
  /** Default: the same synthesizer. */
  readonly lastResort?: Synthesizer;
  /** Default: nobody asks a caller who is silent; the rest as of the service. */
  readonly settings?: Partial<DialogSettings>;
  /** Default: the scripted one. */
  readonly dialog?: Dialog;
  /** Changes the stores before the service starts. */
  readonly stores?: (stores: Stores) => Stores;
  /** Default true. */
  readonly greetingStored?: boolean;
}

/** The caller's speech. */
export interface Begun {
  readonly onsetMs: number;
  readonly speech: number;
}

/** `BARGE_IN_MIN_SPEECH_MS`. */
const SUSTAINED_MS = 200;

/** The dialog service with one call at a fake edge, over buses that can lose messages. */
export class CallKit {
  readonly clock = new FakeClock(1_000);
  readonly bus = new MemoryBus({ clock: this.clock });
  /** What the service sends can be lost here, */
  readonly dialogBus = new LossyBus(this.bus, this.clock);
  /** what the edge sends here. */
  readonly edgeBus = new LossyBus(this.bus, this.clock);
  readonly call = "CA1";
  readonly edge = new FakeEdge(this.edgeBus, this.clock, this.call);
  readonly metrics = new Metrics();
  readonly log: string[] = [];
  readonly business: Business;
  readonly synthesizer: ScriptedSynthesizer;
  stores: Stores = new MemoryStores({ clock: this.clock });
  /** The first worker; */
  service!: Service;
  /** all of them. */
  readonly #services: Service[] = [];
  readonly #settings: Partial<DialogSettings>;
  readonly #lastResort: Synthesizer | undefined;
  readonly #dialog: Dialog | undefined;
  #speeches = 0;

  private constructor(
    { business = SAMPLE_BUSINESS, speech, lastResort, settings = {}, dialog }: CallKitOptions,
  ) {
    this.business = business;
    this.#dialog = dialog;
    this.#lastResort = lastResort;
    this.#settings = settings;
    this.synthesizer = new ScriptedSynthesizer(speech);
  }

  static async start(options: CallKitOptions = {}): Promise<CallKit> {
    const kit = new CallKit(options);
    const { business, synthesizer, stores } = kit;
    await stores.businesses.put(business);
    if (options.greetingStored ?? true) {
      const request = { ...speakerOf(business), text: business.greeting.text };
      await stores.greetings.put({
        businessId: business.id,
        ttsHash: greetingHash(business, synthesizer.name),
        audio: await renderSpeech(new ScriptedSynthesizer(), request, new AbortController().signal),
        updatedAt: "2026-05-01T10:00:00.000Z",
      });
    }
    kit.stores = options.stores?.(stores) ?? stores;
    kit.service = await kit.startWorker("dialog-1", kit.dialogBus);
    return kit;
  }

  /** One more worker, which takes the next offer. */
  async startWorker(
    instance: string,
    bus = new LossyBus(this.bus, this.clock),
  ): Promise<Service> {
    const { clock, stores, synthesizer } = this;
    const write = (line: string) => this.log.push(line);
    const dialog = this.#dialog;
    const defaults = readSettings(dialogSettings, () => undefined);
    if (!defaults.ok) throw new Error(defaults.problems.join());
    const service = await startDialogTts({
      bus,
      clock,
      stores,
      businesses: [],
      synthesizer,
      ...(this.#lastResort && { lastResort: this.#lastResort }),
      ...(dialog && { dialogOf: () => dialog }),
      settings: { ...defaults.values, idlePromptMs: 0, ...this.#settings },
      weigh: () => 1,
      log: new LineLog({ write, clock, level: "debug", logText: true }),
      metrics: this.metrics,
      instance,
    });
    this.#services.push(service);
    return service;
  }

  /** The worker started last is gone from one moment to the next; another takes the call over. */
  async kill(more: Partial<Offer> = {}): Promise<void> {
    await this.#services.at(-1)!.stop();
    await this.startWorker(`dialog-${this.#services.length + 1}`);
    void this.edge.offerAgain(this.business.id, more);
    await this.clock.advance(0);
  }

  /** Offers the call and lets the greeting play. */
  async greeted(more: Partial<Offer> = {}): Promise<void> {
    this.edge.offer(this.business.id, more);
    await this.clock.advance(2_500);
  }

  /** Speech begins now. */
  begins(): Begun {
    const speech = ++this.#speeches;
    const onsetMs = this.edge.streamMs;
    const seq = Math.round(onsetMs / FRAME_MS);
    this.edge.speech({ kind: "speech_started", speech, onset_ms: onsetMs, seq });
    return { onsetMs, speech };
  }

  /** Speech has lasted long enough to interrupt. */
  sustains({ onsetMs, speech }: Begun): void {
    this.edge.speech({ kind: "speech_sustained", speech, onset_ms: onsetMs });
  }

  /** Speech begins now, and goes on until it interrupts. */
  async interrupts(): Promise<Begun> {
    const begun = this.begins();
    await this.clock.advance(SUSTAINED_MS);
    this.sustains(begun);
    await this.clock.advance(0);
    return begun;
  }

  /** The recognizer's final, or without text its rejection, of speech that ends now. */
  ends(begun: Begun, text: string | null): void {
    const now = this.edge.streamMs;
    const range = {
      speech: begun.speech,
      from_seq: Math.round(begun.onsetMs / FRAME_MS),
      to_seq: Math.round(now / FRAME_MS),
      onset_ms: begun.onsetMs,
      last_voiced_ms: now,
    };
    if (text === null) this.edge.speech({ kind: "rejected", ...range });
    else this.edge.speech({ kind: "final", text, promoted: false, ...range });
  }

  /** The caller speaks for `ms`. */
  async says(text: string | null, ms = 500): Promise<void> {
    const begun = this.begins();
    await this.clock.advance(Math.min(ms, SUSTAINED_MS));
    if (ms >= SUSTAINED_MS) this.sustains(begun);
    await this.clock.advance(Math.max(0, ms - SUSTAINED_MS));
    this.ends(begun, text);
    await this.clock.advance(0);
  }

  /** The greeting plays, the caller says this, and `ms` of the answer go by. */
  async asked(text: string, ms: number): Promise<void> {
    await this.greeted();
    await this.says(text);
    await this.clock.advance(ms);
  }

  /** What is stored of the call. */
  async turns(): Promise<readonly ConversationTurn[]> {
    return (await this.stores.conversations.get(this.call))?.turns ?? [];
  }

  /** From now on this store is read so late. @returns what ends it. */
  slowRead<T>(store: { get(key: string): Promise<T> }, ms: number): () => void {
    const { get } = store;
    store.get = async (key) => {
      await this.clock.sleepUntil(this.clock.now() + ms);
      return await get.call(store, key);
    };
    return () => store.get = get;
  }

  /** What the edge carried out, by kind. */
  applied<K extends TxRequest["kind"]>(kind: K): Extract<TxRequest, { kind: K }>[] {
    return this.edge.applied.map(({ request }) => request)
      .filter((request) => request.kind === kind) as Extract<TxRequest, { kind: K }>[];
  }

  /** Frames that the edge sent of an utterance. */
  frames(utterance: number): number {
    return this.edge.sent.filter((frame) => frame.utterance === utterance).length;
  }

  /** When the edge sent the first frame of an utterance. */
  beganMs(utterance: number): number | undefined {
    return this.edge.sent.find((frame) => frame.utterance === utterance)?.atMs;
  }

  /** A metric's value, its labels as written by Prometheus. */
  async metric(name: string): Promise<number> {
    const line = (await this.metrics.text()).split("\n").find((line) =>
      line.startsWith(`${name} `)
    );
    return Number(line?.slice(name.length + 1) ?? NaN);
  }

  /** Ends everything; returns how many sleeps are left over. */
  async stop(): Promise<number> {
    this.edge.vanish();
    for (const service of this.#services) await service.stop();
    await this.clock.advance(1_000);
    return this.clock.sleeping;
  }
}
