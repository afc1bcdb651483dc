import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { adminLogin } from "./init_login.ts";

const of = (env: Record<string, string>) => adminLogin((name) => env[name]);

describe("adminLogin()", () => {
  for (
    const [what, env, login] of [
      ["this machine's server and the user admin when nothing is set", {}, {
        servers: ["nats://127.0.0.1:4222"],
        user: "admin",
        inboxPrefix: "_INBOX_admin",
      }],
      ["admin's own password", { KAV_NATS_ADMIN_PASSWORD: "secret-1", NATS_URL: " " }, {
        servers: ["nats://127.0.0.1:4222"],
        user: "admin",
        password: "secret-1",
        inboxPrefix: "_INBOX_admin",
      }],
      ["whom the address names", {
        NATS_URL: "nats://root:a@h:1",
        KAV_NATS_ADMIN_PASSWORD: "secret-1",
      }, { servers: ["nats://h:1"], user: "root", password: "a", inboxPrefix: "_INBOX_root" }],
      ["whom the settings name", {
        NATS_URL: "nats://h:1,nats://i:1",
        NATS_USER: "root",
        NATS_PASSWORD: "b",
        NATS_INBOX_PREFIX: "_X",
      }, {
        servers: ["nats://h:1", "nats://i:1"],
        user: "root",
        password: "b",
        inboxPrefix: "_X",
      }],
    ] as const
  ) {
    it(`takes ${what}`, () => assertEquals(of(env), { ok: true, login }));
  }

  it("names every setting that cannot be used", () => {
    const result = of({ NATS_URL: "http://h" });
    assert(!result.ok);
    assert(result.problems.some((problem) => problem.includes("NATS_URL")));
  });
});
