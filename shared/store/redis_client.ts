import type { Clock } from "shared/clock/clock.ts";
import { every } from "shared/clock/timers.ts";
import { within } from "shared/clock/within.ts";
import { assertRedisUrl, type RedisCommands, RedisConnection } from "./redis_connection.ts";

/** Beyond, a command or an attempt to connect counts as failed. */
const ANSWER_LIMIT_MS = 1_000;
const RETRY_MS = 200;
/** How often a connection is tried that nobody uses. */
const PING_PERIOD_MS = 5_000;
const MAX_UNANSWERED = 1_000;

/** What becomes of the connection, and of what is read through it. */
export interface RedisEvent {
  /** `corrupt`: a stored value that cannot be understood was taken as missing. */
  readonly kind: "connected" | "disconnected" | "corrupt";
  /** Never holds a password, nor what is stored. */
  readonly reason: string;
}

export interface RedisOptions {
  /** `redis://` or `rediss://`, with user, password and database if any. */
  readonly url: string;
  readonly clock: Clock;
  /** Told each change once, however often a connection was tried in between. */
  readonly onEvent: (event: RedisEvent) => void;
}

/**
 * A connection to Redis that comes back by itself, and never makes anybody wait.
 *
 * - While Redis is away, commands reject at once; it is tried every 200 ms, with jitter.
 * - A command without an answer for 1 s rejects and ends the connection, and with it all that wait: Redis answers in
 *   order, so none of them would be answered before. They may have been carried out all the same.
 * - At most 1,000 commands wait for their answers: further ones reject at once.
 */
export class RedisClient {
  readonly #options: RedisOptions;
  readonly #closed = new AbortController();
  /** The one that is open, or being opened. */
  #latest: RedisConnection | undefined;
  #open: RedisConnection | undefined;
  #awayBecause = "not connected yet";
  #reported: RedisEvent["kind"] | undefined;
  #unanswered = 0;
  #running: Promise<void> = Promise.resolve();

  private constructor(options: RedisOptions) {
    this.#options = options;
  }

  /**
   * Resolves after the first attempt, whether it has succeeded or not: after 1 s at the latest.
   *
   * @throws {TypeError} when the URL is malformed.
   */
  static async open(options: RedisOptions): Promise<RedisClient> {
    assertRedisUrl(options.url);
    const client = new RedisClient(options);
    await new Promise<void>((resolve) => client.#running = client.#keepConnected(resolve));
    return client;
  }

  get connected(): boolean {
    return this.#open !== undefined;
  }

  /**
   * Runs one command, or one transaction.
   *
   * @throws {Error} when Redis is away, does not answer within 1 s, or refuses the command.
   */
  async run<T>(command: (commands: RedisCommands) => Promise<T>): Promise<T> {
    const connection = this.#open;
    if (!connection) throw new Error(`Cannot ask Redis: it is away (${this.#awayBecause})`);
    if (this.#unanswered >= MAX_UNANSWERED) {
      throw new Error(`Cannot ask Redis: ${MAX_UNANSWERED} commands wait for answers already`);
    }
    this.#unanswered++;
    const work = () => command(connection.commands);
    const answer = await within(this.#options.clock, ANSWER_LIMIT_MS, work);
    this.#unanswered--;
    if (answer.ok) return answer.value;
    if (answer.reason === "timeout") {
      this.#end(connection, `no answer within ${ANSWER_LIMIT_MS} ms`);
    } // What Redis itself has answered.
    else if (!connection.hasEnded) throw answer.cause;
    throw new Error(`Cannot ask Redis: the connection has ended (${await connection.ended})`);
  }

  /** Tells of a value that was taken as missing. */
  reportCorrupt(key: string, problem: string): void {
    this.#options.onEvent({ kind: "corrupt", reason: `${key}: ${problem}` });
  }

  /** Commands that still wait for an answer reject. Closing twice does nothing. */
  async close(): Promise<void> {
    this.#closed.abort();
    if (this.#latest) this.#end(this.#latest, "closed");
    await this.#running;
  }

  /** @param attempted called when the first attempt has ended, and again at later ones. */
  async #keepConnected(attempted: () => void): Promise<void> {
    const { clock, url } = this.#options;
    const { signal } = this.#closed;
    while (!signal.aborted) {
      const connection = this.#latest = new RedisConnection(url, ANSWER_LIMIT_MS);
      if (await connection.open(clock, ANSWER_LIMIT_MS)) this.#opened(connection);
      attempted();
      const reason = await connection.ended;
      this.#end(connection, reason);
      this.#report("disconnected", reason);
      const pauseMs = RETRY_MS * (0.75 + Math.random() / 2);
      await clock.sleepUntil(clock.now() + pauseMs, signal);
    }
  }

  #opened(connection: RedisConnection): void {
    this.#open = connection;
    this.#report("connected", "answers");
    const stopPings = every(this.#options.clock, PING_PERIOD_MS, () => {
      this.run((commands) => commands.ping()).catch(() => {});
    });
    connection.ended.then(stopPings);
  }

  #end(connection: RedisConnection, reason: string): void {
    connection.end(reason);
    if (this.#latest !== connection) return;
    this.#open = undefined;
    this.#awayBecause = reason;
  }

  #report(kind: "connected" | "disconnected", reason: string): void {
    if (kind === this.#reported || this.#closed.signal.aborted) return;
    this.#reported = kind;
    this.#options.onEvent({ kind, reason });
  }
}
