import type { CallEnd } from "./call_events.ts";
import type { Verb } from "./twiml_reader.ts";
import type { WebhookResult } from "./webhook.ts";

type Connect = Extract<Verb, { verb: "Connect" }>;

/** What the walk asks of the call. */
export interface WalkActions {
  requestTwiml(url: string, method: "GET" | "POST"): Promise<WebhookResult>;
  /** Runs a stream to its end. */
  connect(verb: Connect): Promise<void>;
  onVerb(verb: Verb): void;
  hungUp(): boolean;
}

/** A call that redirects more often goes round in a circle. */
const MAX_REQUESTS = 50;

/**
 * Runs the TwiML of a call from its first webhook to the end. `<Say>`, `<Dial>` and `<Pause>` take no time;
 * after `<Dial>` the other party counts as having hung up.
 */
export async function walkTwiml(
  firstUrl: string,
  actions: WalkActions,
): Promise<Pick<CallEnd, "by" | "reason">> {
  const byCaller = { by: "caller", reason: "hung up" } as const;
  let next: { url: string; method: "GET" | "POST" } | undefined = { url: firstUrl, method: "POST" };
  for (let requests = 0; next; requests++) {
    if (requests === MAX_REQUESTS) {
      return { by: "error", reason: `more than ${MAX_REQUESTS} redirects` };
    }
    const answer = await actions.requestTwiml(next.url, next.method);
    if (actions.hungUp()) return byCaller;
    if (!answer.ok) return { by: "error", reason: `${answer.code}: ${answer.problem}` };
    next = undefined;
    for (const verb of answer.verbs) {
      actions.onVerb(verb);
      if (verb.verb === "Hangup") return { by: "kav", reason: "Hangup" };
      if (verb.verb === "Reject") return { by: "kav", reason: `Reject ${verb.reason}` };
      if (verb.verb === "Connect") await actions.connect(verb);
      if (actions.hungUp()) return byCaller;
      if (verb.verb === "Redirect") {
        next = { url: verb.url, method: verb.method };
        break;
      }
    }
  }
  return { by: "kav", reason: "end of TwiML" };
}
