import type { Log } from "shared/runtime/log.ts";
import { SAMPLE_RATE_HZ } from "shared/media/frame.ts";
import { isSubjectId } from "shared/bus/subjects.ts";
import { after, type Cancel } from "shared/clock/timers.ts";
import { ENDED } from "shared/clock/clock.ts";
import type { NextAction } from "shared/store/stores.ts";
import { CallSession, type SessionContext } from "./call_session.ts";
import { type SendSocket, TxWriter } from "./tx/writer.ts";
import { parseTwilioMessage, type StartMessage, type TwilioMessage } from "./twilio/message.ts";
import { OutboundEncoder } from "./twilio/outbound.ts";

/** A stream that does not start by then is nobody's call. */
const START_DEADLINE_MS = 10_000;
const MAX_MESSAGE_BYTES = 64 * 1024;
/** A far side that has not answered our close by then is dead: its call is not waited for. */
const CLOSE_DEADLINE_MS = 2_000;
/** A close frame has room for 123 bytes, and a character has up to three for each UTF-16 unit. */
const MAX_CLOSE_REASON_CHARS = 41;

/** WebSocket close codes (RFC 6455, section 7.4.1). */
const NORMAL = 1000;
const UNACCEPTABLE_DATA = 1003;
const POLICY_VIOLATION = 1008;
const TOO_LARGE = 1009;

/** The part of a WebSocket that a stream needs. */
export interface StreamSocket extends SendSocket {
  binaryType: BinaryType;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: Event) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  close(code: number, reason: string): void;
}

export interface StreamConnectionOptions {
  readonly context: SessionContext;
  readonly socket: StreamSocket;
  /** The CallSid and leg that the stream's token was made for. */
  readonly callSid: string;
  readonly leg: number;
  readonly defaultBusiness: string;
  /** `start` has come; the call begins when this returns. */
  readonly onStart: () => void;
  /** Called once. */
  readonly onClosed: () => void;
}

/**
 * One WebSocket of Twilio: reads its messages, refuses what is not the protocol, and hands the rest to the call.
 * Bad input is counted and logged at most once in 2 s; it ends neither this call nor another.
 */
export class StreamConnection {
  readonly #options: StreamConnectionOptions;
  readonly #socket: StreamSocket;
  readonly #log: Log;
  #cancelDeadline: Cancel;
  #session: CallSession | undefined;
  #streamSid = "";
  #business: string;
  #closing = false;
  #closed = false;
  readonly #over = Promise.withResolvers<void>();
  /** The call has been ended on purpose: what follows is written, and Twilio may be doing it already. */
  #ending: Promise<void> | undefined;
  /** Nothing is waited for any more. */
  readonly #hurry = new AbortController();

