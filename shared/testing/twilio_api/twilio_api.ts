import type { CallUpdate, FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { readUpdate } from "./call_update.ts";

/** What happens to the requests that come from now on. */
export type ApiMood =
  | { readonly kind: "works" }
  /** Does nothing, and never answers. */
  | { readonly kind: "hangs" }
  /** Does what was asked, and never answers. */
  | { readonly kind: "works_silently" }
  /** Does nothing, and answers this. */
  | { readonly kind: "answers"; readonly status: number; readonly body: string };

export interface TwilioApiOptions {
  readonly accountSid: string;
  readonly authToken: string;
}

const PATH = /^\/2010-04-01\/Accounts\/([^/]+)\/Calls\/([^/]+)\.json$/;

/**
 * A simulated Twilio REST on loopback: updates the calls that it knows, as Twilio does. Source: "Call resource:
 * update a call", and the pages of errors 20003, 20404, 21220.
 */
export class TwilioApi implements AsyncDisposable {
  mood: ApiMood = { kind: "works" };
  /** What was carried out, in order. */
  readonly updates: { readonly callSid: string; readonly update: CallUpdate }[] = [];
  /** All that came, refused ones included. */
  requests = 0;
  /** Those whose asker did not wait for an answer that never came. */
  abandoned = 0;
  readonly #options: TwilioApiOptions;
  readonly #calls = new Map<string, FakeCall>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(options: TwilioApiOptions) {
    this.#options = options;
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Makes a call one of the account's. */
  know(call: FakeCall): void {
    this.#calls.set(call.callSid, call);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.resolve();
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    this.requests++;
    const form = await request.text();
    const { mood } = this;
    if (mood.kind === "answers") return new Response(mood.body, { status: mood.status });
    if (mood.kind === "hangs") return await this.#never(request);
    const response = this.#carryOut(request, form);
    return mood.kind === "works_silently" ? await this.#never(request) : response;
  }

  #carryOut(request: Request, form: string): Response {
    const { accountSid, authToken } = this.#options;
    if (request.headers.get("authorization") !== `Basic ${btoa(`${accountSid}:${authToken}`)}`) {
      return failure(401, 20003, "Authenticate");
    }
    if (request.method !== "POST") return failure(405, 20004, "Method not allowed");
    const [, account, callSid = ""] = PATH.exec(new URL(request.url).pathname) ?? [];
    const call = this.#calls.get(callSid);
    if (account !== accountSid || !call) return failure(404, 20404, "The resource was not found");
    if (request.headers.get("content-type") !== "application/x-www-form-urlencoded") {
      return failure(400, 20001, "The body is no form");
    }
    const reading = readUpdate(form);
    if (!reading.ok) return failure(400, 20001, reading.problem);
    if (call.over) return failure(400, 21220, "Call is not in-progress. Cannot redirect.");
    const { update } = reading;
    this.updates.push({ callSid, update });
    call.update(update);
    const status = update.kind === "completed" ? "completed" : "in-progress";
    return Response.json({ sid: callSid, account_sid: accountSid, status });
  }

  async #never(request: Request): Promise<Response> {
    request.signal.addEventListener("abort", () => this.abandoned++, { once: true });
    await this.#closed.promise;
    return new Response(null, { status: 503 });
  }
}

/** An error as Twilio words it. */
function failure(status: number, code: number, message: string): Response {
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return Response.json({ status, code, message, more_info }, { status });
}
