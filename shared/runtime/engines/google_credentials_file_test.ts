import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { generateKeyPairSync } from "node:crypto";
import { generate } from "selfsigned";
import { readSettings } from "../env.ts";
import { type GoogleSettings, googleSettings } from "./engine_settings.ts";
import {
  googleProblems,
  readGoogleAccess,
  requireGoogleAccess,
} from "./google_credentials_file.ts";

/** What is on the disk. */
const files: Record<string, string> = { "/broken.json": "{", "/text.pem": "not a certificate" };
const readFile = (path: string) => {
  const text = files[path];
  if (text === undefined) throw new Error("no such file");
  return text;
};
const settingsOf = (env: Record<string, string>): GoogleSettings => {
  const read = readSettings(googleSettings, (name) => env[name]);
  if (!read.ok) throw new TypeError(read.problems.join());
  return read.values;
};
const access = (env: Record<string, string>) => readGoogleAccess(settingsOf(env), readFile);
const problems = (env: Record<string, string>) => googleProblems((name) => env[name], readFile);

before(async () => {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  files["/key.json"] = JSON.stringify({
    type: "service_account",
    client_email: "kav@shop.iam.gserviceaccount.com",
    private_key: privateKey,
  });
  files["/ca.pem"] = (await generate([{ name: "commonName", value: "test" }])).cert;
});

describe("readGoogleAccess()", () => {
  it("has no access when nothing is set, nor by certificates alone", () => {
    assertEquals(access({}), { ok: true, access: undefined });
    assertEquals(access({ GCP_TLS_CA_FILE: "/ca.pem" }), { ok: true, access: undefined });
  });

  it("takes the service account of the file, and the certificates", () => {
    const result = access({
      GOOGLE_APPLICATION_CREDENTIALS: "/key.json",
      GCP_TLS_CA_FILE: "/ca.pem",
    });
    const read = result.ok ? result.access : undefined;
    assertEquals(read?.credentials.type, "service_account");
    assertEquals(read?.ca, files["/ca.pem"]);
  });

  it("takes the machine's own account only when told to", () => {
    assertEquals(access({ GCP_METADATA_CREDENTIALS: "on" }), {
      ok: true,
      access: { credentials: { type: "metadata" } },
    });
  });
});

describe("googleProblems()", () => {
  it("has none without Google, nor while a setting itself is wrong", () => {
    assertEquals(problems({}), []);
    assertEquals(problems({ GCP_METADATA_CREDENTIALS: "perhaps" }), []);
  });

  it("names every problem with its setting, its file and what to do", () => {
    const found = problems({
      GOOGLE_APPLICATION_CREDENTIALS: "/nowhere.json",
      GCP_METADATA_CREDENTIALS: "on",
      GCP_TLS_CA_FILE: "/nowhere.pem",
    });
    assertEquals(found, [
      "GOOGLE_APPLICATION_CREDENTIALS and GCP_METADATA_CREDENTIALS: only one of them may be set",
      "GOOGLE_APPLICATION_CREDENTIALS: Cannot read /nowhere.json: no such file. " +
      "Name the key (JSON) of a service account that this user may read",
      "GCP_TLS_CA_FILE: Cannot read /nowhere.pem: no such file. " +
      "Name a file of certificates in PEM that this user may read, or unset it",
    ]);
  });

  it("says what is wrong inside the files", () => {
    const [key, ca, ...more] = problems({
      GOOGLE_APPLICATION_CREDENTIALS: "/broken.json",
      GCP_TLS_CA_FILE: "/text.pem",
    });
    assertMatch(key!, /^GOOGLE_APPLICATION_CREDENTIALS: \/broken\.json: Cannot use .*not JSON/);
    assertMatch(ca!, /^GCP_TLS_CA_FILE: \/text\.pem: Cannot use it: it has no certificate\. Name /);
    assertEquals(more, []);
  });
});

describe("requireGoogleAccess()", () => {
  it("throws all problems of files that have changed since they were looked at", () => {
    const settings = settingsOf({ GOOGLE_APPLICATION_CREDENTIALS: "/nowhere.json" });
    assertThrows(() => requireGoogleAccess(settings, readFile), Error, "Cannot read /nowhere.json");
  });
});
