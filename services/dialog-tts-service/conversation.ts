import type { Bus } from "shared/bus/bus.ts";
import type { Credit, Offer, RxEvent, Speech } from "shared/bus/messages.ts";
import type { Clock } from "shared/clock/clock.ts";
import { after, type Cancel } from "shared/clock/timers.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import type { Business } from "shared/store/business.ts";
import type { ConversationStore } from "shared/store/stores.ts";
import { ConversationRecord } from "./conversation_record.ts";
import type { Dialog } from "./dialog/dialog.ts";
import type { DialogMetrics } from "./dialog_metrics.ts";
import { EdgeLine } from "./edge_line.ts";
import type { GreetingSource } from "./greeting_source.ts";
import { Speaker } from "./speaker.ts";
import { Thinker } from "./thinker.ts";
import { TurnMachine } from "./turn.ts";
import type { TurnAction, TurnEvent } from "./turn_events.ts";
import { UtterancePlans } from "./utterance_plans.ts";

/** What all calls of an instance share. */
export interface ConversationContext {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly conversations: ConversationStore;
  readonly synthesizer: Synthesizer;
  readonly greetings: GreetingSource;
  readonly dialogOf: (business: Business) => Dialog;
  readonly refractoryMs: number;
  readonly metrics: DialogMetrics;
  readonly log: Log;
}

/**
 * One call's talk, from its offer until its end: what is heard goes to the turn machine, which says what to do.
 *
 * - Hears the call from its construction on, speaks from `start` on.
 * - Ends when the edge says so, when a newer worker has the call, or when the edge is silent for 10 s.
 */
export class Conversation {
  readonly call: string;
  readonly epoch: number;
  readonly #context: ConversationContext;
  readonly #business: Business;
  readonly #log: Log;
  readonly #record: ConversationRecord;
  readonly #plans: UtterancePlans;
  readonly #thinker: Thinker;
  readonly #turns: TurnMachine;
  readonly #line: EdgeLine;
  readonly #speaker: Speaker;
  readonly #ended = Promise.withResolvers<string>();
  #greetingDeadlineMs = 0;
  #cancelWake: Cancel | undefined;
  #over = false;

  constructor(context: ConversationContext, offer: Offer, business: Business) {
    const { bus, clock, metrics, conversations, refractoryMs } = context;
    const { call, epoch } = offer;
    const log = context.log.with({ call });
    this.call = call;
    this.epoch = epoch;
    this.#context = context;
    this.#business = business;
    this.#log = log;
    this.#record = new ConversationRecord({
      call,
      businessId: business.id,
      store: conversations,
      onStoreError: (error) => this.#storeFailed(error),
    });
    this.#plans = new UtterancePlans({ ...context, business, record: this.#record, log });
    this.#thinker = new Thinker({ dialog: context.dialogOf(business), business, log });
    this.#turns = new TurnMachine({ refractoryMs, nextUtterance: offer.next_utterance });
    const handlers = {
      event: (event: RxEvent) => this.#onEvent(event),
      speech: (speech: Speech) => this.#turn(heard(speech)),
      credit: (credit: Credit) => this.#speaker.credit(credit),
      over: (reason: string) => this.end(reason),
    };
    this.#line = new EdgeLine({ bus, clock, offer, metrics, log, handlers });
    this.#speaker = new Speaker({
      clock,
      publisher: this.#line.publisher,
      control: (request) => this.#line.request(request),
      tell: (event) => this.#turn(event),
    });
  }

  /** Resolves with the reason when the call is over. */
  get ended(): Promise<string> {
    return this.#ended.promise;
  }

  /** Greets the caller; the greeting must be found by `deadlineMs`. */
  start(deadlineMs: number): void {
    this.#greetingDeadlineMs = deadlineMs;
    const { interruptible } = this.#business.greeting;
    this.#turn({ kind: "call_started", greetingInterruptible: interruptible });
  }

  /** Frees everything; ending twice does nothing. */
  end(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelWake?.();
    this.#thinker.abandon();
    this.#speaker.stop();
    this.#line.close();
    this.#ended.resolve(reason);
  }

  #onEvent(event: RxEvent): void {
    if (event.kind === "dtmf") this.#turn({ kind: "key", digit: event.digit });
    else if (event.kind === "mark_played" || event.kind === "mark_cleared") {
      this.#turn({ kind: "finished", utterance: event.utterance });
    }
  }

  #turn(event: TurnEvent): void {
    if (this.#over) return;
    const { clock } = this.#context;
    for (const action of this.#turns.handle(event, clock.now())) this.#do(action);
    this.#cancelWake?.();
    const { wakeAtMs } = this.#turns;
    this.#cancelWake = wakeAtMs === undefined
      ? undefined
      : after(clock, wakeAtMs - clock.now(), () => this.#turn({ kind: "tick" }));
  }

  #do(action: TurnAction): void {
    switch (action.do) {
      case "greet":
        return void this.#speaker.speak(this.#plans.greeting(action, this.#greetingDeadlineMs));
      case "think":
        return void this.#thinker.think(action.asked.input, this.#record.turns, (reply) => {
          this.#turn({ kind: "reply_ready", thought: action.thought, reply });
        });
      case "abandon_thought":
        return this.#thinker.abandon();
      case "speak":
        return void this.#speaker.speak(this.#plans.reply(action));
      case "abandon_utterance":
        return this.#speaker.abandon();
      case "clear":
        if (action.because === "barge_in") this.#context.metrics.bargeIns.inc();
        this.#plans.interrupted();
        return this.#speaker.clear(action.through);
      case "hangup":
        return this.#leave({ kind: "hangup", reason: "goodbye" });
      case "transfer":
        return this.#leave({ kind: "transfer", to: action.to });
    }
  }

  /** Takes effect at the edge when everything published has played. */
  #leave(request: { kind: "hangup"; reason: string } | { kind: "transfer"; to: string }): void {
    this.#line.request({ ...request, after_seq: this.#line.publisher.lastSeq });
  }

  #storeFailed(error: unknown): void {
    this.#context.metrics.storeErrors.inc();
    this.#log.warnLimited("conversation_store", "conversation not stored", {
      error: String(error),
    });
  }
}

/** A final without text is speech that was not made out. */
function heard(speech: Speech): TurnEvent {
  switch (speech.kind) {
    case "speech_started":
    case "partial":
      return { kind: speech.kind, onsetMs: speech.onset_ms };
    case "speech_ended":
      return { kind: "speech_ended" };
    case "final":
    case "rejected": {
      const id = { epoch: speech.epoch, speech: speech.speech };
      const at = { onsetMs: speech.onset_ms, toSeq: speech.to_seq, id };
      const text = speech.kind === "final" ? speech.text.trim() : "";
      return text ? { kind: "final", text, ...at } : { kind: "rejected", ...at };
    }
  }
}
