import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import twilio from "twilio/lib/webhooks/webhooks.js";
import { streamUrlVariants, webhookUrlVariants } from "./public_url.ts";
import { checkSignature, expectedSignature } from "./signature.ts";

const TOKEN = "12345";
const URL_SIGNED = "https://mycompany.com/myapp.php?foo=1&bar=2";
const PARAMS: [string, string][] = [
  ["CallSid", "CA1234567890ABCDE"],
  ["Caller", "+12349013030"],
  ["Digits", "1234"],
  ["From", "+12349013030"],
  ["To", "+18005551212"],
];
const SIGNATURE = "0/KCTR6DLpKmkAf8muzZqo1nDgQ=";
const AS_IS = [{ variant: "as_is", url: URL_SIGNED }];

/** As twilio-node wants them: repeated names as an array. */
function grouped(params: readonly (readonly [string, string])[]) {
  const byName = new Map<string, string[]>();
  for (const [name, value] of params) byName.set(name, [...byName.get(name) ?? [], value]);
  return Object.fromEntries(
    [...byName].map(([name, values]) => [name, values.length > 1 ? values : values[0]!]),
  );
}

describe("expectedSignature()", () => {
  it("gives the known vector, in whatever order the parameters come", () => {
    assertEquals(expectedSignature(TOKEN, URL_SIGNED, PARAMS), SIGNATURE);
    assertEquals(expectedSignature(TOKEN, URL_SIGNED, PARAMS.toReversed()), SIGNATURE);
  });

  it("takes equal pairs once, and sorts the values of a repeated name", () => {
    const once = expectedSignature(TOKEN, URL_SIGNED, [["a", "1"], ["a", "2"]]);
    assertEquals(expectedSignature(TOKEN, URL_SIGNED, [["a", "2"], ["a", "1"], ["a", "2"]]), once);
  });

  it("agrees with twilio-node on any parameters", () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("a", "b"));
    fc.assert(fc.property(fc.array(fc.tuple(text, text)), text, (params, token) => {
      fc.pre(params.every(([name]) => name !== "__proto__"));
      assertEquals(
        expectedSignature(token, URL_SIGNED, params),
        twilio.getExpectedTwilioSignature(token, URL_SIGNED, grouped(params)),
      );
    }));
  });
});

describe("checkSignature()", () => {
  const check = (signature: string, params = PARAMS, token = TOKEN) =>
    checkSignature({ token, signature, urlVariants: AS_IS, params });

  it("accepts the known vector", () => {
    assertEquals(check(SIGNATURE), { ok: true, variant: "as_is" });
  });

  it("refuses another signature, token, parameter or length", () => {
    assertEquals(check(SIGNATURE.replace("0/", "1/")), { ok: false });
    assertEquals(check(SIGNATURE, PARAMS, "12346"), { ok: false });
    assertEquals(check(SIGNATURE, [...PARAMS, ["X", "1"]]), { ok: false });
    assertEquals(check(SIGNATURE, PARAMS.slice(1)), { ok: false });
    for (const wrong of ["", SIGNATURE.slice(1), `${SIGNATURE}=`, "é".repeat(28)]) {
      assertEquals(check(wrong), { ok: false }, wrong);
    }
  });

  it("tells which variant of the URL was signed", () => {
    const urlVariants = streamUrlVariants("https://kav.example.com", "/twilio/stream/CA1/t");
    for (const { variant, url } of urlVariants) {
      const signature = expectedSignature(TOKEN, url, []);
      assertEquals(checkSignature({ token: TOKEN, signature, urlVariants, params: [] }), {
        ok: true,
        variant,
      });
    }
  });

  it("accepts whatever twilio-node accepts of a webhook, with and without a port", () => {
    const signed = [
      "https://e.com/twilio/voice?a=1",
      "https://e.com:443/twilio/voice?a=1",
      "https://e.com:8443/twilio/voice?a=1",
    ];
    for (const publicUrl of ["https://e.com", "https://e.com:8443"]) {
      const urlVariants = webhookUrlVariants(publicUrl, "/twilio/voice?a=1");
      for (const url of signed) {
        const signature = twilio.getExpectedTwilioSignature(TOKEN, url, grouped(PARAMS));
        assertEquals(
          checkSignature({ token: TOKEN, signature, urlVariants, params: PARAMS }).ok,
          twilio.validateRequest(
            TOKEN,
            signature,
            `${publicUrl}/twilio/voice?a=1`,
            grouped(PARAMS),
          ),
          `${url} at ${publicUrl}`,
        );
      }
    }
  });

  it("makes signatures that twilio-node accepts", () => {
    const signature = expectedSignature(TOKEN, URL_SIGNED, PARAMS);
    assert(twilio.validateRequest(TOKEN, signature, URL_SIGNED, grouped(PARAMS)));
  });
});
