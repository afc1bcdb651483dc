import type { GreetingSourceName } from "shared/bus/telemetry.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import { splitSentences } from "shared/speech/sentences.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import { type Business, speakerOf } from "shared/store/business.ts";
import { CannedSpeech } from "./speech/canned_speech.ts";
import type { BegunTurn, ConversationRecord } from "./record/conversation_record.ts";
import type { DialogMetrics } from "./dialog_metrics.ts";
import type { GreetingSource } from "./greeting/greeting_source.ts";
import type { Recordings } from "./greeting/recordings.ts";
import type { UtterancePlan } from "./speech/speaker.ts";
import { SpeechSource } from "./speech/speech_source.ts";
import type { ActionOf, Asked } from "./turn/turn_events.ts";

/** Design §5: the mark of every greeting; other marks carry their utterance on the wire. */
const GREETING_MARK = "greeting_end";
const REPLY_MARK = "end";

export interface UtterancePlansOptions {
  readonly clock: Clock;
  readonly synthesizer: Synthesizer;
  readonly greetings: GreetingSource;
  readonly recordings: Pick<Recordings, "of">;
  readonly business: Business;
  readonly record: ConversationRecord;
  readonly metrics: DialogMetrics;
  readonly log: Log;
}

/** What of an utterance is kept. */
interface Keeping {
  readonly turn: number;
  readonly firstSentence: number;
  /** Its first frame goes out. */
  begun(sentenceEnds: readonly number[]): void;
}

/** How one call's greeting and replies are spoken, and what is kept of them. */
export class UtterancePlans {
  readonly #options: UtterancePlansOptions;
  #speakingTurn = 0;

  constructor(options: UtterancePlansOptions) {
    this.#options = options;
  }

  /** @param deadlineMs the greeting must be found by then. */
  greeting(
    { utterance, interruptible, emergency }: ActionOf<"greet">,
    deadlineMs: number,
  ): UtterancePlan {
    const { business, greetings } = this.#options;
    let told = business.greeting.text;
    let source: GreetingSourceName | undefined;
    const { made, ...plan } = this.#planOf({
      turn: 0,
      firstSentence: 0,
      begun: (sentenceEnds) =>
        this.#begin({
          turn: 0,
          asked: null,
          told,
          interruptible,
          then: { do: "none" },
          spoken: { utterance, firstSentence: 0, sentenceEnds },
        }, -1),
    });
    return {
      ...plan,
      utterance,
      role: "greeting",
      interruptible,
      mark: GREETING_MARK,
      answers: undefined,
      llmMs: undefined,
      greetingSource: () => source,
      open: async () => {
        const greeting = emergency
          ? greetings.emergencyOf(business.language)
          : await greetings.greetingOf(business, deadlineMs);
        told = greeting.text;
        source = greeting.source;
        const speech = new CannedSpeech(greeting.audio, splitSentences(told).length);
        made(speech.sentenceEnds);
        return speech;
      },
    };
  }

  reply({ utterance, turn, asked, reply }: ActionOf<"speak">): UtterancePlan {
    const { clock, metrics } = this.#options;
    const { text: told, interruptible, action: then, understood } = reply;
    const { made, ...plan } = this.#planOf({
      turn,
      firstSentence: 0,
      begun: (sentenceEnds) => {
        const spoken = { utterance, firstSentence: 0, sentenceEnds };
        const begun = { turn, asked: textOf(asked), told, interruptible, then, spoken };
        this.#begin(begun, asked.throughSeq);
        metrics.turns.inc();
        if (!understood) metrics.notUnderstood.inc();
      },
    });
    return {
      ...plan,
      utterance,
      role: understood ? "reply" : "prompt",
      interruptible,
      mark: REPLY_MARK,
      answers: asked.id,
      llmMs: clock.now() - asked.receivedMs,
      open: (signal) => this.#speech(told, 0, made, signal),
    };
  }

  /** The rest of what a predecessor has begun: a turn of the record. */
  rest({ utterance, turn, firstSentence, interruptible }: ActionOf<"resume">): UtterancePlan {
    const { record } = this.#options;
    const told = record.turns.find((each) => each.turn === turn)?.told ?? "";
    const { made, ...plan } = this.#planOf({
      turn,
      firstSentence,
      begun: (sentenceEnds) => record.resume(turn, { utterance, firstSentence, sentenceEnds }),
    });
    return {
      ...plan,
      utterance,
      role: turn === 0 ? "greeting" : "reply",
      interruptible,
      mark: turn === 0 ? GREETING_MARK : REPLY_MARK,
      answers: undefined,
      llmMs: undefined,
      open: (signal) => this.#speech(told, firstSentence, made, signal),
    };
  }

  /** Nothing else can be said: needs no engine, and ends in the business's fallback verb. */
  apology({ utterance, turn }: ActionOf<"apologise">): UtterancePlan {
    const { business: { language }, recordings, metrics } = this.#options;
    const { audio, text: told } = recordings.of("apology", language);
    const speech = new CannedSpeech(audio, splitSentences(told).length);
    const interruptible = false;
    const { made, ...plan } = this.#planOf({
      turn,
      firstSentence: 0,
      begun: (sentenceEnds) => {
        const spoken = { utterance, firstSentence: 0, sentenceEnds };
        const then = { do: "fallback" } as const;
        this.#begin({ turn, asked: null, told, interruptible, then, spoken }, -1);
        metrics.apologies.inc();
      },
    });
    made(speech.sentenceEnds);
    return {
      ...plan,
      utterance,
      role: "prompt",
      interruptible,
      mark: REPLY_MARK,
      answers: undefined,
      llmMs: undefined,
      open: () => speech,
    };
  }

  /** A predecessor has begun this turn. */
  takeOver(turn: number): void {
    this.#speakingTurn = turn;
  }

  /** What is being spoken was silenced, or its rest is not spoken any more. */
  interrupted(): void {
    this.#options.record.progress(this.#speakingTurn, { interrupted: true });
  }

  #begin(turn: BegunTurn, throughSeq: number): void {
    this.#speakingTurn = turn.turn;
    this.#options.record.begin(turn, throughSeq);
  }

  #planOf(
    { turn, firstSentence, begun }: Keeping,
  ): Pick<UtterancePlan, "turn" | "greetingSource" | "begun" | "sent" | "brokeOff"> & {
    made(sentenceEnds: readonly number[]): void;
  } {
    const { record, metrics, log } = this.#options;
    let ends: readonly number[] = [];
    let hasBegun = false;
    return {
      turn,
      greetingSource: () => undefined,
      begun: () => {
        hasBegun = true;
        begun(ends);
      },
      made: (sentenceEnds) => {
        ends = sentenceEnds;
        if (hasBegun) record.progress(turn, { sentenceEnds });
      },
      sent: (sentences) => record.progress(turn, { sentencesSent: firstSentence + sentences }),
      brokeOff: (error) => {
        metrics.ttsFailures.inc();
        log.error("an utterance broke off", { turn, error: String(error) });
      },
    };
  }

  #speech(
    text: string,
    firstSentence: number,
    onSentence: (sentenceEnds: readonly number[]) => void,
    signal: AbortSignal,
  ): SpeechSource {
    const { synthesizer, metrics, business } = this.#options;
    const onStall = () => metrics.ttsStalls.inc();
    const spoken = { synthesizer, speaker: speakerOf(business), signal };
    return new SpeechSource({ ...spoken, text, firstSentence, onSentence, onStall });
  }
}

function textOf({ input }: Asked): string | null {
  if (input.kind === "speech") return input.text;
  return input.kind === "key" ? `key ${input.digit}` : null;
}
