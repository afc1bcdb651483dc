import { assertEquals, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { LineLog } from "shared/runtime/line_log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { SAMPLE_BUSINESS, sampleBusiness } from "shared/testing/sample_business.ts";
import { businessApi } from "./business_api.ts";
import { ApiBench, TOKEN } from "../testing/api_bench.ts";

const GUARDED = [
  ["GET", "/api/businesses"],
  ["GET", "/api/businesses/shop"],
  ["PUT", "/api/businesses/shop"],
  ["DELETE", "/api/businesses/shop"],
  ["GET", "/api/greetings"],
  ["POST", "/api/openapi.json"],
  ["GET", "/api/nothing"],
] as const;

let bench: ApiBench;
beforeEach(() => {
  bench = new ApiBench();
});

async function samples(): Promise<string[]> {
  const lines = (await bench.metrics.text()).split("\n");
  return lines.filter((line) => line.startsWith("kav_api_requests_total{"));
}

describe("businessApi(), by its token", () => {
  for (const [method, path] of GUARDED) {
    it(`refuses ${method} ${path} without one`, async () => {
      const { status, headers, body } = await bench.fetch(path, { method });
      assertEquals([status, headers.get("www-authenticate")], [401, "Bearer"]);
      assertStringIncludes(body.detail, "Authorization: Bearer ADMIN_TOKEN");
    });
  }

  it("refuses another one, also one that begins the same, and logs neither", async () => {
    const others = [
      `Bearer ${TOKEN}0`,
      `Bearer ${TOKEN.slice(1)}`,
      `Basic ${TOKEN}`,
      TOKEN,
      "Bearer",
    ];
    for (const authorization of others) {
      const answer = await bench.fetch("/api/businesses", { headers: { authorization } });
      assertEquals([answer.status, answer.headers.get("www-authenticate")], [401, "Bearer"]);
    }
    assertEquals(bench.logged.length, 1);
    assertStringIncludes(bench.logged[0]!, "reason=wrong");
    assertEquals(bench.logged[0]!.includes(TOKEN.slice(1)), false);
  });

  it("refuses every one when none is set, and says so", async () => {
    bench = new ApiBench({ token: undefined });
    for (const authorization of [`Bearer ${TOKEN}`, "Bearer undefined", "Bearer "]) {
      const answer = await bench.fetch("/api/businesses", { headers: { authorization } });
      assertEquals(answer.status, 401);
      assertStringIncludes(answer.body.detail, "ADMIN_TOKEN is not set");
    }
  });

  it("takes the scheme in any case", async () => {
    for (const scheme of ["Bearer", "bearer", "BEARER "]) {
      const headers = { authorization: `${scheme} ${TOKEN}` };
      assertEquals((await bench.fetch("/api/businesses", { headers })).status, 200);
    }
  });

  it("refuses before it reads the body", async () => {
    let pulled = 0;
    const body = new ReadableStream({ pull: () => void pulled++ }, { highWaterMark: 0 });
    assertEquals((await bench.fetch("/api/businesses/shop", { method: "PUT", body })).status, 401);
    assertEquals(pulled, 0);
  });

  it("shows everybody the OpenAPI document", async () => {
    const { status, body } = await bench.fetch("/api/openapi.json", {});
    assertEquals([status, body.openapi], [200, "3.1.0"]);
  });
});

describe("businessApi(), by path and method", () => {
  it("leaves other paths to others", () => {
    const routes = businessApi({
      token: TOKEN,
      stores: new MemoryStores({ clock: new FakeClock() }),
      hashOf: () => "hash",
      announce: () => {},
      log: new LineLog({ write: () => {}, clock: new FakeClock() }),
      metrics: new Metrics(),
    });
    for (const path of ["/", "/livez", "/api", "/apis/businesses", "/%61pi/businesses"]) {
      assertEquals(routes(new Request(`http://kav.test${path}`)), undefined, path);
    }
  });

  it("answers 404 where there is nothing", async () => {
    const paths = ["/api/", "/api/nothing", "/api/businesses/", "/api/businesses/shop/greeting"];
    for (const path of paths) assertEquals((await bench.ask("GET", path)).status, 404, path);
  });

  it("answers 405 with the methods that there are", async () => {
    const cases = [
      ["POST", "/api/businesses", "GET, HEAD"],
      ["POST", "/api/businesses/shop", "GET, HEAD, PUT, DELETE"],
      ["DELETE", "/api/greetings", "GET, HEAD"],
      ["OPTIONS", "/api/openapi.json", "GET, HEAD"],
    ] as const;
    for (const [method, path, allow] of cases) {
      const { status, headers } = await bench.ask(method, path);
      assertEquals([status, headers.get("allow")], [405, allow], path);
    }
  });

  it("answers HEAD as GET, without a body", async () => {
    await bench.put(SAMPLE_BUSINESS, "shop");
    const paths = ["businesses", "businesses/shop", "greetings", "openapi.json"];
    for (const path of paths) {
      const { status, body } = await bench.ask("HEAD", `/api/${path}`);
      assertEquals([status, body], [200, undefined], path);
    }
    assertEquals((await bench.ask("HEAD", "/api/businesses/none")).status, 404);
  });

  it("counts by route and status, whatever strangers invent", async () => {
    await bench.ask("GET", "/api/businesses/a");
    await bench.ask("GET", "/api/businesses/b");
    await bench.fetch("/api/x", {});
    await bench.ask("GET", "/api/y");
    assertEquals(await samples(), [
      'kav_api_requests_total{route="/api/businesses/{id}",status="404"} 2',
      'kav_api_requests_total{route="other",status="401"} 1',
      'kav_api_requests_total{route="other",status="404"} 1',
    ]);
  });
});

describe("businessApi(), in trouble", () => {
  const calls = [
    ["GET", "/api/businesses"],
    ["GET", "/api/businesses/shop"],
    ["PUT", "/api/businesses/shop", sampleBusiness({})],
    ["DELETE", "/api/businesses/shop"],
    ["GET", "/api/greetings"],
  ] as const;

  for (const [method, path, body] of calls) {
    it(`answers ${method} ${path} with 503 while the store is away`, async () => {
      const away = () => Promise.reject(new Error("redis://user:secret@store is away"));
      Object.assign(bench.stores.businesses, { get: away, list: away, lastVersion: away });
      const answer = await bench.ask(method, path, body);
      assertEquals([answer.status, answer.headers.get("retry-after")], [503, "1"]);
      assertStringIncludes(answer.body.detail, "store of businesses is away");
      assertEquals(JSON.stringify(answer.body).includes("secret"), false);
      assertStringIncludes(bench.logged.at(-1)!, "the store is away");
    });
  }

  it("answers 500 to what nobody expected, tells the log and not the client", async () => {
    bench = new ApiBench({
      engineOf: () => {
        throw new Error("no engine of that name");
      },
    });
    await bench.put(SAMPLE_BUSINESS, "shop");
    const { status, body } = await bench.ask("GET", "/api/greetings");
    assertEquals([status, JSON.stringify(body).includes("engine")], [500, false]);
    assertStringIncludes(bench.logged.at(-1)!, "no engine of that name");
  });
});
