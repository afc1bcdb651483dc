import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import type { EngineFailure } from "shared/speech/engine_failure.ts";
import { googleFailure, ownFailure, SPEECH_TO_TEXT } from "../google_failure.ts";
import type {
  HearingConfig,
  SpeechConnection,
  SpeechStream,
  StreamConfig,
  StreamHandlers,
} from "./speech_api.ts";

/** So long a check speaks for the connection. */
const FRESH_MS = 200;

/** A connection of the pool: knows how many streams it carries, and whether it can be trusted with another one. */
export class PooledConnection implements SpeechConnection {
  /** Places given out. */
  streams = 0;
  readonly #connection: SpeechConnection;
  readonly #clock: Clock;
  readonly #onLost: (lost: PooledConnection) => void;
  #probe: Promise<void> | undefined;
  #freshUntilMs = -Infinity;
  #isLost = false;

  /** @param onLost it cannot be trusted any more; called once. */
  constructor(
    connection: SpeechConnection,
    clock: Clock,
    onLost: (lost: PooledConnection) => void,
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.#onLost = onLost;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  stream(config: StreamConfig, handlers: StreamHandlers): SpeechStream {
    return this.#connection.stream(config, {
      onResponse: (response) => handlers.onResponse(response),
      onEnd: (failure) => {
        if (failure) this.#noticed(failure);
        handlers.onEnd(failure);
      },
    });
  }

  async recognize(config: HearingConfig, audio: Uint8Array, timeoutMs: number): Promise<string> {
    return await this.#connection.recognize(config, audio, timeoutMs);
  }

  /** One probe at a time; its outcome holds for all who ask meanwhile, and a good one for 200 ms. */
  async check(timeoutMs: number): Promise<void> {
    if (this.#clock.now() < this.#freshUntilMs) return;
    this.#probe ??= this.#check(timeoutMs).finally(() => this.#probe = undefined);
    await this.#probe;
  }

  async close(): Promise<void> {
    this.#isLost = true;
    await this.#connection.close();
  }

  async #check(timeoutMs: number): Promise<void> {
    const result = await within(this.#clock, timeoutMs, () => this.#connection.check(timeoutMs));
    if (result.ok) {
      this.#freshUntilMs = this.#clock.now() + FRESH_MS;
      return;
    }
    this.#lost();
    throw result.reason === "failed"
      ? googleFailure(SPEECH_TO_TEXT, result.cause)
      : ownFailure(SPEECH_TO_TEXT, "DEADLINE_EXCEEDED", `No answer within ${timeoutMs} ms`);
  }

  /** A stream's failure may be the connection's. */
  #noticed({ kind }: EngineFailure): void {
    if (kind === "unreachable") this.#lost();
  }

  #lost(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#freshUntilMs = -Infinity;
    this.#onLost(this);
  }
}