  constructor(options: StreamConnectionOptions) {
    const { socket, context } = options;
    this.#options = options;
    this.#business = options.defaultBusiness;
    this.#socket = socket;
    this.#log = context.log.with({ call: options.callSid });
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => this.#onMessage(event.data);
    socket.onerror = () => {};
    socket.onclose = () => this.#onClose();
    this.#cancelDeadline = after(
      context.clock,
      START_DEADLINE_MS,
      () => this.#refuse(POLICY_VIOLATION, "no_start"),
    );
  }

  /** Ends the call without a next action of its own: Twilio asks `/twilio/next`. */
  close(reason: string): void {
    this.#session?.end(reason);
    this.#closeSocket(NORMAL, reason);
  }

  /** Ends the stream so that Twilio comes back with the next leg, to whatever edge answers then. */
  async handOver(reason: string): Promise<void> {
    const { context, callSid, leg } = this.#options;
    this.#session?.end(reason);
    this.#hurry.abort(ENDED);
    await (this.#ending ?? context.nextActions.put(callSid, { do: "continue", leg: leg + 1 }));
    this.#closeSocket(NORMAL, reason);
    await this.#over.promise;
  }

  /** To be called a few times a second. */
  watch(): void {
    this.#session?.watch();
  }

  #onMessage(data: string | ArrayBuffer): void {
    if (this.#closing) return;
    if (isTooLarge(data)) return this.#refuse(TOO_LARGE, "message_too_large");
    if (typeof data !== "string") return this.#bad("binary");
    const parsed = parseTwilioMessage(data);
    if (!parsed.ok) return this.#bad(parsed.reason, parsed.detail);
    this.#take(parsed.message);
  }

  #take(message: TwilioMessage): void {
    if (message.event === "connected") return;
    if (message.event === "start") {
      if (this.#session) this.#bad("second_start");
      else this.#start(message);
      return;
    }
    if (!this.#session) return this.#bad("before_start", message.event);
    if (message.streamSid !== this.#streamSid) return this.#bad("wrong_stream_sid", message.event);
    switch (message.event) {
      case "media":
        if (message.track === "inbound") this.#session.media(message);
        else this.#bad("wrong_track", message.track);
        break;
      case "dtmf":
        this.#session.dtmf(message);
        break;
      case "mark":
        this.#session.mark(message);
        break;
      case "stop":
        this.close("caller_hung_up");
    }
  }

  #start(start: StartMessage): void {
    const { context, callSid, leg } = this.#options;
    const { encoding, sampleRate, channels } = start.mediaFormat;
    const account = context.settings.twilioAccountSid;
    if (start.callSid !== callSid) return this.#refuse(POLICY_VIOLATION, "wrong_call");
    if (account && start.accountSid !== account) {
      return this.#refuse(POLICY_VIOLATION, "wrong_account");
    }
    if (encoding !== "audio/x-mulaw" || sampleRate !== SAMPLE_RATE_HZ || channels !== 1) {
      return this.#refuse(UNACCEPTABLE_DATA, "media_format");
    }
    this.#cancelDeadline();
    this.#streamSid = start.streamSid;
    this.#options.onStart();
    const business = start.customParameters.business ?? "";
    if (isSubjectId(business)) this.#business = business;
    this.#session = new CallSession({
      context,
      start,
      business: this.#business,
      leg,
      writer: new TxWriter(this.#socket, new OutboundEncoder(start.streamSid)),
      endStream: (reason, next) => this.#ending = this.#end(reason, next),
    });
  }

  async #end(reason: string, next: NextAction): Promise<void> {
    const { context, callSid } = this.#options;
    await context.callEnding.carryOut(callSid, next, this.#hurry.signal);
    this.#closeSocket(NORMAL, reason);
  }

  #bad(reason: string, detail?: string): void {
    this.#options.context.metrics.badInput.inc({ reason });
    this.#log.warnLimited(`bad input ${reason}`, "bad message from Twilio, ignored", {
      reason,
      detail,
    });
  }

  #refuse(code: number, reason: string): void {
    const { context, callSid } = this.#options;
    context.metrics.badInput.inc({ reason });
    this.#log.warn("stream refused", { reason });
    this.#session?.end(reason);
    if (!this.#ending) {
      context.nextActions.put(callSid, { do: "fallback", businessId: this.#business });
    }
    this.#closeSocket(code, reason);
  }

  #closeSocket(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#cancelDeadline();
    this.#cancelDeadline = after(
      this.#options.context.clock,
      CLOSE_DEADLINE_MS,
      () => this.#onClose(),
    );
    this.#socket.close(code, reason.slice(0, MAX_CLOSE_REASON_CHARS));
  }

  #onClose(): void {
    if (this.#closed) return;
    this.#closed = this.#closing = true;
    this.#cancelDeadline();
    this.#hurry.abort(ENDED);
    this.#session?.end("stream_closed");
    this.#options.onClosed();
    this.#over.resolve();
  }
}

/** In UTF-8 a character has up to three bytes for each UTF-16 unit: most messages need no counting. */
function isTooLarge(data: string | ArrayBuffer): boolean {
  if (typeof data !== "string") return data.byteLength > MAX_MESSAGE_BYTES;
  if (data.length > MAX_MESSAGE_BYTES) return true;
  if (data.length * 3 <= MAX_MESSAGE_BYTES) return false;
  return new TextEncoder().encode(data).length > MAX_MESSAGE_BYTES;
}
