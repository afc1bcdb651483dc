import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readSettings } from "../env.ts";
import { busLogin } from "./bus_login.ts";
import { busSettings } from "./settings.ts";

/** Each file contains its own name. */
const readFile = (path: string) => {
  if (path.includes("missing")) throw new Error("no such file");
  return `content of ${path}`;
};

function login(env: Record<string, string>) {
  const read = readSettings(busSettings, (name) => env[name]);
  if (!read.ok) throw new TypeError(read.problems.join());
  return busLogin(read.values, readFile);
}

describe("busLogin()", () => {
  it("has only servers when nothing else is set", () => {
    assertEquals(login({ NATS_URL: "nats://a:4222, tls://b" }), {
      ok: true,
      login: { servers: ["nats://a:4222", "tls://b"] },
    });
  });

  it("takes user and password out of the address, percent signs decoded", () => {
    assertEquals(login({ NATS_URL: "nats://edge:p%40ss@a:4222,nats://b" }), {
      ok: true,
      login: { servers: ["nats://a:4222", "nats://b"], user: "edge", password: "p@ss" },
    });
  });

  it("prefers NATS_USER and NATS_PASSWORD", () => {
    const env = { NATS_URL: "nats://x:y@a", NATS_USER: "edge", NATS_PASSWORD: "secret" };
    assertEquals(login(env), {
      ok: true,
      login: { servers: ["nats://a"], user: "edge", password: "secret" },
    });
  });

  it("reads the files that are named, and hands on the nkey", () => {
    const env = {
      NATS_URL: "tls://a",
      NATS_CREDS_FILE: "/creds",
      NATS_NKEY_SEED: "SU123",
      NATS_TLS_CA_FILE: "/ca.pem",
      NATS_TLS_CERT_FILE: "/cert.pem",
      NATS_TLS_KEY_FILE: "/key.pem",
    };
    assertEquals(login(env), {
      ok: true,
      login: {
        servers: ["tls://a"],
        creds: "content of /creds",
        nkeySeed: "SU123",
        tls: {
          ca: "content of /ca.pem",
          cert: "content of /cert.pem",
          key: "content of /key.pem",
        },
      },
    });
  });

  it("names every file that cannot be read, and a certificate without its key", () => {
    const env = {
      NATS_URL: "tls://a",
      NATS_CREDS_FILE: "/missing/creds",
      NATS_TLS_CA_FILE: "/missing/ca",
      NATS_TLS_CERT_FILE: "/cert.pem",
    };
    assertEquals(login(env), {
      ok: false,
      problems: [
        "NATS_TLS_CERT_FILE and NATS_TLS_KEY_FILE: both or none must be set",
        "NATS_CREDS_FILE: Cannot read /missing/creds: no such file",
        "NATS_TLS_CA_FILE: Cannot read /missing/ca: no such file",
      ],
    });
  });
});
