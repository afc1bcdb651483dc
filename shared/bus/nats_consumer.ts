/** A durable consumer of JetStream, pulled one message at a time. */
import { createInbox, type Msg, type Subscription as NatsSubscription } from "nats";
import { z } from "zod";
import { after, type Cancel } from "shared/clock/timers.ts";
import type { ConsumeOptions, DurableHandler, Subscription } from "./bus.ts";
import { NANOS_PER_MS, NatsDurableMessage } from "./nats_durable.ts";
import type { NatsLink } from "./nats_link.ts";
import { requestOver } from "./nats_requests.ts";

/** A pull without a message ends after so long, and the next one follows. */
const PULL_EXPIRES_MS = 30_000;
const HEARTBEAT_MS = 2_000;
/** So long without message or heartbeat, and the pull is taken as lost. */
const SILENCE_MS = 3 * HEARTBEAT_MS;
const RETRY_MS = 250;
const INFO_TIMEOUT_MS = 2_000;
/** JetStream recovers its files after a start and says nothing until then. */
const INFO_PATIENCE_MS = 10_000;

const HEARTBEAT_STATUS = 100;
const PULL_ENDED_STATUS = 408;
const NOBODY_STATUS = 503;

export interface NatsConsumerParts extends ConsumeOptions {
  readonly link: NatsLink;
  readonly inboxPrefix: string;
  readonly handler: DurableHandler;
  readonly onError: (error: unknown, subject: string) => void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const PULL = encoder.encode(JSON.stringify({
  batch: 1,
  expires: PULL_EXPIRES_MS * NANOS_PER_MS,
  idle_heartbeat: HEARTBEAT_MS * NANOS_PER_MS,
}));

/**
 * Joins a consumer. One pull for one message is out at a time, so that what this instance cannot begin yet
 * stays with the others. A pull that may be lost is forgotten together with its inbox: nats-server drops a pull
 * whose inbox nobody has subscribed.
 */
export class NatsConsumer implements Subscription {
  readonly #parts: NatsConsumerParts;
  readonly #subject: string;
  readonly #renew = () => {
    if (!this.#busy) this.#pullAnew();
  };
  #inbox: NatsSubscription | undefined;
  #cancelTimer: Cancel | undefined;
  #busy = false;
  #ended = false;

  constructor(parts: NatsConsumerParts) {
    this.#parts = parts;
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${parts.stream}.${parts.durable}`;
    parts.link.onBack.add(this.#renew);
    parts.link.onLost.add(this.#stopTimer);
    this.#pullAnew();
  }

  unsubscribe(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopTimer();
    this.#parts.link.onBack.delete(this.#renew);
    this.#parts.link.onLost.delete(this.#stopTimer);
    this.#dropInbox();
  }

  readonly #stopTimer = () => {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  };

  #dropInbox(): void {
    this.#inbox?.unsubscribe();
    this.#inbox = undefined;
  }

  #pullAnew(): void {
    this.#dropInbox();
    this.#pull();
  }

  /** While disconnected nothing is sent; the way back begins with a new inbox and a new pull. */
  #pull(): void {
    const { link, inboxPrefix } = this.#parts;
    if (this.#ended || !link.connected || link.connection.isClosed()) return;
    this.#inbox ??= this.#openInbox(createInbox(inboxPrefix));
    link.publish(this.#subject, PULL, undefined, this.#inbox.getSubject());
    this.#armTimer(SILENCE_MS);
  }

  #openInbox(subject: string): NatsSubscription {
    const inbox: NatsSubscription = this.#parts.link.connection.subscribe(subject, {
      callback: (error, message) => {
        if (inbox !== this.#inbox || this.#ended) return;
        // A refused inbox is reported by nats-server itself, and tried again by the timer.
        if (!error) this.#take(message);
      },
    });
    return inbox;
  }

  #armTimer(ms: number): void {
    this.#stopTimer();
    this.#cancelTimer = after(this.#parts.link.clock, ms, this.#renew);
  }

  #take(message: Msg): void {
    const status = message.headers?.code ?? 0;
    if (status === 0) void this.#handle(message);
    else if (status === HEARTBEAT_STATUS) this.#armTimer(SILENCE_MS);
    else if (status === PULL_ENDED_STATUS) this.#pull();
    else {
      // The consumer is gone, or JetStream has not started yet: both may end.
      if (status !== NOBODY_STATUS) this.#report(message.headers?.description ?? `${status}`);
      this.#armTimer(RETRY_MS);
    }
  }

  #report(description: string): void {
    const { stream, durable, onError } = this.#parts;
    onError(new Error(`Cannot consume ${stream}/${durable}: ${description}`), this.#subject);
  }

  async #handle(message: Msg): Promise<void> {
    this.#busy = true;
    this.#stopTimer();
    const { link, handler, onError } = this.#parts;
    try {
      await handler(new NatsDurableMessage(message, link));
    } catch (error) {
      onError(error, message.subject);
    }
    this.#busy = false;
    // The connection may have been another one when the handler began.
    this.#pull();
  }
}

const INFO = z.object({
  config: z.object({
    ack_policy: z.literal("explicit"),
    deliver_subject: z.undefined().optional(),
  }),
});
const API_ERROR = z.object({ error: z.object({ description: z.string() }) });

/** @throws {Error} when the consumer does not exist, is not a pull consumer, or JetStream does not answer. */
export async function verifyConsumer(
  link: NatsLink,
  { stream, durable }: ConsumeOptions,
): Promise<void> {
  const fail = (received: string) =>
    new Error(
      `Cannot consume ${stream}/${durable}: stream and pull consumer are made by deploy/nats/init beforehand, received ${received}`,
    );
  const request = {
    subject: `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
    data: new Uint8Array(),
    headers: {},
    timeoutMs: INFO_TIMEOUT_MS,
  };
  const giveUpMs = link.clock.now() + INFO_PATIENCE_MS;
  for (;;) {
    const result = await requestOver(link, request);
    if (result.ok) {
      const info: unknown = JSON.parse(decoder.decode(result.data));
      if (INFO.safeParse(info).success) return;
      const error = API_ERROR.safeParse(info);
      throw fail(error.success ? error.data.error.description : "another kind of consumer");
    }
    if (link.closed || link.clock.now() > giveUpMs) throw fail(`no answer (${result.reason})`);
    await link.clock.sleepUntil(link.clock.now() + RETRY_MS, link.ended);
  }
}
