import type { Clock } from "shared/clock/clock.ts";
import type { Headers } from "./bus.ts";
import { DEFAULT_DUPLICATE_WINDOW_MS, type StreamSpec } from "./stream_spec.ts";

export interface StoredMessage {
  /** Position in the stream, from 1. */
  readonly position: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: Headers;
  readonly storedAtMs: number;
}

/** Ids remembered at a time, whatever the window. */
const MAX_REMEMBERED_IDS = 100_000;

/** The messages of one stream, oldest out first, and the message ids of its duplicate window. */
export class MemoryStream {
  readonly spec: StreamSpec;
  readonly #clock: Clock;
  readonly #messages = new Map<number, StoredMessage>();
  readonly #ids = new Map<string, number>();
  #first = 1;
  #next = 1;
  #bytes = 0;

  constructor(spec: StreamSpec, clock: Clock) {
    this.spec = spec;
    this.#clock = clock;
  }

  /** Keeps a copy of the message, unless its id is known already. */
  capture(
    subject: string,
    data: Uint8Array,
    headers: Headers,
    messageId?: string,
  ): { duplicate: boolean } {
    const now = this.#clock.now();
    if (messageId !== undefined && !this.#remember(messageId, now)) return { duplicate: true };
    const position = this.#next++;
    this.#messages.set(position, {
      position,
      subject,
      data: new Uint8Array(data),
      headers,
      storedAtMs: now,
    });
    this.#bytes += data.length;
    this.#evict(now);
    return { duplicate: false };
  }

  /** The message at `position`, unless it has been evicted. */
  get(position: number): StoredMessage | undefined {
    this.#evict(this.#clock.now());
    return this.#messages.get(position);
  }

  /** The oldest message at or after `position`. */
  from(position: number): StoredMessage | undefined {
    this.#evict(this.#clock.now());
    return this.#messages.get(Math.max(position, this.#first));
  }

  #remember(messageId: string, now: number): boolean {
    const windowMs = this.spec.duplicateWindowMs ?? DEFAULT_DUPLICATE_WINDOW_MS;
    for (const [id, sinceMs] of this.#ids) {
      if (now - sinceMs < windowMs && this.#ids.size <= MAX_REMEMBERED_IDS) break;
      this.#ids.delete(id);
    }
    if (this.#ids.has(messageId)) return false;
    this.#ids.set(messageId, now);
    return true;
  }

  #evict(now: number): void {
    const { maxMessages, maxBytes = Infinity, maxAgeMs = Infinity } = this.spec;
    for (let oldest; (oldest = this.#messages.get(this.#first)); this.#first++) {
      const tooMany = this.#messages.size > maxMessages || this.#bytes > maxBytes;
      if (!tooMany && now - oldest.storedAtMs < maxAgeMs) return;
      this.#messages.delete(this.#first);
      this.#bytes -= oldest.data.length;
    }
  }
}
