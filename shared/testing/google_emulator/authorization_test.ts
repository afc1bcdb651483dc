import { assertEquals, assertMatch } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { Buffer } from "node:buffer";
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { Authorization } from "./authorization.ts";

const EMAIL = "kav@emulator.iam.gserviceaccount.com";
const NOW_S = 1_700_000_000;
const CLAIMS = { iss: EMAIL, exp: NOW_S + 60 };
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

let authorization: Authorization;

function bearer(claims: unknown, key: KeyObject = privateKey): string {
  const part = (json: unknown) => Buffer.from(JSON.stringify(json)).toString("base64url");
  const signed = `${part({ alg: "RS256" })}.${part(claims)}`;
  return `Bearer ${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
}

const codeFor = (header: string | undefined) => authorization.problem(header, NOW_S * 1000)?.code;

beforeEach(() => {
  authorization = new Authorization(publicKey, EMAIL);
});

describe("Authorization.problem()", () => {
  it("finds none with a token that the account has signed", () => {
    assertEquals(codeFor(bearer(CLAIMS)), undefined);
  });

  it("refuses another key, another account, what has expired, what was changed", () => {
    const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const [, ...rest] = bearer(CLAIMS).split(".");
    const changed = [`Bearer ${btoa('{"alg":"none"}').replaceAll("=", "")}`, ...rest].join(".");
    const refused = [
      bearer(CLAIMS, stranger),
      bearer({ ...CLAIMS, iss: "other@emulator.iam.gserviceaccount.com" }),
      bearer({ ...CLAIMS, exp: NOW_S - 1 }),
      changed,
      "Bearer ya29.opaque",
      "Basic a:b",
    ];
    assertEquals(refused.map(codeFor), refused.map(() => 16));
  });

  it("tells a request without credentials so", () => {
    const problem = authorization.problem(undefined);
    assertEquals(problem?.code, 16);
    assertMatch(problem?.details ?? "", /^Request is missing required authentication credential/);
  });
});
