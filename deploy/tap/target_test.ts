import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { tapTarget } from "./target.ts";

const UP = JSON.stringify({ nats: "nats://127.0.0.1:1", tap_url: "nats://tap:p@127.0.0.1:1" });

function target(
  { server, env = {}, up }: { server?: string; env?: Record<string, string>; up?: string },
) {
  return tapTarget({ server, get: (name) => env[name], upFile: () => up });
}

describe("tapTarget()", () => {
  it("takes the tap_url of what `deno task up` runs", () => {
    assertEquals(target({ up: UP }), {
      ok: true,
      login: { servers: ["nats://127.0.0.1:1"], user: "tap", password: "p" },
      origin: ".kav/up.json",
    });
  });

  it("lets NATS_URL go before that, with NATS_USER and NATS_PASSWORD", () => {
    const env = { NATS_URL: "nats://h:2", NATS_USER: "tap", NATS_PASSWORD: "q" };
    assertEquals(target({ env, up: UP }), {
      ok: true,
      login: { servers: ["nats://h:2"], user: "tap", password: "q" },
      origin: "NATS_URL",
    });
  });

  it("lets --server go before both, with the user in it", () => {
    const env = { NATS_URL: "nats://h:2", NATS_USER: "edge", NATS_PASSWORD: "x" };
    const found = target({ server: "nats://a:b@h:3", env, up: UP });
    assert(found.ok);
    assertEquals(found.login, { servers: ["nats://h:3"], user: "a", password: "b" });
    assertEquals(found.origin, "--server");
  });

  it("does not send the environment's user to what `deno task up` runs", () => {
    const found = target({ env: { NATS_USER: "edge", NATS_PASSWORD: "x" }, up: UP });
    assertEquals(found.ok && found.login.user, "tap");
  });

  it("says what to do when nothing runs", () => {
    assertEquals(target({}), {
      ok: false,
      problem: "no .kav/up.json: start `deno task up` or give --server",
    });
  });

  for (const up of ["", "null", "{}", '{"tap_url":7}', '{"tap_url":"x"}', "[1", '"tap_url"']) {
    it(`says that ${JSON.stringify(up)} has no tap_url`, () => {
      const found = target({ up });
      assert(!found.ok && found.problem.startsWith(".kav/up.json has no tap_url"));
    });
  }

  it("names a setting that cannot be used", () => {
    const found = target({ env: { NATS_URL: "http://h" } });
    assert(!found.ok && found.problem.includes("NATS_URL"));
  });
});
