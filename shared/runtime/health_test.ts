import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { firstToAnswer, healthRoutes, type RouteHandler } from "./health.ts";
import { Metrics } from "./metrics.ts";

function ask(path: string, ready: boolean | string[] = true, method = "GET") {
  const metrics = new Metrics();
  metrics.gauge("kav_calls", "Calls now").set(3);
  const routes = healthRoutes({ ready: () => ready, metrics });
  return routes(new Request(`http://127.0.0.1:8080${path}`, { method }));
}

describe("healthRoutes()", () => {
  it("answers /livez whether or not the service is ready", async () => {
    const response = await ask("/livez", ["engines are opening"]);
    assertEquals([response?.status, await response?.json()], [200, { live: true }]);
  });

  it("answers /readyz with 200 when ready: true or no reason against it", async () => {
    for (const ready of [true, []]) {
      const response = await ask("/readyz", ready);
      assertEquals([response?.status, await response?.json()], [200, { ready: true }]);
    }
  });

  it("answers /readyz with 503 and the reasons", async () => {
    const response = await ask("/readyz", ["bus is away", "draining"]);
    assertEquals(
      [response?.status, await response?.json()],
      [503, { ready: false, reasons: ["bus is away", "draining"] }],
    );
    assertEquals((await ask("/readyz", false))?.status, 503);
  });

  it("answers /metrics in Prometheus's text format, whatever the query", async () => {
    const response = await ask("/metrics?x=1");
    assertStringIncludes(response?.headers.get("content-type") ?? "", "text/plain");
    assertStringIncludes(await response?.text() ?? "", "kav_calls 3");
  });

  it("answers HEAD without a body", async () => {
    const response = await ask("/readyz", ["draining"], "HEAD");
    assertEquals([response?.status, await response?.text()], [503, ""]);
  });

  it("leaves every other path and method to others", () => {
    for (const path of ["/", "/livez/", "/metrics2", "/toString", "/twilio/voice"]) {
      assertEquals(ask(path), undefined, path);
    }
    assertEquals(ask("/livez", true, "POST"), undefined);
  });
});

describe("firstToAnswer()", () => {
  it("asks one after the other, and has no answer when none has", async () => {
    const only = (path: string, text: string): RouteHandler => (request) =>
      request.url.endsWith(path) ? Promise.resolve(new Response(text)) : undefined;
    const routes = firstToAnswer(only("/a", "first"), only("/a", "second"), only("/b", "third"));
    const ask = async (path: string) =>
      await (await routes(new Request(`http://127.0.0.1${path}`)))?.text();
    assertEquals([await ask("/a"), await ask("/b"), await ask("/c")], [
      "first",
      "third",
      undefined,
    ]);
  });
});
