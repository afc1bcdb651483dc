import type { Clock } from "shared/clock/clock.ts";
import { silentFrame } from "shared/media/frame.ts";
import type { Timeline } from "shared/testing/timeline.ts";
import type { CallEvent } from "./call_events.ts";
import type { ClientSocket } from "./network.ts";
import type { PlayoutBuffer } from "./playout_buffer.ts";
import {
  readServerMessage,
  type ServerMessage,
  type StreamIdentity,
  TwilioMessages,
} from "./stream_messages.ts";
import type { SocketEnd, SocketHandlers } from "./web_socket_client.ts";

export interface StreamSessionOptions {
  readonly identity: StreamIdentity;
  readonly playout: PlayoutBuffer;
  readonly timeline: Timeline<CallEvent>;
  readonly clock: Clock;
  readonly echoMarks: boolean;
  /** Sees every message before it leaves; what it returns is sent instead, undefined = nothing. */
  readonly tamper?: ((message: string) => string | undefined) | undefined;
  /** Told what the server says, and when what is to be played begins to sound. */
  readonly onHeard?: ((message: ServerMessage, soundsAtMs: number) => void) | undefined;
}

const SILENCE_BASE64 = silentFrame().toBase64();

/** One media stream as Twilio's side of it: from `connected` to the end of the socket. */
export class StreamSession implements SocketHandlers {
  readonly #options: StreamSessionOptions;
  readonly #messages: TwilioMessages;
  readonly #end = Promise.withResolvers<SocketEnd>();
  #socket: ClientSocket | undefined;
  #timestampOffsetMs = 0;
  #refused = false;
  #stopped = false;
  echoMarks: boolean;

  constructor(options: StreamSessionOptions) {
    this.#options = options;
    this.#messages = new TwilioMessages(options.identity);
    this.echoMarks = options.echoMarks;
  }

  get streamSid(): string {
    return this.#options.identity.streamSid;
  }

  /** Resolves when the socket is gone, whoever ended it. */
  get ended(): Promise<SocketEnd> {
    return this.#end.promise;
  }

  get socket(): ClientSocket | undefined {
    return this.#socket;
  }

  /** The handshake is done: says `connected` and `start`. */
  begin(socket: ClientSocket): void {
    this.#socket = socket;
    this.#send(this.#messages.connected());
    this.#send(this.#messages.start());
  }

  /** Sends 20 ms of the caller's audio; undefined = silence. */
  sendFrame(frame: Uint8Array | undefined, streamMs: number): void {
    if (this.#stopped) return;
    const payload = frame ? frame.toBase64() : SILENCE_BASE64;
    const taken = this.#send(this.#messages.media(payload, streamMs + this.#timestampOffsetMs));
    if (!taken && !this.#refused) {
      this.#warn(31930, "caller audio discarded: the server reads too slowly");
    }
    this.#refused = !taken;
  }

  sendDigit(digit: string): void {
    this.#send(this.#messages.dtmf(digit));
  }

  jumpTimestamp(ms: number): void {
    this.#timestampOffsetMs += ms;
  }

  /** Sends back the marks whose audio has played. */
  echoPlayedMarks(): void {
    if (!this.echoMarks) return;
    for (const name of this.#options.playout.takePlayedMarks(this.#options.clock.now())) {
      this.#echo(name, false);
    }
  }

  /** The caller has hung up: `stop`, then the closing handshake. */
  stop(): void {
    this.#send(this.#messages.stop());
    this.#stopped = true;
    this.#socket?.close(1000);
  }

  onText(text: string): void {
    const result = readServerMessage(text, this.streamSid);
    if (result.ok) this.#apply(result.message);
    else this.#warn(result.warning.code, result.warning.message);
  }

  onBinary(bytes: Uint8Array): void {
    this.#warn(31950, `binary message of ${bytes.length} bytes`);
  }

  onEnd(end: SocketEnd): void {
    this.#end.resolve(end);
  }

  #apply(message: ServerMessage): void {
    const { playout, timeline, clock } = this.#options;
    const now = clock.now();
    const bufferedMs = playout.bufferedMs(now);
    this.#options.onHeard?.(message, now + bufferedMs);
    switch (message.event) {
      case "media": {
        timeline.add({ kind: "media", bytes: message.payload.length, bufferedMs });
        if (!playout.push(message.payload, now)) {
          this.#warn(31931, "media discarded: more than ten minutes are buffered");
        }
        return;
      }
      case "mark":
        timeline.add({ kind: "mark", name: message.name, bufferedMs });
        playout.mark(message.name);
        this.echoPlayedMarks();
        return;
      case "clear": {
        const cleared = playout.clear(now);
        timeline.add({ kind: "clear", discardedMs: bufferedMs });
        if (!this.echoMarks) return;
        for (const name of cleared) this.#echo(name, true);
      }
    }
  }

  #echo(name: string, cleared: boolean): void {
    if (this.#stopped) return;
    this.#send(this.#messages.mark(name));
    this.#options.timeline.add({ kind: "echoed", name, cleared });
  }

  #warn(code: number, message: string): void {
    this.#options.timeline.add({ kind: "warning", code, message });
  }

  /** @returns false when the socket did not take it. */
  #send(message: string): boolean {
    const { tamper } = this.#options;
    const sent = tamper ? tamper(message) : message;
    return sent === undefined || (this.#socket?.send(sent) ?? false);
  }
}
