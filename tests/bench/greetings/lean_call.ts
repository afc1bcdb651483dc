/** One call of the load, as cheap as it can be: `FakeCall` would take the cores from those that are measured. */
import { FRAME_BYTES, FRAME_MS, silentFrame } from "shared/media/frame.ts";
import { ACCOUNT_SID, newSid, webhookParams } from "shared/testing/fake_twilio/call_options.ts";
import { readServerMessage, TwilioMessages } from "shared/testing/fake_twilio/stream_messages.ts";
import type { ClientSocket } from "shared/testing/fake_twilio/network.ts";
import type { SocketEnd, SocketHandlers } from "shared/testing/fake_twilio/web_socket_client.ts";
import { openWebSocket } from "shared/testing/fake_twilio/web_socket_handshake.ts";
import { requestTwiml } from "shared/testing/fake_twilio/webhook.ts";
import type { CallResult } from "./call_result.ts";
import { Playout } from "./playout.ts";

const CALLER = "+15550100001";
/** How long it listens before it hangs up. */
const LISTEN_MS = 1_000;
/** Without a greeting, and for the closing after it. */
const PATIENCE_MS = 10_000;
const SILENCE = silentFrame().toBase64();
const MEDIA = '{"event":"media"';

export interface LeanCallOptions {
  /** Origin of the webhook. */
  readonly webhook: string;
  /** The called number. */
  readonly to: string;
  readonly onGreeted: () => void;
}

export class LeanCall implements SocketHandlers {
  readonly #options: LeanCallOptions;
  readonly #callSid = newSid("CA");
  readonly #streamSid = newSid("MZ");
  readonly #playout = new Playout();
  readonly #ended = Promise.withResolvers<void>();
  #messages: TwilioMessages | undefined;
  #socket: ClientSocket | undefined;
  #startedMs = 0;
  #openedMs: number | null = null;
  #greetedMs: number | null = null;
  #sentFrames = 0;
  #hungUp = false;
  #failure: string | null = null;
  #deadlineMs = Infinity;

  constructor(options: LeanCallOptions) {
    this.#options = options;
  }

  /** Runs the call to its end; to be called once. Never rejects. */
  async run(): Promise<CallResult> {
    const askedMs = performance.now();
    this.#deadlineMs = askedMs + PATIENCE_MS;
    await this.#open();
    if (this.#startedMs > 0) this.#openedMs = this.#startedMs - askedMs;
    await this.#ended.promise;
    return {
      call: this.#callSid,
      greetedMs: this.#greetedMs === null ? null : this.#greetedMs - this.#startedMs,
      openedMs: this.#openedMs,
      frames: this.#playout.frames,
      holes: this.#playout.holes,
      failure: this.#failure,
    };
  }

  /** Does what is due. @returns when there is something to do next. */
  tick(nowMs: number): number {
    if (nowMs >= this.#deadlineMs) this.#atDeadline();
    if (!this.#messages || this.#hungUp) return this.#deadlineMs;
    for (const name of this.#playout.takePlayed(nowMs)) this.#send(this.#messages.mark(name));
    let dueMs = this.#startedMs + this.#sentFrames * FRAME_MS;
    for (; dueMs <= nowMs; dueMs += FRAME_MS) {
      this.#send(this.#messages.media(SILENCE, this.#sentFrames++ * FRAME_MS));
    }
    return Math.min(dueMs, this.#deadlineMs);
  }

  async #open(): Promise<void> {
    const identity = {
      callSid: this.#callSid,
      accountSid: ACCOUNT_SID,
      from: CALLER,
      to: this.#options.to,
    };
    const url = `${this.#options.webhook}/twilio/voice`;
    const answer = await requestTwiml({
      ...{ url, dialUrl: url, method: "POST", authToken: undefined, fetch },
      params: webhookParams(identity, true),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok) return this.#fail(`the webhook: ${answer.problem}`);
    const [connect] = answer.verbs;
    if (connect?.verb !== "Connect") return this.#fail(`the webhook said ${connect?.verb}`);
    const messages = new TwilioMessages({
      streamSid: this.#streamSid,
      ...identity,
      parameters: connect.parameters,
    });
    // Not Deno's own: that waits with `start` until `connected` is acknowledged (Nagle), which takes 40 ms.
    const opened = await openWebSocket({
      url: connect.url,
      headers: {},
      handlers: this,
      timeoutMs: PATIENCE_MS,
    });
    if (!opened.ok) return this.#fail(`the stream: ${opened.problem}`);
    this.#socket = opened.socket;
    this.#send(messages.connected());
    this.#send(messages.start());
    this.#startedMs = performance.now();
    this.#messages = messages;
  }

  onText(text: string): void {
    const nowMs = performance.now();
    // Only the first one is looked at closely, of those that come 50 times a second.
    if (this.#greetedMs !== null && text.startsWith(MEDIA)) return this.#playout.frame(nowMs);
    const read = readServerMessage(text, this.#streamSid);
    if (!read.ok) return this.#fail(read.warning.message);
    const { message } = read;
    if (message.event === "media") this.#greeted(message.payload.length, nowMs);
    else if (message.event === "mark") this.#playout.mark(message.name, nowMs);
    else this.#playout.clear(nowMs).forEach((name) => this.#send(this.#messages!.mark(name)));
  }

  onBinary(bytes: Uint8Array): void {
    this.#fail(`a binary message of ${bytes.length} bytes`);
  }

  onEnd(end: SocketEnd): void {
    if (!this.#hungUp) this.#fail(`${end.kind} by the server: ${end.reason}`);
    this.#ended.resolve();
  }

  #greeted(bytes: number, nowMs: number): void {
    if (bytes !== FRAME_BYTES) this.#fail(`media of ${bytes} bytes`);
    this.#greetedMs = nowMs;
    this.#playout.frame(nowMs);
    this.#deadlineMs = nowMs + LISTEN_MS;
    this.#options.onGreeted();
  }

  #atDeadline(): void {
    if (this.#hungUp) {
      this.#fail("the server did not close");
      this.#ended.resolve();
      return;
    }
    if (this.#greetedMs === null) this.#fail(this.#messages ? "no greeting" : "no stream");
    this.#hangUp();
    if (!this.#socket) this.#ended.resolve();
  }

  #hangUp(): void {
    if (this.#messages) this.#send(this.#messages.stop());
    this.#hungUp = true;
    this.#deadlineMs = performance.now() + PATIENCE_MS;
    this.#socket?.close(1000);
  }

  #send(message: string): void {
    this.#socket?.send(message);
  }

  #fail(failure: string): void {
    this.#failure ??= failure;
    if (!this.#socket) this.#ended.resolve();
  }
}
