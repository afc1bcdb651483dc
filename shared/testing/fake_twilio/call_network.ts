import { type CallIdentity, type CallOptions, webhookParams } from "./call_options.ts";
import { type Network, type OpenResult, TCP_NETWORK } from "./network.ts";
import { twilioSignature } from "./signature.ts";
import { requestTwiml, type WebhookResult } from "./webhook.ts";
import type { SocketHandlers } from "./web_socket_client.ts";

const HANDSHAKE_TIMEOUT_MS = 5_000;

/** What one call asks of the network: TwiML and streams, signed when there is a token. */
export class CallNetwork {
  readonly #options: CallOptions;
  readonly #identity: CallIdentity;
  readonly #network: Network;
  readonly #publicOrigin: string;
  readonly #dialOrigin: string;
  #requests = 0;

  constructor(options: CallOptions, identity: CallIdentity) {
    this.#options = options;
    this.#network = options.network ?? TCP_NETWORK;
    this.#identity = identity;
    this.#dialOrigin = withoutSlash(options.webhook);
    this.#publicOrigin = withoutSlash(options.publicUrl ?? options.webhook);
  }

  get voiceUrl(): string {
    return `${this.#publicOrigin}/twilio/voice`;
  }

  /** Asks `url` (relative to the last one asked, as Twilio allows) for TwiML. */
  requestTwiml(url: string, method: "GET" | "POST", signal: AbortSignal): Promise<WebhookResult> {
    const absolute = URL.canParse(url) ? url : new URL(url, this.voiceUrl).href;
    return requestTwiml({
      url: absolute,
      dialUrl: this.#dialled(absolute),
      method,
      params: webhookParams(this.#identity, this.#requests++ === 0),
      authToken: this.#options.authToken,
      signal,
      fetch: (request) => this.#network.fetch(request),
    });
  }

  openStream(url: string, handlers: SocketHandlers): Promise<OpenResult> {
    const { authToken, signedStreamUrl } = this.#options;
    const signed = signedStreamUrl ? signedStreamUrl(url) : url.replace(/^ws:/, "wss:");
    const dialled = this.#dialled(url.replace(/^ws/, "http")).replace(/^http/, "ws");
    if (!dialled.startsWith("ws://")) {
      const problem = "cannot dial TLS: give `publicUrl` for a proxy's address";
      return Promise.resolve({ ok: false, status: null, problem });
    }
    return this.#network.openWebSocket({
      url: dialled,
      headers: authToken === undefined
        ? {}
        : { "X-Twilio-Signature": twilioSignature(authToken, signed) },
      handlers,
      timeoutMs: HANDSHAKE_TIMEOUT_MS,
    });
  }

  #dialled(url: string): string {
    return url.startsWith(`${this.#publicOrigin}/`)
      ? this.#dialOrigin + url.slice(this.#publicOrigin.length)
      : url;
  }
}

function withoutSlash(origin: string): string {
  return origin.replace(/\/+$/, "");
}
