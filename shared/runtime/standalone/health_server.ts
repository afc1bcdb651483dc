import { healthRoutes, type RouteHandler } from "../health.ts";
import type { Metrics } from "../metrics.ts";
import { listenOn } from "./listen_on.ts";

export interface HealthServer {
  readonly origin: string;
  close(): Promise<void>;
}

export interface HealthServerOptions {
  /** 0: any. */
  readonly port: number;
  readonly metrics: Metrics;
  /** Why it is not ready; none when it is. */
  readonly reasons: () => string[];
  /** The service's own routes; undefined until it has started. */
  readonly routes: () => RouteHandler | undefined;
}

/** What clients are told that come before the service has started (RFC 9457). */
const STARTING = {
  title: "Service Unavailable",
  status: 503,
  detail: "The service has not started yet: see /readyz",
};

/** `/livez`, `/readyz` and `/metrics` of a service run alone, and its own routes. @throws {Error} as `listenOn`. */
export function serveHealth(options: HealthServerOptions): HealthServer {
  const { port } = options;
  const handle = standaloneRoutes(options);
  const server = listenOn(
    { name: "HTTP_PORT", port },
    () =>
      Deno.serve(
        { port, hostname: "0.0.0.0", onListen: () => {} },
        handle,
      ),
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    close: () => server.shutdown(),
  };
}

/** What a service run alone answers on HTTP_PORT. */
export function standaloneRoutes(
  { metrics, reasons, routes }: Omit<HealthServerOptions, "port">,
): (request: Request) => Response | Promise<Response> {
  const health = healthRoutes({ ready: reasons, metrics });
  return (request) => {
    const own = routes();
    return health(request) ?? (own ? own(request) ?? notFound() : starting());
  };
}

const notFound = () => new Response("not found", { status: 404 });

function starting(): Response {
  return new Response(JSON.stringify(STARTING), {
    status: STARTING.status,
    headers: { "content-type": "application/problem+json", "retry-after": "1" },
  });
}
