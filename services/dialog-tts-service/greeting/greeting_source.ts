/** The greeting of a call, in time whatever the store does. */
import type { GreetingSourceName } from "shared/bus/telemetry.ts";
import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import { AudioMemory } from "shared/media/audio_memory.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import { type Business, speakerOf } from "shared/store/business.ts";
import { greetingHash, isFreshGreeting } from "shared/store/greeting_key.ts";
import type { GreetingStore } from "shared/store/stores.ts";
import type { Recordings } from "./recordings.ts";

/** All reads of a call's start together. */
export const GREETING_DEADLINE_MS = 60;
/** Of the greetings used last. */
const MEMORY_BYTES = 16 * 1024 ** 2;

export interface Greeting {
  /** mu-law at 8 kHz, a multiple of 160 bytes. Shared between calls: not to be changed. */
  readonly audio: Uint8Array;
  readonly source: GreetingSourceName;
  /** What is said. */
  readonly text: string;
}

/** Why a call could not have its own greeting. */
export type GreetingMiss = "missing" | "stale" | "slow" | "failed";

export interface GreetingSourceOptions {
  readonly greetings: Pick<GreetingStore, "kind" | "get">;
  readonly recordings: Pick<Recordings, "of">;
  readonly synthesizer: Pick<Synthesizer, "nameFor">;
  readonly clock: Clock;
  /** So that the next call has it. */
  readonly onMiss: (businessId: string, miss: GreetingMiss) => void;
}

/**
 * Finds greetings: in memory, else in the store, else the emergency greeting of the business's language.
 *
 * - By the deadline there is an answer, whether or not the store has given one. A stall of this process makes no
 *   miss of what has been answered meanwhile.
 * - What the store gives too late is kept for the next call.
 */
export class GreetingSource {
  readonly #options: GreetingSourceOptions;
  /** By `ttsHash`. */
  readonly #memory = new AudioMemory(MEMORY_BYTES);

  constructor(options: GreetingSourceOptions) {
    this.#options = options;
  }

  /** @param deadlineMs on the clock; 60 ms from now unless earlier reads of the call's start share it. */
  async greetingOf(
    business: Business,
    deadlineMs: number = this.#options.clock.now() + GREETING_DEADLINE_MS,
  ): Promise<Greeting> {
    const { greeting: { text }, language } = business;
    const { greetings, synthesizer, onMiss } = this.#options;
    const hash = greetingHash(business, synthesizer.nameFor(speakerOf(business)));
    const remembered = this.#memory.get(hash);
    if (remembered) return { audio: remembered, source: "memory", text };

    const found = await this.#readBy(deadlineMs, business.id, hash);
    if (typeof found !== "string") return { audio: found, source: greetings.kind, text };

    onMiss(business.id, found);
    return this.emergencyOf(language);
  }

  /** The short greeting that is always at hand. @param language as of a business: `he-IL`, `en`. */
  emergencyOf(language: string): Greeting {
    return { ...this.#options.recordings.of("greeting", language), source: "emergency" };
  }

  async #readBy(
    deadlineMs: number,
    businessId: string,
    hash: string,
  ): Promise<Uint8Array | GreetingMiss> {
    const { clock } = this.#options;
    const read = () => this.#read(businessId, hash);
    const found = await within(clock, deadlineMs - clock.now(), read);
    if (found.ok) return found.value;
    return found.reason === "timeout" ? "slow" : "failed";
  }

  async #read(businessId: string, hash: string): Promise<Uint8Array | GreetingMiss> {
    const entry = await this.#options.greetings.get(businessId);
    if (!entry) return "missing";
    if (!isFreshGreeting(entry, hash)) return "stale";
    this.#memory.put(hash, entry.audio);
    return entry.audio;
  }
}
