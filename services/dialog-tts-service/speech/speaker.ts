import type { Credit, UtterancePlay } from "shared/bus/messages.ts";
import type { GreetingSourceName } from "shared/bus/telemetry.ts";
import type { Clock } from "shared/clock/clock.ts";
import { within } from "shared/clock/within.ts";
import { FRAME_MS } from "shared/media/frame.ts";
import type { TextPosition } from "shared/store/stores.ts";
import type { ControlRequest } from "../line/control_sender.ts";
import type { FrameSource } from "./message_assembly.ts";
import type { Publication, SpeechPublisher } from "./speech_publisher.ts";
import type { ActionOf, SpeechId, TurnEvent } from "../turn/turn_events.ts";

/** The edge may send so many frames at once (`TX_LEAD_FRAMES` at most 5), before the pace tells their age. */
const MAX_FRAMES_AT_ONCE = 6;
/** Cleared utterances of which the edge has not told yet how far they came. */
const MAX_CLEARED = 16;
/** An engine that takes longer leaves it at the estimate. */
const TIMING_LIMIT_MS = 200;

/** Frames that know their words. */
export interface WordSource extends FrameSource {
  /** How many pieces lie wholly within its first `frames` frames. */
  piecesWithin(frames: number): number;
  /** The place in the whole text that its first `frames` frames reach. */
  positionAt(frames: number): TextPosition;
  /** The same by the engine's own timing, where it has any; absent where none can have. Never rejects. */
  timedPositionAt?(frames: number): Promise<TextPosition | undefined>;
}

/** What is to be spoken. */
export interface UtterancePlan {
  readonly utterance: number;
  readonly turn: number;
  readonly role: "greeting" | "reply" | "prompt";
  readonly interruptible: boolean;
  /** The mark behind its last frame. */
  readonly mark: string;
  readonly answers: SpeechId | undefined;
  /** Input received to text ready. */
  readonly llmMs: number | undefined;
  /** Where a greeting was found, once it is open. */
  greetingSource(): GreetingSourceName | undefined;
  /** Its frames, until the signal is aborted. */
  open(signal: AbortSignal): WordSource | Promise<WordSource>;
  /** Its first frame goes out. */
  begun(): void;
  /** So many of its pieces were wholly sent. */
  sent(pieces: number): void;
  /** It was silenced, or the call ended; the caller has heard it so far. */
  heard(through: TextPosition): void;
  brokeOff(error: unknown): void;
}

export interface SpeakerOptions {
  readonly clock: Clock;
  readonly publisher: SpeechPublisher;
  readonly control: (request: ControlRequest) => void;
  readonly tell: (event: TurnEvent) => void;
}

interface Spoken {
  readonly plan: UtterancePlan;
  readonly abort: AbortController;
  readonly textReadyMs: number;
  source: WordSource | undefined;
  firstSeq: number | undefined;
  /** Once everything is published. */
  lastSeq: number | undefined;
  sending: boolean;
  sent: boolean;
}

/** Speaks one utterance after the other: frames and requests in their order, and what becomes of them. */
export class Speaker {
  readonly #options: SpeakerOptions;
  #spoken: Spoken | undefined;
  readonly #cleared = new Map<number, Spoken>();
  #whenSettled: PromiseWithResolvers<void> | undefined;
  /** Places that an engine is asked for. */
  #timing = 0;

  constructor(options: SpeakerOptions) {
    this.#options = options;
  }

  async speak(plan: UtterancePlan): Promise<void> {
    const spoken: Spoken = {
      plan,
      abort: new AbortController(),
      textReadyMs: this.#options.clock.now(),
      source: undefined,
      firstSeq: undefined,
      lastSeq: undefined,
      sending: false,
      sent: false,
    };
    this.#spoken = spoken;
    const publication = await this.#publish(spoken);
    if (spoken.abort.signal.aborted || publication.kind === "aborted") return;
    const isWhole = publication.kind === "complete";
    if (!isWhole) plan.brokeOff(publication.error);
    this.#complete(spoken, isWhole);
  }

  /** Ends an utterance of which nothing has gone out. */
  abandon(): void {
    this.#spoken?.abort.abort();
    this.#spoken = undefined;
  }

