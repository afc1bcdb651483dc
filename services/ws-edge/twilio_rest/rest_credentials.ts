import type { EdgeSettings } from "../config.ts";

/** Who asks Twilio's REST. */
export interface RestCredentials {
  readonly accountSid: string;
  readonly authToken: string;
}

/** Undefined: Twilio's REST is not used. */
export function restCredentials(
  { twilioAccountSid, twilioAuthToken }: Pick<EdgeSettings, "twilioAccountSid" | "twilioAuthToken">,
): RestCredentials | undefined {
  if (!twilioAccountSid || !twilioAuthToken) return undefined;
  return { accountSid: twilioAccountSid, authToken: twilioAuthToken };
}
