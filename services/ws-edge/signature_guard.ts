import type { Log } from "shared/runtime/log.ts";
import type { Metrics } from "shared/runtime/metrics.ts";
import type { Counter } from "prom-client";
import type { UrlVariant } from "./twilio/public_url.ts";
import { checkSignature, type SignedParams } from "./twilio/signature.ts";

export interface SignaturePolicy {
  readonly validate: boolean;
  /** Needed to validate: `validationPolicy` sees to it. */
  readonly authToken: string | undefined;
}

/** Lets pass what Twilio has signed, counts every check, and logs refusals sparingly. */
export class SignatureGuard {
  readonly #token: string | undefined;
  readonly #checks: Counter<"result" | "variant">;
  readonly #log: Log;

  constructor(policy: SignaturePolicy, metrics: Metrics, log: Log) {
    if (policy.validate && !policy.authToken) {
      throw new TypeError("Cannot check signatures: it needs TWILIO_AUTH_TOKEN, received none");
    }
    this.#token = policy.validate ? policy.authToken : undefined;
    this.#log = log;
    this.#checks = metrics.counter(
      "kav_signature_total",
      "Twilio signatures checked, by result and by the variant of the URL that was signed",
      ["result", "variant"],
    );
  }

  /** @param what the kind of request for the log, never its path: that of a stream holds a secret. */
  passes(
    what: "webhook" | "stream",
    signature: string | null | undefined,
    urlVariants: readonly UrlVariant[],
    params: SignedParams,
  ): boolean {
    if (this.#token === undefined) return true;
    const result = signature
      ? checkSignature({ token: this.#token, signature, urlVariants, params })
      : undefined;
    if (result?.ok) {
      this.#checks.inc({ result: "ok", variant: result.variant });
      return true;
    }
    const reason = result ? "wrong" : "missing";
    this.#checks.inc({ result: reason, variant: "none" });
    this.#log.warnLimited(
      `signature_${what}`,
      `Cannot accept a ${what} request: its X-Twilio-Signature is made with TWILIO_AUTH_TOKEN over PUBLIC_URL`,
      { received: reason },
    );
    return false;
  }
}
