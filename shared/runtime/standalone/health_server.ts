import { healthRoutes } from "../health.ts";
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
}

/** `/livez`, `/readyz` and `/metrics` of a service run alone. @throws {Error} as `listenOn`. */
export function serveHealth({ port, metrics, reasons }: HealthServerOptions): HealthServer {
  const routes = healthRoutes({ ready: reasons, metrics });
  const server = listenOn(
    { name: "HTTP_PORT", port },
    () =>
      Deno.serve(
        { port, hostname: "0.0.0.0", onListen: () => {} },
        (request) => routes(request) ?? new Response("not found", { status: 404 }),
      ),
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    close: () => server.shutdown(),
  };
}
