import { twilioSignature } from "./signature.ts";
import { readTwiml, type Verb } from "./twiml_reader.ts";

export interface WebhookRequest {
  /** As Twilio knows it: this is what gets signed. */
  readonly url: string;
  /** Where it really goes. */
  readonly dialUrl: string;
  readonly method: "GET" | "POST";
  readonly params: Readonly<Record<string, string>>;
  readonly authToken: string | undefined;
  readonly signal: AbortSignal;
  readonly fetch: (request: Request) => Promise<Response>;
}

export type WebhookResult =
  | { readonly ok: true; readonly status: number; readonly verbs: readonly Verb[] }
  /** `code` as in Twilio's debugger. */
  | {
    readonly ok: false;
    readonly status: number | null;
    readonly code: number;
    readonly problem: string;
  };

/** Twilio's limit for an answer. */
const TIMEOUT_MS = 15_000;

/** Asks for TwiML as Twilio does: form-encoded, signed when there is a token. Never rejects. */
export async function requestTwiml(request: WebhookRequest): Promise<WebhookResult> {
  const { url, dialUrl, method, params, authToken, signal } = request;
  const form = new URLSearchParams(params).toString();
  const query = method === "GET" ? `${url.includes("?") ? "&" : "?"}${form}` : "";
  const headers: Record<string, string> = { "user-agent": "TwilioProxy/1.1", accept: "*/*" };
  if (method === "POST") {
    headers["content-type"] = "application/x-www-form-urlencoded; charset=UTF-8";
  }
  if (authToken !== undefined) {
    headers["x-twilio-signature"] = method === "POST"
      ? twilioSignature(authToken, url, params)
      : twilioSignature(authToken, url + query);
  }
  let status: number | null = null;
  const late = new AbortController();
  const timeout = setTimeout(() => late.abort(), TIMEOUT_MS);
  try {
    const response = await request.fetch(
      new Request(dialUrl + query, {
        method,
        headers,
        redirect: "manual",
        signal: AbortSignal.any([signal, late.signal]),
        ...(method === "POST" ? { body: form } : {}),
      }),
    );
    status = response.status;
    const text = await response.text();
    if (!response.ok) return { ok: false, status, code: 11200, problem: `HTTP ${status}` };
    const type = response.headers.get("content-type") ?? "none";
    if (!/^(text|application)\/xml\b/.test(type)) {
      return { ok: false, status, code: 12300, problem: `content-type ${type}` };
    }
    const twiml = readTwiml(text);
    if (!twiml.ok) return { ok: false, status, code: 12100, problem: twiml.problem };
    return { ok: true, status, verbs: twiml.verbs };
  } catch (error) {
    return { ok: false, status, code: 11200, problem: String(error) };
  } finally {
    clearTimeout(timeout);
  }
}