  /** Silences everything up to this utterance. */
  clear(
    { through, because, onsetMs }: Pick<ActionOf<"clear">, "through" | "because" | "onsetMs">,
  ): void {
    const spoken = this.#spoken;
    this.abandon();
    const after_seq = this.#options.publisher.lastSeq;
    const onset = onsetMs === undefined ? {} : { onset_ms: onsetMs };
    this.#options.control({ kind: "clear", through, after_seq, because, ...onset });
    if (spoken) this.#cleared.set(spoken.plan.utterance, spoken);
    if (this.#cleared.size > MAX_CLEARED) this.#cleared.delete(this.#cleared.keys().next().value!);
  }

  /** Resolves when the edge has told how much was heard of all that was silenced. */
  settled(): Promise<void> {
    this.#whenSettled ??= Promise.withResolvers();
    return this.#whenSettled.promise;
  }

  /** Whether the edge has not told yet how much was heard of something that was silenced. */
  get isUnsettled(): boolean {
    return this.#cleared.size > 0 || this.#timing > 0;
  }

  credit(credit: Credit): void {
    if (!this.#options.publisher.credit(credit)) return;
    for (const play of credit.cleared) this.#settle(play);
    if (this.isUnsettled) this.#settleUnsent(credit.cleared_through);
    if (this.#spoken) this.#follow(this.#spoken, credit);
  }

  /** The call has ended, and so much was played of each utterance. */
  ended(plays: readonly UtterancePlay[]): void {
    for (const play of plays) this.#settle(play);
    const spoken = this.#spoken;
    const play = plays.find(({ utterance }) => utterance === spoken?.plan.utterance);
    if (!spoken || !play) return;
    const { firstSeq = 0, lastSeq = Infinity } = spoken;
    if (play.heard <= lastSeq - firstSeq) this.#heard(spoken, play);
  }

  stop(): void {
    this.abandon();
    this.#cleared.clear();
    this.#tellSettled();
  }

  /** Of what it silenced before the first frame the edge tells nothing. */
  #settleUnsent(through: number): void {
    for (const utterance of [...this.#cleared.keys()]) {
      if (utterance <= through) this.#settle({ utterance, sent: 0, heard: 0 });
    }
  }

  #settle(play: UtterancePlay): void {
    const spoken = this.#cleared.get(play.utterance);
    if (!spoken) return;
    this.#cleared.delete(play.utterance);
    this.#heard(spoken, play);
    void this.#time(spoken, play.heard);
    if (!this.isUnsettled) this.#tellSettled();
  }

  /** Puts the engine's own timing in the place of an estimate; who waits for it does not wait for long. */
  async #time({ plan, source }: Spoken, heard: number): Promise<void> {
    if (!source?.timedPositionAt) return;
    this.#timing++;
    const { clock } = this.#options;
    const timed = await within(clock, TIMING_LIMIT_MS, () => source.timedPositionAt!(heard));
    this.#timing--;
    if (timed.ok && timed.value) plan.heard(timed.value);
    if (!this.isUnsettled) this.#tellSettled();
  }

  #tellSettled(): void {
    this.#whenSettled?.resolve();
    this.#whenSettled = undefined;
  }

  #heard({ plan, source }: Spoken, { sent, heard }: UtterancePlay): void {
    plan.sent(source?.piecesWithin(sent) ?? 0);
    if (source) plan.heard(source.positionAt(heard));
  }

  async #publish(spoken: Spoken): Promise<Publication> {
    const { plan, abort: { signal } } = spoken;
    try {
      spoken.source = await plan.open(signal);
    } catch (error) {
      return { kind: "broken_off", error };
    }
    if (signal.aborted) return { kind: "aborted" };
    return this.#options.publisher.publish(
      plan.utterance,
      spoken.source,
      signal,
      () => this.#begin(spoken),
    );
  }

  #begin(spoken: Spoken): void {
    const { plan } = spoken;
    const { publisher, clock, control, tell } = this.#options;
    spoken.firstSeq = publisher.lastSeq + 1;
    const ttsMs = clock.now() - spoken.textReadyMs;
    const source = plan.greetingSource();
    control({
      kind: "utterance_begin",
      after_seq: publisher.lastSeq,
      utterance: plan.utterance,
      role: plan.role,
      turn: plan.turn,
      interruptible: plan.interruptible,
      ...(source && { greeting_source: source }),
      ...(plan.answers && { reply_to: plan.answers }),
      ...(plan.llmMs !== undefined && { llm_ms: plan.llmMs, tts_ms: ttsMs }),
    });
    plan.begun();
    tell({ kind: "first_frame", utterance: plan.utterance });
  }

  #complete(spoken: Spoken, isWhole: boolean): void {
    const { publisher, control, tell } = this.#options;
    const { utterance, mark } = spoken.plan;
    if (spoken.firstSeq !== undefined) {
      spoken.lastSeq = publisher.lastSeq;
      control({ kind: "mark", after_seq: spoken.lastSeq, utterance, name: mark });
      control({ kind: "utterance_end", after_seq: spoken.lastSeq, utterance });
    }
    tell({ kind: isWhole ? "published" : "speech_failed", utterance });
    this.#tellSent(spoken);
  }

  #follow(spoken: Spoken, credit: Credit): void {
    const { firstSeq, plan } = spoken;
    if (firstSeq === undefined || credit.consumed_seq < firstSeq) return;
    const frames = credit.consumed_seq - firstSeq + 1;
    if (!spoken.sending) {
      spoken.sending = true;
      // A credit after lost ones tells an utterance that has begun long before.
      const agoMs = Math.max(0, frames - MAX_FRAMES_AT_ONCE) * FRAME_MS;
      const sinceMs = Math.max(0, credit.stream_ms - agoMs);
      this.#options.tell({ kind: "sending", utterance: plan.utterance, sinceMs });
    }
    plan.sent(spoken.source!.piecesWithin(frames));
    this.#tellSent(spoken);
  }

  #tellSent(spoken: Spoken): void {
    const { publisher, tell } = this.#options;
    if (spoken.sent || spoken.lastSeq === undefined) return;
    if (publisher.consumedSeq < spoken.lastSeq) return;
    spoken.sent = true;
    tell({ kind: "sent", utterance: spoken.plan.utterance });
  }
}
