import type { EdgeSettings } from "./config.ts";
import type { Edge } from "./edge.ts";
import { isLoopbackUrl } from "./twilio/public_url.ts";
import { restCredentials } from "./twilio_rest/rest_credentials.ts";

type RestSettings = Pick<EdgeSettings, "twilioAccountSid" | "twilioAuthToken" | "twilioApiUrl">;

/** What an edge lacks to serve Twilio's calls as it should: a setting each, and why. */
export function missingForTwilio(
  edge: Pick<Edge, "publicUrl" | "validates">,
  settings: Pick<EdgeSettings, "streamTokenSecret"> & RestSettings,
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
    ...sendsTokenInClear(settings)
      ? ["TWILIO_API_URL: the auth token goes there unencrypted; use https"]
      : [],
  ];
}

/** By what calls are hung up and transferred. */
export function callControlNote(settings: RestSettings): string {
  return restCredentials(settings)
    ? `Hangs up and transfers by Twilio's REST (${settings.twilioApiUrl}), and by TwiML where that fails`
    : "Hangs up and transfers by TwiML; Twilio's REST needs TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN";
}

function sendsTokenInClear(settings: RestSettings): boolean {
  const { twilioApiUrl } = settings;
  return restCredentials(settings) !== undefined && twilioApiUrl.startsWith("http:") &&
    !isLoopbackUrl(twilioApiUrl);
}
