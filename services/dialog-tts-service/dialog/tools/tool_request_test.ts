import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { toolRequest } from "./tool_request.ts";

const USER = { call: "CA1", businessId: "shop" };
const BODY = '{"tool":"book","arguments":{"day":"שבת"},"call":"CA1","business":"shop"}';

async function hmacHex(key: string, text: string): Promise<string> {
  const utf8 = new TextEncoder();
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", utf8.encode(key), hmac, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, utf8.encode(text))).toHex();
}

describe("toolRequest()", () => {
  it("signs time and body with the secret", async () => {
    const secret = "sixteen or more characters";
    const { headers, body } = toolRequest(
      { name: "book", secret },
      { day: "שבת" },
      USER,
      1_700_000_000,
    );
    assertEquals(body, BODY);
    assertEquals(headers["content-type"], "application/json");
    assertEquals(headers["x-kav-timestamp"], "1700000000");
    assertEquals(
      headers["x-kav-signature"],
      `sha256=${await hmacHex(secret, `1700000000.${BODY}`)}`,
    );
  });

  it("signs nothing without a secret", () => {
    const { headers } = toolRequest({ name: "book", secret: undefined }, {}, USER, 1);
    assertEquals(Object.keys(headers).filter((name) => name.startsWith("x-kav")), []);
  });
});
