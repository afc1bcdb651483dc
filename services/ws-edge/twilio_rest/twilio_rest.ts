import type { Counter } from "prom-client";
import type { Clock } from "shared/clock/clock.ts";
import { within, type WithinResult } from "shared/clock/within.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Metrics } from "shared/runtime/metrics.ts";
import type { CallControl, RestFailure, RestResult } from "./call_control.ts";
import { restFailure } from "./rest_failure.ts";
import type { RestCredentials } from "./rest_credentials.ts";
import { type PackageRequest, sendRequest } from "./rest_request.ts";

/** The caller hears silence meanwhile. */
const DEADLINE_MS = 1_000;

const ADVICE: Readonly<Record<RestFailure, string>> = {
  timeout: `it answers within ${DEADLINE_MS} ms; see TWILIO_API_URL and the way there`,
  not_found:
    "the call is in progress and the account's; if callers did not just hang up, see TWILIO_ACCOUNT_SID",
  unauthorized: "the account and its token fit; see TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN",
  failed: "it answers as documented; see TWILIO_API_URL and status.twilio.com",
};

/** As far as it is needed of the package's options for an update. */
type CallUpdate = { readonly status: "completed" } | { readonly twiml: string };

export interface TwilioRestOptions extends RestCredentials {
  /** Origin of Twilio's REST. */
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * Twilio's REST by its package, which is loaded when this is made: not in the middle of a call.
 *
 * - Every request has 1 s, and is not repeated: TwiML does the same when the stream is closed.
 * - `stop` gives up what is under way; make no request after it.
 */
export class TwilioRest implements CallControl {
  readonly #options: TwilioRestOptions;
  readonly #requests: Counter<"action" | "result">;
  readonly #package = import("twilio/lib/rest/ApiBase.js");
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>([this.#package.catch(() => {})]);

  constructor(options: TwilioRestOptions) {
    this.#options = options;
    this.#requests = options.metrics.counter(
      "kav_twilio_rest_total",
      "Requests to Twilio's REST, by action and result",
      ["action", "result"],
    );
  }

  end(callSid: string): Promise<RestResult> {
    return this.#ask("end", callSid, { status: "completed" });
  }

  redirect(callSid: string, twiml: string): Promise<RestResult> {
    return this.#ask("redirect", callSid, { twiml });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#underWay);
  }

  async #ask(action: string, callSid: string, update: CallUpdate): Promise<RestResult> {
    const givenUp = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, givenUp.signal]);
    const asked = within(
      this.#options.clock,
      DEADLINE_MS,
      () => this.#send(callSid, update, signal),
    );
    this.#underWay.add(asked);
    const done = await asked;
    givenUp.abort();
    this.#underWay.delete(asked);
    const result = resultOf(done);
    this.#requests.inc({ action, result: result.ok ? "ok" : result.reason });
    if (!result.ok && !this.#stop.signal.aborted) this.#report(action, callSid, result, done);
    return result;
  }

  async #send(callSid: string, update: CallUpdate, signal: AbortSignal): Promise<void> {
    const { default: Api } = await this.#package;
    const { accountSid, apiUrl } = this.#options;
    const request = (of: PackageRequest) => sendRequest(of, this.#options, signal);
    const api = new Api({ accountSid, request });
    api.baseUrl = apiUrl;
    await api.v2010.account.calls(callSid).update(update);
  }

  #report(
    action: string,
    call: string,
    { reason, status }: Extract<RestResult, { ok: false }>,
    done: WithinResult<void>,
  ): void {
    const unexplained = !done.ok && done.reason === "failed" && status === undefined;
    this.#options.log.warnLimited(
      `twilio_rest_${reason}`,
      `Cannot ${action} a call by Twilio's REST, TwiML does it: ${ADVICE[reason]}`,
      { call, status, ...(unexplained && { error: String(done.cause) }) },
    );
  }
}

function resultOf(done: WithinResult<void>): RestResult {
  if (done.ok) return { ok: true };
  return { ok: false, ...(done.reason === "timeout" ? done : restFailure(done.cause)) };
}
