import type { Bus } from "shared/bus/bus.ts";
import type { Offer, RxEvent } from "shared/bus/messages.ts";
import type { Clock } from "shared/clock/clock.ts";
import { after, type Cancel } from "shared/clock/timers.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import type { Business } from "shared/store/business.ts";
import type { ConversationStore } from "shared/store/stores.ts";
import { within } from "shared/clock/within.ts";
import { Desk } from "./call_desk.ts";
import { ConversationRecord } from "./record/conversation_record.ts";
import { backchannelsOf, isBackchannel } from "./dialog/backchannels.ts";
import type { Dialog, DialogReply, DialogRequest } from "./dialog/dialog.ts";
import type { HttpTools } from "./dialog/tools/http_tools.ts";
import type { DialogMetrics } from "./dialog_metrics.ts";
import { EdgeLine, type EdgeLineHandlers, SUPERSEDED } from "./line/edge_line.ts";
import { GREETING_DEADLINE_MS, type GreetingSource } from "./greeting/greeting_source.ts";
import { eventOf } from "./turn/heard_speech.ts";
import { readPredecessor } from "./record/predecessor.ts";
import type { Recordings } from "./greeting/recordings.ts";
import { isSuccessor, resumptionOf } from "./record/resumption.ts";
import { Speaker } from "./speech/speaker.ts";
import { Thinker } from "./thinker.ts";
import type { WordWeight } from "./speech/words_heard.ts";
import { TurnMachine } from "./turn/turn.ts";
import type { ActionOf, TurnAction, TurnEvent } from "./turn/turn_events.ts";
import { UtterancePlans } from "./utterance_plans.ts";

/** A thought, or the rest, of something that was silenced waits so long for the edge to tell how much of it was heard. */
const SETTLE_MS = 250;

type Ending =
  | { readonly kind: "hangup" | "fallback"; readonly reason: string }
  | { readonly kind: "transfer"; readonly to: string };

/** What all calls of an instance share. */
export interface ConversationContext {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly conversations: ConversationStore;
  readonly synthesizer: Synthesizer;
  readonly greetings: GreetingSource;
  readonly recordings: Recordings;
  readonly dialogOf: (business: Business) => Dialog;
  readonly tools: Pick<HttpTools, "use">;
  readonly weigh: WordWeight;
  readonly refractoryMs: number;
  readonly idlePromptMs: number;
  readonly metrics: DialogMetrics;
  readonly log: Log;
}

/**
 * One call's talk, from its offer until its end: what is heard goes to the turn machine, which says what to do.
 *
 * - Hears the call from its construction on, speaks from `start` on.
 * - A successor goes on where the worker before it has stopped, as far as the store and the edge can tell.
 * - Ends when the edge says so, when a newer worker has the call, or when the edge is silent for 10 s.
 */
export class Conversation {
  readonly call: string;
  readonly epoch: number;
  readonly #context: ConversationContext;
  readonly #offer: Offer;
  readonly #business: Business;
  readonly #log: Log;
  readonly #record: ConversationRecord;
  readonly #plans: UtterancePlans;
  readonly #thinker: Thinker;
  readonly #desk: Desk;
  readonly #turns: TurnMachine;
  readonly #line: EdgeLine;
  readonly #speaker: Speaker;
  readonly #ended = Promise.withResolvers<string>();
  #greetingDeadlineMs = 0;
  #cancelWake: Cancel | undefined;
  /** What happens before a successor knows where to go on; undefined once it does. */
  #early: TurnEvent[] | undefined = [];
  #over = false;

