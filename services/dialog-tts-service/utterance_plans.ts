import type { GreetingSourceName } from "shared/bus/telemetry.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import { type Business, speakerOf } from "shared/store/business.ts";
import type { TextPosition } from "shared/store/stores.ts";
import { CannedSpeech } from "./speech/canned_speech.ts";
import { ReplyText } from "./dialog/reply_text.ts";
import type { BegunTurn, ConversationRecord } from "./record/conversation_record.ts";
import type { DialogMetrics } from "./dialog_metrics.ts";
import type { GreetingSource } from "./greeting/greeting_source.ts";
import type { Recordings } from "./greeting/recordings.ts";
import type { UtterancePlan } from "./speech/speaker.ts";
import { SpeechSource } from "./speech/speech_source.ts";
import type { WordWeight } from "./speech/words_heard.ts";
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
  readonly weigh: WordWeight;
  /** Resolves when the record tells, as far as it ever will, how much was heard of what was silenced. */
  readonly settled: () => Promise<void>;
  readonly metrics: DialogMetrics;
  readonly log: Log;
}

const START: TextPosition = { piece: 0, word: 0 };

/** What of an utterance is kept. */
interface Keeping {
  readonly turn: number;
  /** Where in the text it begins, once it is open. */
  readonly from: () => TextPosition;
  /** Its first frame goes out. */
  begun(pieceEnds: readonly number[]): void;
}

type Kept =
  & Pick<UtterancePlan, "turn" | "greetingSource" | "begun" | "sent" | "heard" | "brokeOff">
  & {
    made(pieceEnds: readonly number[]): void;
  };

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
    const { business, greetings, weigh } = this.#options;
    let told = business.greeting.text;
    let source: GreetingSourceName | undefined;
    const begun = (pieceEnds: readonly number[]) => {
      const spoken = { utterance, from: START, pieceEnds };
      const then = { do: "none" } as const;
      const turn = { turn: 0, asked: null, pieces: [told], isWhole: true, interruptible };
      this.#begin({ ...turn, then, spoken }, -1);
    };
    const { made, ...plan } = this.#planOf({ turn: 0, from: () => START, begun });
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
        const speech = new CannedSpeech(greeting.audio, told, weigh);
        made(speech.pieceEnds);
        return speech;
      },
    };
  }

  reply({ utterance, turn, asked, reply }: ActionOf<"speak">): UtterancePlan {
    const { clock, metrics, record } = this.#options;
    const { text, interruptible, understood } = reply;
    const begun = (pieceEnds: readonly number[]) => {
      const spoken = { utterance, from: START, pieceEnds };
      const begun = { turn, asked: textOf(asked), interruptible, spoken, ...writtenOf(text) };
      this.#begin(begun, asked.throughSeq);
      metrics.turns.inc();
      if (!understood) metrics.notUnderstood.inc();
    };
    const { made, ...plan } = this.#planOf({ turn, from: () => START, begun });
    return {
      ...plan,
      utterance,
      role: understood ? "reply" : "prompt",
      interruptible,
      mark: REPLY_MARK,
      answers: asked.id,
      llmMs: clock.now() - asked.receivedMs,
      open: (signal) => {
        // What is written after the end of it was never to be said.
        const off = text.onChange(() => record.progress(turn, writtenOf(text)));
        signal.addEventListener("abort", off, { once: true });
        return this.#speech(text, START, made, signal);
      },
    };
  }

  /** The rest of a turn of the record, begun by a predecessor or before an interruption. */
  rest({ utterance, turn, from, interruptible }: ActionOf<"resume">): UtterancePlan {
    const { record, settled } = this.#options;
    let start = START;
    const { made, ...plan } = this.#planOf({
      turn,
      from: () => start,
      begun: (pieceEnds) => {
        this.#speakingTurn = turn;
        record.resume(turn, { utterance, from: start, pieceEnds });
      },
    });
    return {
      ...plan,
      utterance,
      role: turn === 0 ? "greeting" : "reply",
      interruptible,
      mark: turn === 0 ? GREETING_MARK : REPLY_MARK,
      answers: undefined,
      llmMs: undefined,
      open: async (signal) => {
        if (!from) await settled();
        const begun = record.turns.find((each) => each.turn === turn);
        start = from ?? begun?.heard ?? { piece: begun?.piecesSent ?? 0, word: 0 };
        return this.#speech(ReplyText.whole(begun?.pieces ?? []), start, made, signal);
      },
    };
  }

  /** Nothing else can be said: needs no engine, and ends in the business's fallback verb. */
  apology({ utterance, turn }: ActionOf<"apologise">): UtterancePlan {
    const { business: { language }, recordings, metrics, weigh } = this.#options;
    const { audio, text: told } = recordings.of("apology", language);
    const speech = new CannedSpeech(audio, told, weigh);
    const interruptible = false;
    const begun = (pieceEnds: readonly number[]) => {
      const spoken = { utterance, from: START, pieceEnds };
      const then = { do: "fallback" } as const;
      const begun = { turn, asked: null, pieces: [told], isWhole: true, interruptible };
      this.#begin({ ...begun, then, spoken }, -1);
      metrics.apologies.inc();
    };
    const { made, ...plan } = this.#planOf({ turn, from: () => START, begun });
    made(speech.pieceEnds);
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

  #planOf({ turn, from, begun }: Keeping): Kept {
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
      made: (pieceEnds) => {
        ends = pieceEnds;
        if (hasBegun) record.progress(turn, { pieceEnds });
      },
      sent: (pieces) => record.progress(turn, { piecesSent: from().piece + pieces }),
      heard: (heard) => record.progress(turn, { heard }),
      brokeOff: (error) => {
        metrics.ttsFailures.inc();
        log.error("an utterance broke off", { turn, error: String(error) });
        if (hasBegun) record.progress(turn, { interrupted: true });
      },
    };
  }

  #speech(
    text: ReplyText,
    from: TextPosition,
    onPiece: (pieceEnds: readonly number[]) => void,
    signal: AbortSignal,
  ): SpeechSource {
    const { synthesizer, metrics, business, weigh } = this.#options;
    const onStall = () => metrics.ttsStalls.inc();
    const spoken = { synthesizer, speaker: speakerOf(business), weigh, signal };
    return new SpeechSource({ ...spoken, text, from, onPiece, onStall });
  }
}

/** What is kept of a text that may still be being written. */
function writtenOf({ pieces, isWhole, then = { do: "none" } }: ReplyText) {
  return { pieces: pieces.map(({ text }) => text), isWhole, then };
}

/** The caller's words. Of keys only those of a menu: what is entered belongs to nobody else. */
function textOf({ input }: Asked): string | null {
  switch (input.kind) {
    case "speech":
      return input.text;
    case "key":
      return `key ${input.digit}`;
    case "entry":
      return `keypad entry of ${input.digits} digits`;
    case "rejected":
    case "go_on":
    case "silence":
      return null;
  }
}
