import type { Clock } from "shared/clock/clock.ts";
import { after, type Cancel } from "shared/clock/timers.ts";
import type { DecoderPort, DecoderReply, DecoderRequest } from "./decoder_protocol.ts";
import type { ModelPaths } from "./library.ts";

/** A decoder that has not answered for so long is given up. Loading its model takes 0.2 s on an idle machine. */
const ANSWER_LIMIT_MS = 10_000;
const CLOSE_LIMIT_MS = 1_000;

/** Phrases to understand. Equal phrases have equal keys. */
export interface PhraseSet {
  readonly key: string;
  readonly phrases: readonly string[];
}

/** Who uses a decoder: told of its replies, and of its end. */
export interface DecoderUser {
  onReply(reply: DecoderReply): void;
  /** The decoder has failed; it sends nothing more. */
  onLost(error: Error): void;
}

/** One decoder's Worker, seen from outside. It is used until its first failure. */
export class DecoderClient {
  readonly #port: DecoderPort;
  readonly #clock: Clock;
  readonly #onFailure: (error: Error) => void;
  /** Whom the replies belong to, one entry per request not yet answered. */
  readonly #askers: (DecoderUser | undefined)[] = [];
  #cancelLimit: Cancel | undefined;
  #failed = false;
  readonly #opened = Promise.withResolvers<void>();
  #closed: (() => void) | undefined;
  /** Whose the decoder is at the moment. */
  user: DecoderUser | undefined;
  #isOpen = false;
  #grammarKey: string | undefined;

  constructor(port: DecoderPort, clock: Clock, onFailure: (error: Error) => void) {
    this.#port = port;
    this.#clock = clock;
    this.#onFailure = onFailure;
    this.#opened.promise.catch(() => {});
    port.onmessage = ({ data }) => this.#onReply(data);
    port.onerror = (event) => {
      event.preventDefault();
      this.#fail(new Error(`Cannot decode: the Worker crashed: ${event.message}`));
    };
  }

  open(model: ModelPaths): Promise<void> {
    this.#ask({ do: "open", model });
    return this.#opened.promise;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** That of the last utterance: its grammar is loaded. */
  get grammarKey(): string | undefined {
    return this.#grammarKey;
  }

  begin({ key, phrases }: PhraseSet): void {
    this.#grammarKey = key;
    this.#ask({ do: "begin", phrases });
  }

  feed(mulaw: Uint8Array): void {
    this.#ask({ do: "feed", mulaw });
  }

  end(): void {
    this.#ask({ do: "end" });
  }

  abandon(): void {
    this.#ask({ do: "abandon" });
  }

  /** Lets the decoder free its memory, then ends the Worker. */
  async close(): Promise<void> {
    if (this.#failed) return;
    this.user = undefined;
    const closed = Promise.withResolvers<void>();
    this.#closed = closed.resolve;
    this.#ask({ do: "close" });
    this.#cancelLimit?.();
    this.#cancelLimit = after(this.#clock, CLOSE_LIMIT_MS, closed.resolve);
    await closed.promise;
    this.#end();
  }

  #ask(request: DecoderRequest): void {
    if (this.#failed) return;
    this.#askers.push(this.user);
    this.#port.postMessage(request);
    if (this.#askers.length === 1) this.#limit();
  }

  #onReply(reply: DecoderReply): void {
    if (this.#failed) return;
    if (reply.did === "fail") return this.#fail(new Error(reply.reason));
    const asker = this.#askers.shift();
    if (this.#closed) {
      if (reply.did === "close") this.#closed();
      return;
    }
    this.#limit();
    if (reply.did === "open") {
      this.#isOpen = true;
      this.#opened.resolve();
    } else if (asker === this.user) asker?.onReply(reply);
  }

  #limit(): void {
    this.#cancelLimit?.();
    this.#cancelLimit = undefined;
    if (this.#askers.length === 0) return;
    this.#cancelLimit = after(this.#clock, ANSWER_LIMIT_MS, () => {
      this.#fail(new Error(`Cannot decode: an answer within ${ANSWER_LIMIT_MS} ms, received none`));
    });
  }

  #fail(error: Error): void {
    if (this.#failed) return;
    const { user } = this;
    this.#closed?.();
    this.#end();
    this.#opened.reject(error);
    this.#onFailure(error);
    user?.onLost(error);
  }

  #end(): void {
    this.#failed = true;
    this.user = undefined;
    this.#cancelLimit?.();
    this.#port.terminate();
  }
}
