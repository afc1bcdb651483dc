import { isLoopbackUrl } from "./twilio/public_url.ts";

export type ValidationPolicy =
  | { readonly ok: true; readonly validate: boolean }
  | { readonly ok: false; readonly problem: string };

/** Whether Twilio's signatures are checked: always where strangers can dial, never without a token. */
export function validationPolicy(
  { publicUrl, authToken, validate }: {
    readonly publicUrl: string;
    readonly authToken: string | undefined;
    readonly validate: "on" | "off" | undefined;
  },
): ValidationPolicy {
  const loopback = isLoopbackUrl(publicUrl);
  if (validate === "off") {
    if (loopback) return { ok: true, validate: false };
    return {
      ok: false,
      problem: "TWILIO_VALIDATE may be off only while PUBLIC_URL is loopback, " +
        `received PUBLIC_URL=${publicUrl}`,
    };
  }
  if (authToken) return { ok: true, validate: true };
  if (validate === "on") {
    return { ok: false, problem: "TWILIO_VALIDATE=on needs TWILIO_AUTH_TOKEN, received none" };
  }
  if (loopback) return { ok: true, validate: false };
  return {
    ok: false,
    problem: "TWILIO_AUTH_TOKEN is needed while PUBLIC_URL is not loopback, " +
      `received PUBLIC_URL=${publicUrl}`,
  };
}
