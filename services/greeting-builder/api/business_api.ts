import { type Context, Hono, type MiddlewareHandler } from "hono";
import type { RouteHandler } from "shared/runtime/health.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Metrics } from "shared/runtime/metrics.ts";
import { AdminToken, type TokenCheck } from "./admin_token.ts";
import { businessRoutes } from "./business_routes.ts";
import { BusinessWriter, type BusinessWriterOptions } from "./business_writer.ts";
import { StoreAway } from "./from_store.ts";
import { readGreetingStates } from "./greeting_states.ts";
import { openApiDocument } from "./openapi.ts";
import { type ApiPath, type Methods, PATHS, routePath } from "./paths.ts";
import { problemResponse } from "./problem.ts";

export interface BusinessApiOptions extends BusinessWriterOptions {
  /** Unset: every request is refused. */
  readonly token: string | undefined;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What a request is found to be, on its way to its answer. */
type ApiEnv = { Variables: { path: ApiPath | undefined } };

const PREFIX = "/api/";

/** The API of businesses: everything below `/api/`. It never rejects. */
export function businessApi(options: BusinessApiOptions): RouteHandler {
  const { stores, log } = options;
  const app = new Hono<ApiEnv>();
  app.use(counted(options.metrics), notKept);
  for (const path of Object.values(PATHS)) {
    app.use(routePath(path), async (c, next) => {
      c.set("path", path);
      await next();
    });
  }
  app.use(guarded(options));
  const document = openApiDocument();
  const business = businessRoutes({ stores, writer: new BusinessWriter(options), log });
  serve(app, PATHS.businesses, business.all);
  serve(app, PATHS.business, business.one);
  serve(app, PATHS.greetings, { GET: async (c) => c.json(await readGreetingStates(options)) });
  serve(app, PATHS.openApi, { GET: (c) => c.json(document) });
  app.notFound((c) => problemResponse(404, `There is nothing at ${c.req.path}`));
  app.onError((error, c) => failed(error, c, log));
  return (request) => {
    if (!new URL(request.url).pathname.startsWith(PREFIX)) return undefined;
    return Promise.resolve(app.fetch(request));
  };
}

function serve(app: Hono<ApiEnv>, path: ApiPath, methods: Methods): void {
  for (const [method, handler] of Object.entries(methods)) {
    app.on(method, routePath(path), handler);
  }
  const allow = Object.keys(methods).flatMap((name) => name === "GET" ? [name, "HEAD"] : name)
    .join(", ");
  app.all(
    routePath(path),
    (c) => problemResponse(405, `${c.req.method} is none of ${allow}`, {}, { allow }),
  );
}

/** Counts every answer. */
function counted(metrics: Metrics): MiddlewareHandler<ApiEnv> {
  const requests = metrics.counter(
    "kav_api_requests_total",
    "Requests to the API of businesses, by route and status",
    ["route", "status"],
  );
  return async (c, next) => {
    await next();
    requests.inc({ route: c.var.path ?? "other", status: String(c.res.status) });
  };
}

const notKept: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  c.header("cache-control", "no-store");
};

const REFUSALS = {
  unset: "The API is closed: ADMIN_TOKEN is not set where it runs",
  missing: "The API needs the header Authorization: Bearer ADMIN_TOKEN",
  wrong: "The bearer token is not the ADMIN_TOKEN of this API",
} satisfies Record<Extract<TokenCheck, { ok: false }>["reason"], string>;

/** Nothing of a request is looked at before its token but where it goes. */
function guarded({ token, log }: BusinessApiOptions): MiddlewareHandler<ApiEnv> {
  const admin = new AdminToken(token);
  return async (c, next) => {
    const { path } = c.var;
    const isOpen = path === PATHS.openApi && ["GET", "HEAD"].includes(c.req.method);
    const check = isOpen ? { ok: true } as const : admin.check(c.req.header("authorization"));
    if (check.ok) return await next();
    const { reason } = check;
    log.warnLimited("api_token", "API request refused", { reason, route: path ?? "other" });
    return problemResponse(401, REFUSALS[reason], {}, { "www-authenticate": "Bearer" });
  };
}

function failed(error: Error, c: Context<ApiEnv>, log: Log): Response {
  const fields = { route: c.var.path ?? "other", method: c.req.method, error: error.message };
  if (error instanceof StoreAway) {
    log.warnLimited("api_store", "Cannot answer an API request: the store is away", fields);
    const detail = "The store of businesses is away: try again";
    return problemResponse(503, detail, {}, { "retry-after": "1" });
  }
  log.error("Cannot answer an API request: it failed unexpectedly", fields);
  return problemResponse(500, "The request failed unexpectedly: the log tells more");
}
