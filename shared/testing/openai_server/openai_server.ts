import type { Clock } from "shared/clock/clock.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import type { Answer, PlainAnswer, SeenRequest } from "./answers.ts";
import { completionStream } from "./completion_stream.ts";

export interface OpenAiServerOptions {
  /** Times its answers. Default: the system's. */
  readonly clock?: Clock;
}

/** Answers a request; unset: the next of the answers that were scripted. */
export type Responder = (request: SeenRequest) => Answer;

const NOTHING_SCRIPTED: PlainAnswer = {
  status: 500,
  body: "no answer is scripted for this request",
};

/**
 * A server of OpenAI's streaming chat completions that answers from a script: in process through `fetch`, or on loopback
 * after `listen`. It takes any path that ends in `/chat/completions`.
 */
export class OpenAiServer implements AsyncDisposable {
  readonly requests: SeenRequest[] = [];
  /** Asked first. */
  respond: ((request: SeenRequest) => Answer | undefined) | undefined;
  readonly #clock: Clock;
  readonly #answers: Answer[] = [];
  readonly #closing = new AbortController();
  #open = 0;
  #server: Deno.HttpServer<Deno.NetAddr> | undefined;

  constructor({ clock = new SystemClock() }: OpenAiServerOptions = {}) {
    this.#clock = clock;
  }

  /** Answers that are not over: a leak check for tests. */
  get open(): number {
    return this.#open;
  }

  get aborted(): number {
    return this.requests.filter(({ aborted }) => aborted).length;
  }

  /** To be used instead of the global one: no network is in between. */
  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const { promise: gone, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(request.signal.reason);
    request.signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([this.handle(request), gone]);
    } finally {
      request.signal.removeEventListener("abort", onAbort);
    }
  };

  /** One each for the next requests. */
  next(...answers: Answer[]): void {
    this.#answers.push(...answers);
  }

  /** @param left aborted when the client goes. */
  async handle(request: Request, left = request.signal): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method !== "POST" || !pathname.endsWith("/chat/completions")) {
      return plain({ status: 404 });
    }
    const seen = seenOf(pathname, request.headers, await request.json(), this.#clock.now());
    this.requests.push(seen);
    const answer = this.respond?.(seen) ?? this.#answers.shift() ?? NOTHING_SCRIPTED;
    this.#open++;
    const onEnd = (isAborted: boolean) => {
      this.#open--;
      seen.aborted = isAborted;
    };
    const signal = AbortSignal.any([left, this.#closing.signal]);
    if ("status" in answer) return await this.#plain(answer, signal, onEnd);
    const { model } = seen;
    const body = completionStream({ clock: this.#clock, model, steps: answer, signal, onEnd });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }

  /** @returns the address for clients, as `LLM_BASE_URL`. */
  listen(): string {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request, { completed }) => {
        const left = new AbortController();
        completed.catch(() => left.abort());
        return this.handle(request, left.signal);
      },
    );
    return `http://127.0.0.1:${this.#server.addr.port}/v1`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#server?.shutdown();
  }

  async #plain(
    answer: PlainAnswer,
    signal: AbortSignal,
    onEnd: (isAborted: boolean) => void,
  ): Promise<Response> {
    const { afterMs = 0 } = answer;
    if (afterMs > 0) await this.#clock.sleepUntil(this.#clock.now() + afterMs, signal);
    onEnd(signal.aborted);
    return plain(answer);
  }
}

function plain({ status, body }: PlainAnswer): Response {
  if (typeof body === "string") return new Response(body, { status });
  return Response.json(body ?? { error: { message: `scripted ${status}`, code: `e${status}` } }, {
    status,
  });
}

function seenOf(
  path: string,
  headers: Headers,
  // deno-lint-ignore no-explicit-any -- it is only shown to tests
  { model, messages, tools = [], tool_choice: toolChoice }: any,
  atMs: number,
): SeenRequest {
  const isAuthorized = headers.has("authorization");
  return { path, model, messages, tools, toolChoice, isAuthorized, atMs, aborted: false };
}