  constructor(context: ConversationContext, offer: Offer, business: Business) {
    const { bus, clock, metrics, conversations, refractoryMs, idlePromptMs } = context;
    const { call, epoch } = offer;
    const log = context.log.with({ call });
    this.call = call;
    this.epoch = epoch;
    this.#context = context;
    this.#offer = offer;
    this.#business = business;
    this.#log = log;
    this.#record = new ConversationRecord({
      call,
      businessId: business.id,
      leg: offer.leg,
      epoch,
      store: conversations,
      clock,
      onStoreError: (error) => this.#storeFailed("conversation not stored", error),
    });
    this.#plans = new UtterancePlans({
      ...context,
      business,
      record: this.#record,
      settled: () => this.#settled(),
      log,
    });
    this.#thinker = new Thinker({ dialog: context.dialogOf(business), business, log });
    this.#desk = new Desk({ ...context, call, business, record: this.#record });
    const backchannels = backchannelsOf(business);
    this.#turns = new TurnMachine({
      refractoryMs,
      idlePromptMs,
      nextUtterance: offer.next_utterance,
      isBackchannel: (text) => isBackchannel(text, backchannels),
    });
    this.#line = new EdgeLine({ bus, clock, offer, metrics, log, handlers: this.#handlers() });
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

  /** Greets the caller, or goes on; what is read for that must be found by `deadlineMs`. */
  start(deadlineMs: number): void {
    this.#greetingDeadlineMs = deadlineMs;
    const { interruptible } = this.#business.greeting;
    if (isSuccessor(this.#offer)) void this.#takeOver(deadlineMs);
    else this.#begin({ kind: "call_started", greetingInterruptible: interruptible });
  }

  /** Frees everything; ending twice does nothing. */
  end(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    if (reason === SUPERSEDED) this.#record.stop();
    this.#cancelWake?.();
    this.#thinker.abandon();
    this.#speaker.stop();
    this.#line.close();
    this.#ended.resolve(reason);
  }

  #handlers(): EdgeLineHandlers {
    return {
      event: (event) => this.#onEvent(event),
      speech: (speech) => this.#turn(eventOf(speech)),
      credit: (credit) => this.#speaker.credit(credit),
      ended: (reason, plays) => {
        this.#speaker.ended(plays);
        // Who has not read yet what its predecessor stored leaves it as it is.
        if (!this.#early) this.#record.close();
        this.end(reason);
      },
      over: (reason) => this.end(reason),
    };
  }

  async #takeOver(deadlineMs: number): Promise<void> {
    const { clock, conversations: store } = this.#context;
    const onStoreError = (error: unknown) => this.#storeFailed("conversation not read", error);
    const found = await readPredecessor(this.#offer, deadlineMs, { store, clock, onStoreError });
    if (this.#over) return;
    const { interruptible } = this.#business.greeting;
    const { turns, notes, event } = resumptionOf(found, this.#offer, interruptible);
    if (found) this.#greetingDeadlineMs = Math.max(deadlineMs, clock.now() + GREETING_DEADLINE_MS);
    if (turns.length > 0) this.#record.takeOver({ turns, notes }, event.takenThroughSeq);
    this.#plans.takeOver(event.turn);
    const { turn, rest } = event;
    this.#log.info("resumes call", { turns: turns.length, turn, rest: rest.do });
    this.#begin(event);
  }

  /** What came before is heard after it. */
  #begin(event: TurnEvent): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const each of [event, ...early]) this.#turn(each);
  }

  #onEvent(event: RxEvent): void {
    if (event.kind === "dtmf") this.#turn({ kind: "key", digit: event.digit });
    else if (event.kind === "mark_played" || event.kind === "mark_cleared") {
      this.#turn({ kind: "finished", utterance: event.utterance });
    }
  }

  #turn(event: TurnEvent): void {
    if (this.#over) return;
    if (this.#early) return void this.#early.push(event);
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
      case "resume":
        if (!action.from) this.#context.metrics.falseInterruptions.inc();
        return void this.#speaker.speak(this.#plans.rest(action));
      case "drop_rest":
        return this.#plans.interrupted();
      case "keep_entry":
        return this.#desk.keepEntry(action.name, action.digits);
      case "think":
        return this.#think(action);
      case "abandon_thought":
        return this.#thinker.abandon();
      case "speak":
        this.#awaitEnd(action);
        return void this.#speaker.speak(this.#plans.reply(action));
      case "abandon_utterance":
        this.#thinker.abandon();
        return this.#speaker.abandon();
      case "clear":
        if (action.because === "barge_in") this.#context.metrics.bargeIns.inc();
        this.#thinker.abandon();
        this.#plans.interrupted();
        return this.#speaker.clear(action);
      case "apologise":
        return void this.#speaker.speak(this.#plans.apology(action));
      case "hangup":
        return this.#leave({ kind: "hangup", reason: "goodbye" });
      case "transfer":
        return this.#leave({ kind: "transfer", to: action.to });
      case "fallback":
        return this.#leave({ kind: "fallback", reason: "no_speech" });
    }
  }

  #think({ thought, asked: { input } }: ActionOf<"think">): void {
    this.#record.thought();
    const onReply = (reply: DialogReply) => this.#turn({ kind: "reply_ready", thought, reply });
    void this.#thinker.think(async (): Promise<DialogRequest> => {
      await this.#settled();
      return { input, turns: this.#record.turns, desk: this.#desk };
    }, onReply);
  }

  /** The edge has told how much was heard of what was silenced, or takes too long to. */
  async #settled(): Promise<void> {
    if (!this.#speaker.isUnsettled) return;
    await within(this.#context.clock, SETTLE_MS, () => this.#speaker.settled());
  }

  /** What follows a text is known when it is whole. */
  #awaitEnd({ utterance, reply: { text } }: ActionOf<"speak">): void {
    const off = text.onChange(() => {
      if (this.#over) return off();
      if (text.then) this.#turn({ kind: "reply_ended", utterance, then: text.then });
    });
  }

  /** Takes effect at the edge when everything published has played. */
  #leave(request: Ending): void {
    this.#line.request({ ...request, after_seq: this.#line.publisher.lastSeq });
  }

  #storeFailed(what: string, error: unknown): void {
    this.#context.metrics.storeErrors.inc();
    this.#log.warnLimited("conversation_store", what, { error: String(error) });
  }
}
