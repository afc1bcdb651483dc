import type { Clock } from "shared/clock/clock.ts";
import type { Log } from "shared/runtime/log.ts";
import { splitSentences } from "shared/speech/sentences.ts";
import type { Synthesizer } from "shared/speech/synthesizer.ts";
import type { Business } from "shared/store/business.ts";
import { CannedSpeech } from "./canned_speech.ts";
import type { ConversationRecord } from "./conversation_record.ts";
import type { DialogMetrics } from "./dialog_metrics.ts";
import type { GreetingSource } from "./greeting_source.ts";
import type { UtterancePlan } from "./speaker.ts";
import { SpeechSource } from "./speech_source.ts";
import type { ActionOf, Asked } from "./turn_events.ts";

/** Design §5: the mark of every greeting; other marks carry their utterance on the wire. */
const GREETING_MARK = "greeting_end";
const REPLY_MARK = "end";

export interface UtterancePlansOptions {
  readonly clock: Clock;
  readonly synthesizer: Synthesizer;
  readonly greetings: GreetingSource;
  readonly business: Business;
  readonly record: ConversationRecord;
  readonly metrics: DialogMetrics;
  readonly log: Log;
}

/** How one call's greeting and replies are spoken, and what is kept of them. */
export class UtterancePlans {
  readonly #options: UtterancePlansOptions;
  #speakingTurn = 0;

  constructor(options: UtterancePlansOptions) {
    this.#options = options;
  }

  /** @param deadlineMs the greeting must be found by then. */
  greeting({ utterance, interruptible }: ActionOf<"greet">, deadlineMs: number): UtterancePlan {
    const { business, greetings } = this.#options;
    let { text } = business.greeting;
    return {
      ...this.#planOf(0, () => ({ asked: null, told: text })),
      utterance,
      role: "greeting",
      interruptible,
      mark: GREETING_MARK,
      answers: undefined,
      llmMs: undefined,
      open: async () => {
        const greeting = await greetings.greetingOf(business, deadlineMs);
        text = greeting.text;
        return new CannedSpeech(greeting.audio, splitSentences(text).length);
      },
    };
  }

  reply({ utterance, turn, asked, reply }: ActionOf<"speak">): UtterancePlan {
    const { clock, synthesizer, metrics, business: { language, voice } } = this.#options;
    const told = reply.text;
    const plan = this.#planOf(turn, () => ({ asked: textOf(asked), told }));
    return {
      ...plan,
      utterance,
      role: reply.understood ? "reply" : "prompt",
      interruptible: reply.interruptible,
      mark: REPLY_MARK,
      answers: asked.id,
      llmMs: clock.now() - asked.receivedMs,
      open: (signal) =>
        new SpeechSource({
          synthesizer,
          text: told,
          language,
          voice,
          signal,
          onStall: () => metrics.ttsStalls.inc(),
        }),
      begun: () => {
        plan.begun();
        metrics.turns.inc();
        if (!reply.understood) metrics.notUnderstood.inc();
      },
    };
  }

  /** What is being spoken was silenced. */
  interrupted(): void {
    this.#options.record.progress(this.#speakingTurn, { interrupted: true });
  }

  #planOf(
    turn: number,
    exchange: () => { readonly asked: string | null; readonly told: string },
  ): Pick<UtterancePlan, "turn" | "begun" | "sent" | "brokeOff"> {
    const { record, metrics, log } = this.#options;
    return {
      turn,
      begun: () => {
        this.#speakingTurn = turn;
        const { asked, told } = exchange();
        record.begin(turn, asked, told);
      },
      sent: (sentencesSent) => record.progress(turn, { sentencesSent }),
      brokeOff: (error) => {
        metrics.ttsFailures.inc();
        log.error("an utterance broke off", { turn, error: String(error) });
      },
    };
  }
}

function textOf({ input }: Asked): string | null {
  if (input.kind === "speech") return input.text;
  return input.kind === "key" ? `key ${input.digit}` : null;
}
