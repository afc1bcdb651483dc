import { assert, assertEquals } from "@std/assert";
import type { PromptChanged } from "shared/bus/messages.ts";
import { LineLog } from "shared/runtime/line_log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import type { Business } from "shared/store/business.ts";
import { greetingHash } from "shared/store/greeting_key.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { businessApi } from "../api/business_api.ts";
import { openApiDocument } from "../api/openapi.ts";
import { problem, PROBLEM_TYPE } from "../api/problem.ts";

export const TOKEN = "0123456789abcdef";
const ORIGIN = "http://kav.test";

/** As much of the document as the tests look at. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, { readonly content?: Record<string, unknown> }>>;
}

export const DOCUMENT = openApiDocument() as unknown as Document;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- tests compare it with what they expect
  readonly body: any;
}

interface ApiBenchOptions {
  readonly token?: string | undefined;
  readonly engineOf?: (business: Business) => string;
}

/** The API over stores in memory. What it answers is compared with the OpenAPI document. */
export class ApiBench {
  readonly clock = new FakeClock();
  readonly stores = new MemoryStores({ clock: this.clock });
  readonly metrics = new Metrics();
  readonly announced: PromptChanged[] = [];
  readonly logged: string[] = [];
  readonly #routes;

  constructor({ engineOf = () => "flite", ...options }: ApiBenchOptions = {}) {
    this.#routes = businessApi({
      token: "token" in options ? options.token : TOKEN,
      stores: this.stores,
      hashOf: (business) => greetingHash(business, engineOf(business)),
      announce: (changed) => void this.announced.push(changed),
      log: new LineLog({ write: (line) => this.logged.push(line), clock: this.clock }),
      metrics: this.metrics,
    });
  }

  /** With any headers and any body. */
  async fetch(path: string, init: RequestInit): Promise<Answer> {
    const response = await this.#routes(new Request(ORIGIN + path, init));
    if (!response) throw new Error(`Cannot fetch: the API answers ${path}, received nothing`);
    const text = await response.text();
    const { status, headers } = response;
    const answer = { status, headers, body: text === "" ? undefined : JSON.parse(text) };
    conforms(path, init.method ?? "GET", answer);
    return answer;
  }

  /** As a client does, with its token. */
  ask(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.fetch(path, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      ...body !== undefined && { body: JSON.stringify(body) },
    });
  }

  put(business: Readonly<Record<string, unknown>>, id = business["id"]): Promise<Answer> {
    return this.ask("PUT", `/api/businesses/${id}`, business);
  }
}

/** What the API answers where there is no such path, or no such method, is of no operation. */
function conforms(path: string, method: string, { status, headers, body }: Answer): void {
  assertEquals(headers.get("cache-control"), "no-store");
  if (status >= 400 && method !== "HEAD") {
    assertEquals([headers.get("content-type"), body.status], [PROBLEM_TYPE, status]);
    problem.parse(body);
  }
  const { pathname } = new URL(path, ORIGIN);
  const template = pathname.replace(/^(\/api\/businesses)\/[^/]+$/, "$1/{id}");
  const operation = DOCUMENT.paths[template]?.[method === "HEAD" ? "get" : method.toLowerCase()];
  if (!operation) return assert([401, 404, 405].includes(status), `${method} ${path}: ${status}`);
  const response = operation.responses[status];
  assert(response, `${method} ${template} answers ${status}: openapi.ts does not say so`);
  const [type] = Object.keys(response.content ?? {});
  if (type !== undefined) assertEquals(headers.get("content-type"), type);
}
