/** The language model of the bench: HTTP on the loopback, and when it wrote what. */
import type { AnswerStep, SeenRequest } from "shared/testing/openai_server/answers.ts";
import { streamed } from "shared/testing/openai_server/answers.ts";
import { OpenAiServer } from "shared/testing/openai_server/openai_server.ts";
import { wallMs } from "../wall_clock.ts";
import { longAnswer, questionIn, shortAnswer } from "./question_texts.ts";

/** From a request to the first sentence, and from word to word after that. */
export const FIRST_SENTENCE_MS = 200;
const WORD_MS = 20;

/** Times of `wallMs`. */
export interface WrittenAnswer {
  readonly requestedMs: number;
  /** With the first letters behind the first sentence, which show that it is over. */
  firstSentenceMs: number | undefined;
}

export class BenchModel implements AsyncDisposable {
  /** `LLM_BASE_URL` */
  readonly url: string;
  /** What it writes from now on. */
  writes: "short" | "long" = "short";
  readonly #server = new OpenAiServer();
  readonly #answers = new Map<number, WrittenAnswer>();

  constructor() {
    this.#server.respond = (request) => this.#respond(request);
    this.url = this.#server.listen();
  }

  answerTo(question: number): WrittenAnswer | undefined {
    return this.#answers.get(question);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  #respond({ messages }: SeenRequest): AnswerStep[] | undefined {
    const question = questionIn(messages.at(-1)?.content ?? "");
    if (question === undefined) return undefined;
    const answer: WrittenAnswer = { requestedMs: wallMs(), firstSentenceMs: undefined };
    this.#answers.set(question, answer);
    const { firstSentence, rest } = (this.writes === "long" ? longAnswer : shortAnswer)(question);
    const [word, ...words] = streamed(rest, WORD_MS);
    const first = {
      afterMs: FIRST_SENTENCE_MS,
      /** Read when it is written. */
      get text() {
        answer.firstSentenceMs = wallMs();
        return `${firstSentence} ${(word as { text: string }).text}`;
      },
    };
    return [first, ...words];
  }
}
