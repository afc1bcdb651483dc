import { createHmac, timingSafeEqual } from "node:crypto";
import type { UrlVariant } from "./public_url.ts";

/** X-Twilio-Signature: proof that a request comes from Twilio. Pure. */

/** Names and values of a POST body as decoded; a name may come more than once. Empty for a GET. */
export type SignedParams = Iterable<readonly [name: string, value: string]>;

export type SignatureResult =
  | { readonly ok: true; readonly variant: string }
  | { readonly ok: false };

/** base64(HMAC-SHA1(token, url + name + value of each parameter, sorted; equal pairs once)). */
export function expectedSignature(token: string, url: string, params: SignedParams): string {
  return sign(token, url + signedText(params));
}

/** Compares in constant time, and tells which of the URL's variants was signed. */
export function checkSignature(
  { token, signature, urlVariants, params }: {
    readonly token: string;
    readonly signature: string;
    readonly urlVariants: readonly UrlVariant[];
    readonly params: SignedParams;
  },
): SignatureResult {
  const received = new TextEncoder().encode(signature);
  const suffix = signedText(params);
  for (const { variant, url } of urlVariants) {
    const expected = new TextEncoder().encode(sign(token, url + suffix));
    if (equal(received, expected)) return { ok: true, variant };
  }
  return { ok: false };
}

function sign(token: string, text: string): string {
  return createHmac("sha1", token).update(text, "utf8").digest("base64");
}

function signedText(params: SignedParams): string {
  const valuesOf = new Map<string, Set<string>>();
  for (const [name, value] of params) {
    const values = valuesOf.get(name);
    if (values) values.add(value);
    else valuesOf.set(name, new Set([value]));
  }
  let text = "";
  for (const name of [...valuesOf.keys()].sort()) {
    for (const value of [...valuesOf.get(name)!].sort()) text += name + value;
  }
  return text;
}

/** The length of a signature is no secret; its content is compared without an early end. */
function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
