/** `timeout`: nobody knows whether it was done. `not_found`: the call is over, or of another account. */
export type RestFailure = "timeout" | "not_found" | "unauthorized" | "failed";

export type RestResult =
  | { readonly ok: true }
  | {
    readonly ok: false;
    readonly reason: RestFailure;
    /** Of HTTP, where Twilio answered. */
    readonly status?: number;
  };

/** Acts on a call from outside its stream. No method rejects. */
export interface CallControl {
  end(callSid: string): Promise<RestResult>;
  /** The call goes on with this TwiML; what is left of its own is not followed. */
  redirect(callSid: string, twiml: string): Promise<RestResult>;
}
