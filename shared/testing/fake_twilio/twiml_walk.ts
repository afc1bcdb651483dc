import type { CallEnd } from "./call_events.ts";
import type { Verb } from "./twiml_reader.ts";
import type { WebhookResult } from "./webhook.ts";

type Connect = Extract<Verb, { verb: "Connect" }>;
type Redirect = Extract<Verb, { verb: "Redirect" }>;
type WalkEnd = Pick<CallEnd, "by" | "reason">;

/** What Twilio's REST makes of a call in progress: other TwiML, or its end. */
export type CallUpdate =
  | { readonly kind: "verbs"; readonly verbs: readonly Verb[] }
  | { readonly kind: "completed" };

/** What the walk asks of the call. */
export interface WalkActions {
  requestTwiml(url: string, method: "GET" | "POST"): Promise<WebhookResult>;
  /** Runs a stream to its end. */
  connect(verb: Connect): Promise<void>;
  onVerb(verb: Verb): void;
  hungUp(): boolean;
  /** The update since it was last asked for; what is left of the TwiML before it is not followed. */
  takeUpdate(): CallUpdate | undefined;
}

/** A call that redirects more often goes round in a circle. */
const MAX_REQUESTS = 50;
const BY_CALLER: WalkEnd = { by: "caller", reason: "hung up" };

/**
 * Runs the TwiML of a call from its first webhook to the end. `<Say>`, `<Dial>` and `<Pause>` take no time;
 * after `<Dial>` the other party counts as having hung up.
 */
export async function walkTwiml(firstUrl: string, actions: WalkActions): Promise<WalkEnd> {
  let next: Pick<Redirect, "url" | "method"> = { url: firstUrl, method: "POST" };
  for (let requests = 0; requests < MAX_REQUESTS; requests++) {
    const answer = await actions.requestTwiml(next.url, next.method);
    const before = interrupted(actions);
    if (!before && !answer.ok) {
      return { by: "error", reason: `${answer.code}: ${answer.problem}` };
    }
    const update = before ?? { kind: "verbs", verbs: answer.ok ? answer.verbs : [] };
    const result = await follow(update, actions);
    if ("by" in result) return result;
    next = result;
  }
  return { by: "error", reason: `more than ${MAX_REQUESTS} redirects` };
}

/** @returns where the call goes on, or how it ended. */
async function follow(
  update: CallUpdate | WalkEnd,
  actions: WalkActions,
): Promise<Redirect | WalkEnd> {
  if ("by" in update) return update;
  if (update.kind === "completed") return { by: "kav", reason: "completed" };
  for (const verb of update.verbs) {
    actions.onVerb(verb);
    if (verb.verb === "Hangup") return { by: "kav", reason: "Hangup" };
    if (verb.verb === "Reject") return { by: "kav", reason: `Reject ${verb.reason}` };
    if (verb.verb === "Connect") await actions.connect(verb);
    const meanwhile = interrupted(actions);
    if (meanwhile) return await follow(meanwhile, actions);
    if (verb.verb === "Redirect") return verb;
  }
  return { by: "kav", reason: "end of TwiML" };
}

function interrupted(actions: WalkActions): CallUpdate | WalkEnd | undefined {
  return actions.hungUp() ? BY_CALLER : actions.takeUpdate();
}
