import { createHmac } from "node:crypto";

/**
 * `X-Twilio-Signature` as Twilio computes it: base64(HMAC-SHA1(token, url + each parameter sorted by name,
 * name + value)). A WebSocket handshake has no parameters. Written apart from Kav's own check on purpose.
 */
export function twilioSignature(
  authToken: string,
  url: string,
  params: Readonly<Record<string, string>> = {},
): string {
  const signed = Object.keys(params).sort().reduce((text, name) => text + name + params[name], url);
  return createHmac("sha1", authToken).update(signed, "utf8").digest("base64");
}
