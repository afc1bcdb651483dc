import type { EdgeSettings } from "./config.ts";
import type { Edge } from "./edge.ts";
import { isLoopbackUrl } from "./twilio/public_url.ts";

/** What an edge lacks to serve Twilio's calls as it should: a setting each, and why. */
export function missingForTwilio(
  edge: Pick<Edge, "publicUrl" | "validates">,
  settings: Pick<EdgeSettings, "streamTokenSecret">,
): string[] {
  return [
    ...isLoopbackUrl(edge.publicUrl)
      ? ["PUBLIC_URL: Twilio cannot reach a loopback address; set it to your public https origin"]
      : [],
    ...edge.validates ? [] : [
      "TWILIO_AUTH_TOKEN: requests are not checked for Twilio's signature (allowed on loopback only)",
    ],
    ...settings.streamTokenSecret ? [] : [
      "STREAM_TOKEN_SECRET: a random one is used; several edges must share one",
    ],
  ];
}
