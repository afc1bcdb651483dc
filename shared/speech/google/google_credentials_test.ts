import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { generateKeyPairSync } from "node:crypto";
import { parseCredentials } from "./google_credentials.ts";

const pem = { type: "pkcs8", format: "pem" } as const;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey.export(pem) as string;
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(pem) as string;
const account = {
  type: "service_account",
  project_id: "kav",
  private_key_id: "1",
  private_key: rsa,
  client_email: "kav@kav.iam.gserviceaccount.com",
};

function problemOf(content: unknown): string {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const parsed = parseCredentials(text);
  assert(!parsed.ok);
  return parsed.problem;
}

describe("parseCredentials()", () => {
  it("reads a service account's key", () => {
    const { private_key, private_key_id, client_email } = account;
    assertEquals(parseCredentials(JSON.stringify(account)), {
      ok: true,
      credentials: { type: "service_account", private_key, private_key_id, client_email },
    });
  });

  const PROBLEMS: readonly (readonly [string, unknown, RegExp])[] = [
    ["what is not JSON", "{", /not JSON/],
    ["what is no object", "7", /no "type"/],
    ["an application's own file", { installed: {} }, /no "type"/],
    ["a person's credentials", { type: "authorized_user" }, /service_account.*"authorized_user"/],
    ["a federated identity", { type: "external_account" }, /received "external_account"/],
    ["an unknown type", { type: "x y" }, /received another/],
    ["no address", { ...account, client_email: "kav" }, /"client_email" is not the address/],
    ["several missing fields", { type: "service_account" }, /"client_email".*"private_key"/],
    ["another universe", { ...account, universe_domain: "x.goog" }, /"universe_domain"/],
    ["a key that is none", { ...account, private_key: "secret-words" }, /not a private key in PEM/],
    ["a key escaped twice", { ...account, private_key: rsa.replaceAll("\n", "\\n") }, /twice/],
    ["a key cut short", { ...account, private_key: rsa.slice(0, 400) }, /not a private key in PEM/],
    ["a key of another kind", { ...account, private_key: ec }, /RSA key, received ec/],
  ];
  for (const [what, content, problem] of PROBLEMS) {
    it(`refuses ${what}, says what to do, and shows nothing of the key`, () => {
      const told = problemOf(content);
      assertMatch(told, problem);
      assertMatch(told, /console\.cloud\.google\.com\/iam-admin\/serviceaccounts/);
      assert(!/secret-words|MII/.test(told), told);
    });
  }
});
