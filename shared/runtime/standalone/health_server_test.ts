import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { RouteHandler } from "../health.ts";
import { Metrics } from "../metrics.ts";
import { standaloneRoutes } from "./health_server.ts";

let own: RouteHandler | undefined;
let ask: (path: string) => Response | Promise<Response>;

beforeEach(() => {
  own = undefined;
  const options = { metrics: new Metrics(), reasons: () => ["starting"], routes: () => own };
  const handle = standaloneRoutes(options);
  ask = (path) => handle(new Request(`http://kav.test${path}`));
});

describe("standaloneRoutes()", () => {
  it("answers 503 and when to come again before the service has started", async () => {
    const { status, headers } = await ask("/api/businesses");
    assertEquals([status, headers.get("retry-after")], [503, "1"]);
    assertEquals(headers.get("content-type"), "application/problem+json");
  });

  it("asks the service once it has started, and answers 404 to what that does not know", async () => {
    own = (request) =>
      request.url.endsWith("/api/x") ? Promise.resolve(new Response("its own")) : undefined;
    assertEquals(await (await ask("/api/x")).text(), "its own");
    assertEquals((await ask("/x")).status, 404);
  });

  it("answers for its health before and after, whatever the service would answer", async () => {
    assertEquals((await ask("/livez")).status, 200);
    own = () => Promise.resolve(new Response("its own"));
    assertEquals([(await ask("/livez")).status, (await ask("/readyz")).status], [200, 503]);
  });
});
