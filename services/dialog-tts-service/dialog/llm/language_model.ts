import type OpenAI from "openai";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import { CircuitBreaker } from "shared/speech/chain/circuit_breaker.ts";
import type { ChatDelta, ChatRequest } from "./chat_messages.ts";
import { deltasOf } from "./chunk_deltas.ts";
import { LlmFailure } from "./llm_failure.ts";
import type { LlmMetrics } from "./llm_metrics.ts";
import { failureOf } from "./package_errors.ts";

export interface LanguageModelOptions {
  /** Unset: OpenAI's. */
  readonly baseUrl?: string | undefined;
  /** Unset: no key is sent. */
  readonly apiKey?: string | undefined;
  readonly model: string;
  readonly clock: Clock;
  readonly log: Pick<Log, "warnLimited">;
  readonly metrics: LlmMetrics;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

const OPENAI_URL = "https://api.openai.com/v1";
/** An endpoint that hangs costs so many callers their patience; then none for `REST_MS`. */
const TIMEOUTS_IN_ROW = 3;
const REST_MS = 30_000;
/** Who asks sets the deadlines: the package's own is as good as none. */
const NO_TIMEOUT_MS = 3_600_000;

/** The language model of a process, at any endpoint of OpenAI's protocol. */
export class LanguageModel {
  readonly #options: LanguageModelOptions;
  readonly #breaker = new CircuitBreaker({ failures: TIMEOUTS_IN_ROW, openMs: REST_MS });
  #client: Promise<OpenAI> | undefined;

  constructor(options: LanguageModelOptions) {
    this.#options = options;
  }

  /** Loads the package, so that no caller waits for that. Connects to nobody. */
  async open(): Promise<void> {
    await this.#opened();
  }

  /** Whether to ask it now; after a yes its outcome is to be told by what it answers, or by `failed`. */
  allows(): boolean {
    return this.#breaker.allows(this.#options.clock.now());
  }

  /**
   * One answer, as it is written. Ends early, without an error, when `signal` is aborted.
   *
   * @throws {LlmFailure} when it does not come whole.
   */
  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatDelta> {
    const { clock, metrics } = this.#options;
    const startedMs = clock.now();
    let isFirst = true;
    let isFinished = false;
    try {
      for await (const chunk of await this.#ask(request, signal)) {
        for (const delta of deltasOf(chunk)) {
          if (isFirst && delta.kind !== "finish") {
            isFirst = false;
            metrics.firstToken.observe((clock.now() - startedMs) / 1_000);
            this.#breaker.succeeded();
          }
          isFinished ||= delta.kind === "finish";
          yield delta;
        }
      }
    } catch (error) {
      if (!signal.aborted && !isFinished) throw failureOf(error, isFirst);
    }
    if (!isFinished && !signal.aborted) throw new LlmFailure(isFirst ? "empty" : "cut_off");
  }

  /** Tells people; an endpoint that only hangs is not asked for a while. */
  failed({ reason, message, advice }: LlmFailure): void {
    const { clock, log, metrics, model } = this.#options;
    metrics.failures.inc({ reason });
    if (reason === "timeout") this.#breaker.failed("timeout", clock.now());
    else this.#breaker.succeeded();
    log.warnLimited(`llm ${reason}`, `the language model failed: ${message}. ${advice}`, { model });
  }

  async #ask({ messages, tools, mayUseTools }: ChatRequest, signal: AbortSignal) {
    const client = await this.#opened();
    return await client.chat.completions.create({
      model: this.#options.model,
      messages: [...messages],
      ...(tools.length > 0 && { tools: [...tools] }),
      ...(tools.length > 0 && !mayUseTools && { tool_choice: "none" as const }),
      stream: true,
    }, { signal });
  }

  #opened(): Promise<OpenAI> {
    return this.#client ??= this.#connect();
  }

  /** Nothing is left for the package to look up in the environment. */
  async #connect(): Promise<OpenAI> {
    const { baseUrl = OPENAI_URL, apiKey, fetch } = this.#options;
    const { default: OpenAIClient } = await import("openai");
    return new OpenAIClient({
      baseURL: baseUrl,
      apiKey: apiKey ?? "none",
      ...(apiKey === undefined && { defaultHeaders: { Authorization: null } }),
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: NO_TIMEOUT_MS,
      logLevel: "off",
      ...(fetch && { fetch }),
    });
  }
}
