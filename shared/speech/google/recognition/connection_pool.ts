import type { Clock } from "shared/clock/clock.ts";
import { after, type Cancel } from "shared/clock/timers.ts";
import type { EngineFailure } from "shared/speech/engine_failure.ts";
import { makeConnection } from "./connection_maker.ts";
import { ownFailure, SPEECH_TO_TEXT } from "../google_failure.ts";
import type { PooledConnection } from "./pooled_connection.ts";
import type { SpeechConnection, SpeechConnections, StreamPlace } from "./speech_api.ts";

/** A server takes 100; what is beyond waits without a word. */
const MOST_STREAMS = 80;
/** A new connection is made as soon as no more places than these are left: a quarter of one connection's. */
const SPARE_PLACES = 20;
/** A caller waits no longer for a place, and a new connection has no longer to answer. */
const CONNECT_MS = 700;
/** Nobody waits for a start, and a process that starts is slow. */
const OPEN_MS = 3_000;
/** After so long without a stream a connection that is more than was opened is closed. */
const SPARE_MS = 60_000;

export interface ConnectionPoolOptions {
  readonly connect: () => Promise<SpeechConnection>;
  readonly clock: Clock;
}

type Waiting = PromiseWithResolvers<StreamPlace>;

/** Connections, least loaded first; they become more, and fewer, with the streams. */
export class ConnectionPool implements SpeechConnections {
  readonly #options: ConnectionPoolOptions;
  /** Where places are given out. */
  readonly #usable = new Set<PooledConnection>();
  /** Lost ones, until their last stream is gone. */
  readonly #leaving = new Set<PooledConnection>();
  readonly #spareTimers = new Map<PooledConnection, Cancel>();
  readonly #waiting = new Set<Waiting>();
  /** What {@link close} waits for. */
  readonly #work = new Set<Promise<unknown>>();
  #connecting = 0;
  #kept = 0;
  #isClosed = false;

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
  }

  /** Places that are taken. */
  get streams(): number {
    let streams = 0;
    for (const { streams: taken } of [...this.#usable, ...this.#leaving]) streams += taken;
    return streams;
  }

  /** Connections that are open, those that are about to go included. */
  get connections(): number {
    return this.#usable.size + this.#leaving.size;
  }

  /**
   * Makes `count` connections within 3 s, which stay. May be called again. It is enough if one can be made: others follow when
   * they are needed. @throws {EngineFailure} when none can.
   */
  async open(count: number): Promise<void> {
    this.#kept = Math.max(this.#kept, count);
    const missing = Math.max(0, count - this.#usable.size);
    const made = await Promise.allSettled(
      Array.from({ length: missing }, () => this.#connect(OPEN_MS)),
    );
    const failed = made.find((result) => result.status === "rejected");
    if (failed && this.#usable.size === 0) throw failed.reason;
  }

  /** Asks a connection, or a new one where there is none. @throws {EngineFailure} */
  async check(timeoutMs: number): Promise<void> {
    const [first] = this.#usable;
    if (first) await first.check(timeoutMs);
    else await this.#connect(CONNECT_MS);
  }

  /** Waits up to 700 ms for a connection to be made. @throws {EngineFailure} */
  async acquire(): Promise<StreamPlace> {
    if (this.#isClosed) throw closedFailure();
    const connection = this.#leastLoaded();
    const place = connection ? this.#take(connection) : this.#wait();
    this.#grow();
    return await place;
  }

  /** Places that are still out are of no use afterwards; who waits for one is told. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#refuse(closedFailure(), 0);
    for (const connection of [...this.#usable, ...this.#leaving]) this.#drop(connection);
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
  }

  #leastLoaded(): PooledConnection | undefined {
    let best: PooledConnection | undefined;
    for (const connection of this.#usable) {
      if (connection.streams < (best?.streams ?? MOST_STREAMS)) best = connection;
    }
    return best;
  }

  #take(connection: PooledConnection): StreamPlace {
    connection.streams++;
    this.#stopSpareTimer(connection);
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      connection.streams--;
      this.#released(connection);
    };
    return { connection, release };
  }

  #released(connection: PooledConnection): void {
    if (this.#usable.has(connection)) this.#serve();
    if (connection.streams > 0) return;
    if (connection.isLost) this.#drop(connection);
    else this.#startSpareTimer(connection);
  }

  async #wait(): Promise<StreamPlace> {
    const waiting: Waiting = Promise.withResolvers();
    this.#waiting.add(waiting);
    const cancelLimit = after(this.#options.clock, CONNECT_MS, () => {
      const details = `No place on a connection within ${CONNECT_MS} ms`;
      this.#waiting.delete(waiting);
      waiting.reject(ownFailure(SPEECH_TO_TEXT, "DEADLINE_EXCEEDED", details));
    });
    try {
      return await waiting.promise;
    } finally {
      cancelLimit();
    }
  }

  /** Gives free places to those who wait, the first one first. */
  #serve(): void {
    for (const waiting of this.#waiting) {
      const connection = this.#leastLoaded();
      if (!connection) return;
      this.#waiting.delete(waiting);
      waiting.resolve(this.#take(connection));
    }
  }

  /** All but the first `but` who wait get no place. */
  #refuse(failure: EngineFailure, but: number): void {
    for (const waiting of [...this.#waiting].slice(but)) {
      this.#waiting.delete(waiting);
      waiting.reject(failure);
    }
  }

  #grow(): void {
    while (this.#connecting * MOST_STREAMS < this.#waiting.size) this.#connectForOthers();
    const free = this.#usable.size * MOST_STREAMS - this.#streamsOfUsable();
    if (this.#connecting === 0 && free <= SPARE_PLACES) this.#connectForOthers();
  }

  #streamsOfUsable(): number {
    let streams = 0;
    for (const connection of this.#usable) streams += connection.streams;
    return streams;
  }

  #connectForOthers(): void {
    this.#track(
      this.#connect(CONNECT_MS).catch((failure) => {
        this.#refuse(failure, this.#connecting * MOST_STREAMS);
      }),
    );
  }

  /** @throws {EngineFailure} */
  async #connect(limitMs: number): Promise<void> {
    this.#connecting++;
    const maker = { ...this.#options, onLost: (lost: PooledConnection) => this.#onLost(lost) };
    let connection: PooledConnection;
    try {
      connection = await this.#track(makeConnection(maker, limitMs));
    } finally {
      this.#connecting--;
    }
    this.#usable.add(connection);
    if (this.#isClosed) {
      this.#drop(connection);
      throw closedFailure();
    }
    this.#startSpareTimer(connection);
    this.#serve();
    this.#grow();
  }

  #onLost(lost: PooledConnection): void {
    // One that was never given out is its maker's to close.
    if (!this.#usable.delete(lost)) return;
    if (lost.streams === 0) return this.#drop(lost);
    this.#leaving.add(lost);
  }

  #startSpareTimer(connection: PooledConnection): void {
    const cancel = after(this.#options.clock, SPARE_MS, () => {
      if (this.#usable.size > this.#kept) this.#drop(connection);
    });
    this.#spareTimers.set(connection, cancel);
  }

  #stopSpareTimer(connection: PooledConnection): void {
    this.#spareTimers.get(connection)?.();
    this.#spareTimers.delete(connection);
  }

  #drop(connection: PooledConnection): void {
    this.#stopSpareTimer(connection);
    this.#usable.delete(connection);
    this.#leaving.delete(connection);
    this.#track(connection.close().catch(() => {}));
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const done = work.catch(() => {}).finally(() => this.#work.delete(done));
    this.#work.add(done);
    return work;
  }
}

function closedFailure(): EngineFailure {
  return ownFailure(SPEECH_TO_TEXT, "CANCELLED", "The connections were closed");
}
