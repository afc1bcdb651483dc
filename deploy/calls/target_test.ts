import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { redisTarget } from "./target.ts";

const UP = JSON.stringify({ redis: "redis://127.0.0.1:6379", nats: "nats://127.0.0.1:1" });

const target = (env: Record<string, string>, up?: string) =>
  redisTarget({ get: (name) => env[name], upFile: () => up });

describe("redisTarget()", () => {
  it("takes the Redis of what `deno task up` runs", () => {
    const url = "redis://127.0.0.1:6379";
    assertEquals(target({}, UP), { ok: true, url, origin: ".kav/up.json" });
  });

  it("lets REDIS_URL go before that", () => {
    const url = "rediss://u:p@h:1";
    assertEquals(target({ REDIS_URL: url }, UP), { ok: true, url, origin: "REDIS_URL" });
  });

  for (const up of [undefined, "", "null", "{}", '{"redis":7}', '{"redis":"x"}', "[1"]) {
    it(`says what there is to do without either, with ${up} for what runs`, () => {
      const found = target({}, up);
      assert(!found.ok);
      assertStringIncludes(found.problem, "REDIS_URL is not set");
      assertStringIncludes(found.problem, "deno task start");
    });
  }

  it("names a setting that cannot be used, without what is in it", () => {
    const found = target({ REDIS_URL: "http://u:hush@h" });
    assert(!found.ok && found.problem.includes("REDIS_URL"));
    assertEquals(found.problem.includes("hush"), false);
  });
});
