import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Counter } from "prom-client";
import { isSubjectId } from "shared/bus/subjects.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Metrics } from "shared/runtime/metrics.ts";
import type { NextAction } from "shared/store/stores.ts";
import type { BusinessDirectory } from "./business_directory.ts";
import {
  type CallParties,
  fallbackTwiml,
  streamTwiml,
  type StreamTwimlDeps,
} from "./call_twiml.ts";
import type { NextActions } from "./next_actions.ts";
import { SignatureGuard, type SignaturePolicy } from "./signature_guard.ts";
import { webhookUrlVariants } from "./twilio/public_url.ts";
import { dialTwiml, hangupTwiml } from "./twilio/twiml.ts";

/** Answers Twilio's questions about a call: what to do first, and what to do after its stream. */

export interface WebhookDeps extends SignaturePolicy, StreamTwimlDeps {
  readonly businesses: BusinessDirectory;
  readonly nextActions: NextActions;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly draining: () => boolean;
  /** Told the call whose stream Twilio has been asked to open. */
  readonly onStream: (call: string) => void;
}

const MAX_BODY_BYTES = 64 * 1024;
const MAX_LEG = 255;
const CALL_SID_RULE = "CallSid has 1 to 64 of A-Z a-z 0-9 _ -";
const LEG_RULE = `leg is a whole number from 0 to ${MAX_LEG}`;

interface Answer {
  readonly kind: "stream" | "continue" | "hangup" | "dial" | "fallback";
  readonly twiml: string;
}

type WebhookEnv = { Variables: { form: URLSearchParams } };
type Route = "voice" | "next";

export function createWebhook(deps: WebhookDeps): Hono<WebhookEnv> {
  const replies = new Replies(deps);
  const app = new Hono<WebhookEnv>();
  app.use(
    "/twilio/*",
    bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => c.text("body over 64 KiB", 413) }),
    signedForm(deps),
  );
  // Behind a balancer of connections, a client that keeps its own would stay with an edge that drains.
  app.use(async (c, next) => {
    await next();
    c.header("connection", "close");
  });
  app.post("/twilio/voice", async (c) => {
    const parties = readParties(c.var.form);
    if (!parties) return replies.refuse(c, "voice", CALL_SID_RULE);
    return replies.answer(c, "voice", await answerVoice(deps, parties));
  });
  app.post("/twilio/next", async (c) => {
    const parties = readParties(c.var.form);
    if (!parties) return replies.refuse(c, "next", CALL_SID_RULE);
    const leg = readLeg(c.req.query("leg"));
    if (leg === undefined) return replies.refuse(c, "next", LEG_RULE);
    return replies.answer(c, "next", await answerNext(deps, parties, leg));
  });
  // An error page would be read to the caller as "an application error has occurred".
  app.onError((error, c) => {
    deps.log.error("Cannot answer a webhook: it failed unexpectedly", { error: error.message });
    const route = c.req.path.endsWith("/next") ? "next" : "voice";
    const twiml = fallbackTwiml(deps.businesses.first);
    return replies.answer(c, route, { kind: "fallback", twiml });
  });
  return app;
}

/** Reads the form of a POST that Twilio has signed; everything else ends here. */
function signedForm({ publicUrl, ...deps }: WebhookDeps): MiddlewareHandler<WebhookEnv> {
  const guard = new SignatureGuard(deps, deps.metrics, deps.log);
  return async (c, next) => {
    if (c.req.method !== "POST") return c.text("only POST", 405, { allow: "POST" });
    const form = new URLSearchParams(await c.req.text());
    const { pathname, search } = new URL(c.req.url);
    const variants = webhookUrlVariants(publicUrl, pathname + search);
    if (!guard.passes("webhook", c.req.header("x-twilio-signature"), variants, form)) {
      return c.text("signature does not match", 403);
    }
    c.set("form", form);
    await next();
  };
}

/** Counts what is answered. */
class Replies {
  readonly #answers: Counter<"route" | "answer">;
  readonly #log: Log;

  constructor({ metrics, log }: WebhookDeps) {
    this.#log = log;
    this.#answers = metrics.counter(
      "kav_webhook_total",
      "Twilio webhooks answered, by route and answer",
      ["route", "answer"],
    );
  }

  answer(c: Context, route: Route, { kind, twiml }: Answer): Response {
    this.#answers.inc({ route, answer: kind });
    return c.body(twiml, 200, { "content-type": "text/xml; charset=utf-8" });
  }

  refuse(c: Context, route: Route, rule: string): Response {
    this.#answers.inc({ route, answer: "refused" });
    this.#log.warnLimited(`webhook_${route}`, `Cannot answer a webhook: ${rule}`);
    return c.text(rule, 400);
  }
}

async function answerVoice(deps: WebhookDeps, parties: CallParties): Promise<Answer> {
  const business = await deps.businesses.byNumber(parties.called);
  if (deps.draining()) return { kind: "fallback", twiml: fallbackTwiml(business) };
  deps.onStream(parties.callSid);
  return { kind: "stream", twiml: streamTwiml(deps, parties, business, 0) };
}

async function answerNext(deps: WebhookDeps, parties: CallParties, leg: number): Promise<Answer> {
  const next = await deps.nextActions.get(parties.callSid);
  // A `continue` whose stream has already been is what its `start` could not delete.
  const action = next.found && !isPast(next.action, leg) ? next.action : undefined;
  if (action?.do === "hangup") return { kind: "hangup", twiml: hangupTwiml() };
  if (action?.do === "dial") return { kind: "dial", twiml: dialTwiml(action.number) };
  if (action?.do === "fallback") {
    const business = await deps.businesses.byId(action.businessId);
    return { kind: "fallback", twiml: fallbackTwiml(business) };
  }
  const business = await deps.businesses.byNumber(parties.called);
  const unreachable = !next.found && next.reason === "unreachable";
  const nextLeg = action?.leg ?? (leg === 0 && !unreachable ? 1 : undefined);
  if (nextLeg === undefined || nextLeg > MAX_LEG) {
    return { kind: "fallback", twiml: fallbackTwiml(business) };
  }
  deps.onStream(parties.callSid);
  return { kind: "continue", twiml: streamTwiml(deps, parties, business, nextLeg) };
}

function isPast(action: NextAction, leg: number): boolean {
  return action.do === "continue" && action.leg <= leg;
}

function readParties(form: URLSearchParams): CallParties | undefined {
  const callSid = form.get("CallSid");
  if (!callSid || !isSubjectId(callSid)) return undefined;
  return {
    callSid,
    caller: form.get("From") || undefined,
    called: form.get("To") || undefined,
  };
}

function readLeg(text: string | undefined): number | undefined {
  if (!text || !/^\d{1,3}$/.test(text)) return undefined;
  const leg = Number(text);
  return leg <= MAX_LEG ? leg : undefined;
}
