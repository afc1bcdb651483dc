import type { Fetch } from "../client.ts";

export const FAKE_TOKEN = "the token of the fake";

type Fields = { readonly version: number } & Readonly<Record<string, unknown>>;

/** The business API as a function: versions as the real one has them, and no check of fields. */
export class FakeApi {
  readonly stored = new Map<string, Fields>();
  /** What was asked, as `GET /api/businesses`. */
  readonly asked: string[] = [];
  /** Answers given instead, each once, by what was asked. */
  readonly instead = new Map<string, () => Response>();
  /** Greetings, as `GET /api/greetings` answers them; the last is repeated. */
  readonly greetings: unknown[][] = [];

  readonly fetch: Fetch = async (request) => {
    const { pathname, search } = new URL(request.url);
    const what = `${request.method} ${pathname}${search}`;
    this.asked.push(what);
    const instead = this.instead.get(what);
    if (instead) {
      this.instead.delete(what);
      return instead();
    }
    if (request.headers.get("authorization") !== `Bearer ${FAKE_TOKEN}`) {
      return problem(401, { detail: "Cannot let you in: another token" });
    }
    if (what === "GET /api/businesses") return json(200, { businesses: [...this.stored.values()] });
    if (what === "GET /api/greetings") {
      const [now] = this.greetings.length > 1 ? this.greetings.splice(0, 1) : this.greetings;
      return json(200, { greetings: now ?? [] });
    }
    return await this.#one(request, decodeURIComponent(pathname.split("/")[3] ?? ""));
  };

  async #one(request: Request, id: string): Promise<Response> {
    const stored = this.stored.get(id);
    if (request.method === "PUT") return this.#put(id, stored, await request.json());
    if (!stored) return problem(404, { detail: `There is no business ${id}` });
    if (request.method === "GET") return json(200, stored);
    this.stored.delete(id);
    return new Response(null, { status: 204 });
  }

  #put(id: string, stored: Fields | undefined, body: { version?: number }): Response {
    const current = stored?.version ?? null;
    const { version } = body;
    if (stored && version !== current) return problem(409, { detail: "Another version", current });
    if (stored && JSON.stringify({ ...stored, version: 0 }) === textOf(body)) {
      return json(200, stored);
    }
    const next = { ...body, version: stored ? stored.version + 1 : version ?? 1 };
    this.stored.set(id, next);
    return json(stored ? 200 : 201, next);
  }
}

const textOf = (body: object) => JSON.stringify({ ...body, version: 0 });

export function json(status: number, body: unknown): Response {
  return Response.json(body, { status });
}

export function problem(status: number, members: Readonly<Record<string, unknown>>): Response {
  const headers = { "content-type": "application/problem+json" };
  return new Response(JSON.stringify({ title: "Problem", status, ...members }), {
    status,
    headers,
  });
}
