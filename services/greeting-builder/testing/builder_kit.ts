/** What the tests of the builder have in common: stores, a bus and a synthesizer, whose troubles they choose. */
import { encodeJson } from "shared/bus/codec.ts";
import { KAV_STREAMS } from "shared/bus/kav_streams.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { promptChangedSubject } from "shared/bus/subjects.ts";
import { LineLog } from "shared/runtime/line_log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import type { Business } from "shared/store/business.ts";
import { greetingHash } from "shared/store/greeting_key.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import type { Stores } from "shared/store/stores.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import { type ScriptedSpeech, ScriptedSynthesizer } from "shared/testing/scripted_synthesizer.ts";
import { type GreetingBuilder, startGreetingBuilder } from "../greeting_builder.ts";

export const ENGINE = "scripted";
export const NOW = "2026-05-01T10:00:00.000Z";

/** The sample business with another greeting. */
export function greeted(text: string, changes: Partial<Business> = {}): Business {
  return sampleBusiness({ greeting: { text, interruptible: false }, ...changes });
}

type BuilderStores = Pick<Stores, "businesses" | "greetings" | "greetingBuilds">;

/** What builders share, and the builders. */
export class BuilderKit {
  readonly clock = new FakeClock();
  readonly bus = new MemoryBus({ clock: this.clock, streams: KAV_STREAMS });
  readonly stores: BuilderStores = new MemoryStores({ clock: this.clock });
  readonly metrics = new Metrics();
  readonly logged: string[] = [];
  readonly log = new LineLog({ write: (line) => this.logged.push(line), clock: this.clock });
  /** Of all synthesizers, in their order: what was begun to be spoken. */
  readonly spoken: string[] = [];

  async start(
    { speech = {}, businesses = [sampleBusiness({})], instance = "greetings-1", ...others }: {
      readonly speech?: ScriptedSpeech;
      readonly businesses?: readonly Business[];
      readonly instance?: string;
      readonly stores?: BuilderStores;
      readonly bus?: MemoryBus;
    } = {},
  ): Promise<GreetingBuilder> {
    const builder = startGreetingBuilder({
      ...this,
      ...others,
      synthesizer: this.synthesizer(speech),
      businesses,
      adminToken: undefined,
      rendersPerMinute: 6_000,
      instance,
      now: () => NOW,
    });
    await settle();
    return builder;
  }

  synthesizer(speech: ScriptedSpeech = {}): ScriptedSynthesizer {
    const { spoken } = this;
    return new class extends ScriptedSynthesizer {
      override synthesize(...of: Parameters<ScriptedSynthesizer["synthesize"]>) {
        spoken.push(of[0].text);
        return super.synthesize(...of);
      }
    }(speech);
  }

  /** A change of the business's, as the API makes it. */
  async change(business: Business): Promise<void> {
    const { id } = business;
    const version = 1 + await this.stores.businesses.lastVersion(id);
    await this.stores.businesses.put({ ...business, version });
    await this.tell(id, encodeJson({ business_id: id, version }));
  }

  async tell(id: string, data = encodeJson({ business_id: id, version: 1 })): Promise<void> {
    await this.bus.publishDurable(promptChangedSubject(id), data);
    await settle();
  }

  /** Whether the entry is that of this text. */
  async has(business: Business): Promise<boolean> {
    const entry = await this.stores.greetings.get(business.id);
    return entry?.ttsHash === greetingHash(business, ENGINE);
  }

  /** All of one counter's samples, as `/metrics` shows them. */
  async samples(name: string): Promise<Record<string, number>> {
    const lines = (await this.metrics.text()).split("\n").filter((line) => line.startsWith(name));
    return Object.fromEntries(lines.map((line) => {
      const [key, value] = line.split(" ");
      return [key!.slice(name.length).replace(/^\{\w+="(.*)"\}$/, "$1"), Number(value)];
    }));
  }
}

/** A part of a store that rejects while `away`. */
export function breakable<T extends object>(store: T): { store: T; away: boolean } {
  const breakable = { away: false, store };
  breakable.store = new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) =>
        breakable.away ? Promise.reject(new Error("away")) : value.apply(target, args);
    },
  });
  return breakable;
}
