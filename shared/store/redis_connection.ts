import { createClient } from "redis";
import type { Clock } from "shared/clock/clock.ts";
import { after } from "shared/clock/timers.ts";

/** Where commands go: a connection of the `redis` package. */
export type RedisCommands = ReturnType<typeof newClient>;

/** One connection to Redis, from the attempt to open it until it ends; never opened again. */
export class RedisConnection {
  readonly commands: RedisCommands;
  /** Resolves with the reason when it has ended, or could not be opened. */
  readonly ended: Promise<string>;
  readonly #resolveEnded: (reason: string) => void;
  #hasEnded = false;

  constructor(url: string, connectLimitMs: number) {
    this.commands = newClient(url, connectLimitMs);
    const { promise, resolve } = Promise.withResolvers<string>();
    this.ended = promise;
    this.#resolveEnded = resolve;
    this.commands.on("error", (error) => this.end(messageOf(error)));
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** @returns whether it is open; where it is not within `limitMs`, it has ended. */
  async open(clock: Clock, limitMs: number): Promise<boolean> {
    const cancelLimit = after(clock, limitMs, () => this.end(`no answer within ${limitMs} ms`));
    const opened = this.commands.connect().then(
      // One that opens after all, too late.
      () => this.#hasEnded && this.commands.destroy(),
      (error) => this.end(messageOf(error)),
    );
    await Promise.race([opened, this.ended]);
    cancelLimit();
    return !this.#hasEnded;
  }

  /** Commands that wait for an answer reject. Ending twice does nothing. */
  end(reason: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.commands.destroy();
    this.#resolveEnded(reason);
  }
}

/** @throws {TypeError} when it is none; its text shows no password, as the package's would. */
export function assertRedisUrl(url: string): void {
  try {
    if (!/^rediss?:\/\/./.test(url)) throw new TypeError("another protocol");
    newClient(url, 0).destroy();
  } catch {
    throw new TypeError(
      "Cannot open Redis: its URL is redis[s]://[[user]:password@]host[:port][/database], received another",
    );
  }
}

function newClient(url: string, connectTimeout: number) {
  return createClient({
    url,
    disableOfflineQueue: true,
    // `RedisClient` connects again, and bounds each command by the injected clock.
    socket: { reconnectStrategy: false, connectTimeout },
    commandOptions: { timeout: 0 },
    // For Redis Enterprise; it would read the environment.
    maintNotifications: "disabled",
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
