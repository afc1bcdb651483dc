import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { validationPolicy } from "./validation_policy.ts";

type Row = [
  publicUrl: string,
  authToken: string | undefined,
  validate: "on" | "off" | undefined,
  outcome: boolean | string,
];

const HERE = "http://127.0.0.1:8080";
const WORLD = "https://kav.example.com";

const table: Row[] = [
  [HERE, "token", undefined, true],
  [HERE, "token", "on", true],
  [HERE, "token", "off", false],
  [HERE, undefined, undefined, false],
  [HERE, undefined, "off", false],
  [HERE, undefined, "on", "TWILIO_VALIDATE=on needs TWILIO_AUTH_TOKEN"],
  [HERE, "", "on", "TWILIO_VALIDATE=on needs TWILIO_AUTH_TOKEN"],
  [WORLD, "token", undefined, true],
  [WORLD, "token", "on", true],
  [WORLD, "token", "off", "TWILIO_VALIDATE may be off only while PUBLIC_URL is loopback"],
  [WORLD, undefined, undefined, "TWILIO_AUTH_TOKEN is needed while PUBLIC_URL is not loopback"],
  [WORLD, "", undefined, "TWILIO_AUTH_TOKEN is needed while PUBLIC_URL is not loopback"],
  [WORLD, undefined, "off", "TWILIO_VALIDATE may be off only while PUBLIC_URL is loopback"],
  [WORLD, undefined, "on", "TWILIO_VALIDATE=on needs TWILIO_AUTH_TOKEN"],
];

describe("validationPolicy()", () => {
  for (const [publicUrl, authToken, validate, outcome] of table) {
    const told = typeof outcome === "string" ? "refuses" : `validates: ${outcome}`;
    const token = authToken === undefined ? "no token" : `token "${authToken}"`;
    it(`${told} with ${publicUrl}, ${token}, TWILIO_VALIDATE=${validate}`, () => {
      const policy = validationPolicy({ publicUrl, authToken, validate });
      if (typeof outcome === "boolean") {
        assertEquals(policy, { ok: true, validate: outcome });
      } else {
        assert(!policy.ok);
        assertStringIncludes(policy.problem, outcome);
        assert(!policy.problem.includes('"token"'));
      }
    });
  }
});
