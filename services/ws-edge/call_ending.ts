import type { Clock } from "shared/clock/clock.ts";
import type { NextAction } from "shared/store/stores.ts";
import type { NextActions } from "./next_actions.ts";
import { dialTwiml } from "./twilio/twiml.ts";
import type { CallControl, RestResult } from "./twilio_rest/call_control.ts";

/** Twilio ends the stream of a call that its REST has ended or redirected; how long that may take. */
const STREAM_END_MS = 2_000;

/**
 * Ends calls on purpose: what is to follow the stream is written first, so that `/twilio/next` knows it whatever
 * happens; then Twilio's REST, where there is one, is asked to do it at once.
 */
export class CallEnding {
  readonly #nextActions: NextActions;
  readonly #control: CallControl | undefined;
  readonly #clock: Clock;

  constructor(
    { nextActions, control, clock }: {
      readonly nextActions: NextActions;
      readonly control: CallControl | undefined;
      readonly clock: Clock;
    },
  ) {
    this.#nextActions = nextActions;
    this.#control = control;
    this.#clock = clock;
  }

  /**
   * Resolves when the stream is over, or is to be closed by us: then Twilio asks `/twilio/next`. Never rejects.
   *
   * @param over aborted when the stream is over, or nothing more is to be waited for.
   */
  async carryOut(call: string, next: NextAction, over: AbortSignal): Promise<void> {
    await this.#nextActions.put(call, next);
    if (over.aborted) return;
    const result = await Promise.race([this.#ask(call, next), aborted(over)]);
    // Closed before Twilio has done what it said, the stream would be followed by `/twilio/next` as well.
    if (result?.ok) await this.#clock.sleepUntil(this.#clock.now() + STREAM_END_MS, over);
  }

  #ask(call: string, next: NextAction): Promise<RestResult> | undefined {
    if (next.do === "hangup") return this.#control?.end(call);
    if (next.do === "dial") return this.#control?.redirect(call, dialTwiml(next.number));
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(undefined), { once: true })
  );
}
