import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { apiTarget } from "./target.ts";

const TOKEN = "0123456789abcdef";
const UP = JSON.stringify({ api: "http://127.0.0.1:9001", admin_token: "of this run" });

function target(
  { api, env = {}, up }: { api?: string; env?: Record<string, string>; up?: string },
) {
  return apiTarget({ api, get: (name) => env[name], upFile: () => up });
}

describe("apiTarget()", () => {
  it("takes what `deno task up` runs, with its token", () => {
    assertEquals(target({ up: UP }), {
      ok: true,
      url: "http://127.0.0.1:9001",
      token: "of this run",
      urlFrom: ".kav/up.json",
      tokenFrom: ".kav/up.json",
    });
  });

  it("lets API_URL go before that, and --api before both", () => {
    const env = { API_URL: "https://kav.test/", ADMIN_TOKEN: TOKEN };
    const from = (found: ReturnType<typeof target>) => found.ok && [found.url, found.urlFrom];
    assertEquals(from(target({ env, up: UP })), ["https://kav.test", "API_URL"]);
    const api = "http://other.test:81//";
    assertEquals(from(target({ api, env, up: UP })), ["http://other.test:81", "--api"]);
  });

  it("takes this machine when nothing else is known", () => {
    const found = target({ env: { ADMIN_TOKEN: TOKEN } });
    assert(found.ok);
    assertEquals([found.url, found.token], ["http://127.0.0.1:8081", TOKEN]);
  });

  it("lets ADMIN_TOKEN go before that of what `deno task up` runs", () => {
    const found = target({ env: { ADMIN_TOKEN: TOKEN }, up: UP });
    assertEquals(found.ok && [found.token, found.tokenFrom], [TOKEN, "ADMIN_TOKEN"]);
  });

  it("never sends the token of what `deno task up` runs elsewhere", () => {
    for (const given of [{ api: "http://other.test" }, { env: { API_URL: "http://other.test" } }]) {
      const found = target({ ...given, up: UP });
      assert(!found.ok);
      assertStringIncludes(found.problem, "http://other.test: there is no token; set ADMIN_TOKEN");
    }
  });

  for (const up of ["", "null", "{}", '{"api":null,"admin_token":"x"}', '{"api":"x"}', "[1", "7"]) {
    it(`finds no API in ${JSON.stringify(up)}`, () => {
      const found = target({ up });
      assert(!found.ok && found.problem.includes("http://127.0.0.1:8081"), JSON.stringify(found));
    });
  }

  it("names every setting that cannot be used, and no token", () => {
    const found = target({ env: { API_URL: "nats://h", ADMIN_TOKEN: "short-one" } });
    assert(!found.ok);
    assertStringIncludes(found.problem, "API_URL");
    assertStringIncludes(found.problem, "ADMIN_TOKEN");
    assertEquals(found.problem.includes("short-one"), false);
  });
});
