import type { z } from "zod";
import {
  businessList,
  greetingList,
  type GreetingStatus,
  problemDocument,
  type StoredBusiness,
  storedBusiness,
} from "./answers.ts";
import { type ApiProblem, apiProblem } from "./api_problem.ts";

const TIMEOUT_MS = 10_000;
const PROBLEM_TYPE = "application/problem+json";

export type Fetch = (request: Request) => Promise<Response>;

export type ApiResult<T> = { readonly kind: "done"; readonly value: T } | ApiProblem;

/** A business to be stored, as people wrote it: the API checks its fields. */
export interface BusinessDraft extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

export interface PutDone {
  readonly created: boolean;
  readonly business: StoredBusiness;
}

export interface ApiClientOptions {
  readonly url: string;
  readonly token: string;
  /** Default: that of the platform. */
  readonly fetch?: Fetch;
  /** For the whole answer. */
  readonly timeoutMs?: number;
}

/** The business API of greeting-builder. No method rejects. */
export class ApiClient {
  readonly #url: string;
  readonly #token: string;
  readonly #fetch: Fetch;
  readonly #timeoutMs: number;

  constructor({ url, token, fetch: given, timeoutMs = TIMEOUT_MS }: ApiClientOptions) {
    this.#url = url;
    this.#token = token;
    this.#fetch = given ?? ((request) => fetch(request));
    this.#timeoutMs = timeoutMs;
  }

  async list(): Promise<ApiResult<StoredBusiness[]>> {
    const answer = await this.#ask("GET", "/api/businesses");
    return read(answer, businessList, ({ businesses }) => businesses);
  }

  async get(id: string): Promise<ApiResult<StoredBusiness>> {
    return read(await this.#ask("GET", pathOf(id)), storedBusiness, (business) => business);
  }

  /** @param over the version that it replaces, or begins with; undefined: there must be none. */
  async put(business: BusinessDraft, over: unknown): Promise<ApiResult<PutDone>> {
    const { version: _, ...rest } = business;
    const body = JSON.stringify({ ...rest, ...over !== undefined && { version: over } });
    const answer = await this.#ask("PUT", pathOf(business.id), body);
    return read(answer, storedBusiness, (stored, status) => ({
      created: status === 201,
      business: stored,
    }));
  }

  /** @param version the one that is to be deleted; undefined: whichever there is. */
  async delete(id: string, version: number | undefined): Promise<ApiResult<undefined>> {
    const query = version === undefined ? "" : `?version=${version}`;
    const answer = await this.#ask("DELETE", pathOf(id) + query);
    return answer.kind === "answer" ? { kind: "done", value: undefined } : answer;
  }

  async greetings(): Promise<ApiResult<GreetingStatus[]>> {
    return read(await this.#ask("GET", "/api/greetings"), greetingList, (list) => list.greetings);
  }

  async #ask(method: string, path: string, body?: string): Promise<Answer | ApiProblem> {
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new Error(noAnswer(this.#timeoutMs))),
      this.#timeoutMs,
    );
    try {
      const response = await this.#fetch(
        new Request(this.#url + path, {
          method,
          headers: {
            authorization: `Bearer ${this.#token}`,
            ...body !== undefined && { "content-type": "application/json" },
          },
          ...body !== undefined && { body },
          // The token is for this address only.
          redirect: "manual",
          signal: late.signal,
        }),
      );
      const text = await response.text();
      if (response.ok) return { kind: "answer", status: response.status, text };
      return apiProblem(response.status, problemOf(response, text));
    } catch (error) {
      return { kind: "unreachable", reason: causeOf(error) };
    } finally {
      clearTimeout(timer);
    }
  }
}

interface Answer {
  readonly kind: "answer";
  readonly status: number;
  readonly text: string;
}

const pathOf = (id: string) => `/api/businesses/${encodeURIComponent(id)}`;
const noAnswer = (ms: number) => `no answer within ${ms / 1000} s`;

function read<S extends z.ZodType, T>(
  answer: Answer | ApiProblem,
  schema: S,
  take: (value: z.infer<S>, status: number) => T,
): ApiResult<T> {
  if (answer.kind !== "answer") return answer;
  const parsed = schema.safeParse(jsonOf(answer.text));
  if (parsed.success) return { kind: "done", value: take(parsed.data, answer.status) };
  return { kind: "failed", reason: "it answers something else: is it the business API?" };
}

/** What the platform says underneath "fetch failed", without the address again. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return causeOf(error.cause);
  return error.message.replace(/^error sending request for url \([^)]*\): /, "");
}

function problemOf({ headers }: Response, text: string) {
  const isProblem = headers.get("content-type")?.startsWith(PROBLEM_TYPE);
  return isProblem ? problemDocument.safeParse(jsonOf(text)).data : undefined;
}

/** Undefined when it is not JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
