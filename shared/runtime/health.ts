import type { Metrics } from "./metrics.ts";

export interface HealthOptions {
  /** True or an empty list: ready. Otherwise the reasons why not, or just false. */
  readonly ready: () => boolean | string[];
  readonly metrics: Metrics;
}

/** Answers a request, or undefined when it is for somebody else. */
export type RouteHandler = (request: Request) => Promise<Response> | undefined;

/** Asks one after the other, until one answers. */
export function firstToAnswer(...handlers: readonly RouteHandler[]): RouteHandler {
  return (request) => {
    for (const handler of handlers) {
      const answer = handler(request);
      if (answer) return answer;
    }
  };
}

/**
 * `GET` (and `HEAD`) of `/livez`, `/readyz` and `/metrics`.
 *
 * - `/livez`: 200 as long as the process answers.
 * - `/readyz`: 200 `{"ready":true}`, or 503 `{"ready":false,"reasons":[...]}`.
 * - `/metrics`: Prometheus's text format.
 */
export function healthRoutes({ ready, metrics }: HealthOptions): RouteHandler {
  const routes: Record<string, () => Response | Promise<Response>> = {
    "/livez": () => Response.json({ live: true }),
    "/readyz": () => readiness(ready()),
    "/metrics": async () =>
      new Response(await metrics.text(), { headers: { "content-type": metrics.contentType } }),
  };
  return (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    const { pathname } = new URL(request.url);
    if (!Object.hasOwn(routes, pathname)) return undefined;
    return answered(request, routes[pathname]!);
  };
}

async function answered(
  request: Request,
  route: () => Response | Promise<Response>,
): Promise<Response> {
  const response = await route();
  return request.method === "HEAD" ? new Response(null, response) : response;
}

function readiness(answer: boolean | string[]): Response {
  const reasons = typeof answer === "boolean" ? [] : answer;
  const isReady = typeof answer === "boolean" ? answer : reasons.length === 0;
  if (isReady) return Response.json({ ready: true });
  return Response.json({ ready: false, reasons }, { status: 503 });
}
