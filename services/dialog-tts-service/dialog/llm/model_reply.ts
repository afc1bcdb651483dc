import { type Clock, ENDED } from "shared/clock/clock.ts";
import type { Business } from "shared/store/business.ts";
import type { TurnEnding } from "shared/store/stores.ts";
import type { CallDesk, DialogReply } from "../dialog.ts";
import type { Piece } from "../reply_text.ts";
import { CallDeskTools } from "./call_desk_tools.ts";
import { toolsOf } from "./call_tools.ts";
import type { ChatMessage, ChatToolCall } from "./chat_messages.ts";
import type { LanguageModel } from "./language_model.ts";
import { LlmFailure } from "./llm_failure.ts";
import type { LlmMetrics } from "./llm_metrics.ts";
import { Patience } from "./patience.ts";
import { SpokenReply } from "./spoken_reply.ts";
import { ToolCalls } from "./tool_calls.ts";

/** Requests of one reply. In the last it may use no tool. */
const MOST_ROUNDS = 4;
/** Nobody listens for longer: the sentence in which it gets there is the last. */
const MOST_CHARS = 2_000;
/** A text without any end of a sentence, or what a tool is called with. */
const FAR_TOO_MANY_CHARS = 16_000;
const NONE: TurnEnding = { do: "none" };

export interface ModelReplyParts {
  readonly model: LanguageModel;
  readonly business: Business;
  readonly desk: CallDesk;
  /** Begins the talk of this reply with the model. */
  readonly prompt: readonly ChatMessage[];
  readonly firstTokenMs: number;
  readonly clock: Clock;
  readonly metrics: LlmMetrics;
  readonly filler: () => Piece;
  /** Who answers when the model does not. */
  readonly fallback: () => Promise<DialogReply>;
  readonly signal: AbortSignal;
}

interface Answer {
  readonly text: string;
  readonly calls: readonly ChatToolCall[];
}

/**
 * One reply of a language model.
 *
 * - Kept waiting for `firstTokenMs` with nothing said, the caller hears the filler, once. A model that has sent nothing
 *   for twice that has failed.
 * - When it fails before a piece was written, the fallback answers; after that, the whole pieces stand, and the caller is
 *   asked to say it again.
 */
export class ModelReply {
  readonly #parts: ModelReplyParts;
  readonly #reply = new SpokenReply();
  readonly #tools: CallDeskTools;
  readonly #messages: ChatMessage[];
  readonly #filler: Patience;
  /** Of all that was written. */
  #chars = 0;

  private constructor(parts: ModelReplyParts) {
    this.#parts = parts;
    this.#messages = [...parts.prompt];
    this.#tools = new CallDeskTools(parts.business, parts.desk);
    this.#filler = new Patience(parts.clock, parts.firstTokenMs, () => this.#fill());
  }

  /** Rejects when `signal` is aborted before there is anything to say, or the fallback rejects. */
  static async begin(parts: ModelReplyParts): Promise<DialogReply> {
    if (parts.signal.aborted) throw calledOff();
    const reply = new ModelReply(parts);
    reply.#write();
    return await reply.#reply.begun;
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    const { signal } = this.#parts;
    const onAbort = () => {
      this.#filler.stop();
      this.#reply.fail(calledOff());
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await this.#talk();
    } catch (error) {
      this.#filler.stop();
      if (!signal.aborted) await this.#recover(error);
    } finally {
      this.#filler.stop();
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #talk(): Promise<void> {
    const { signal } = this.#parts;
    let owesWords = true;
    for (let round = 1;; round++) {
      const mayUseTools = round < MOST_ROUNDS && this.#tools.areLeft;
      const { text, calls } = await this.#ask(mayUseTools);
      if (calls.length === 0 || !mayUseTools) {
        if (text.trim() === "" && owesWords) throw new LlmFailure("empty");
        return this.#reply.end(NONE);
      }
      this.#filler.touch();
      const outcome = await this.#tools.use(calls, text, signal);
      signal.throwIfAborted();
      if (outcome.over) return this.#reply.end(outcome.then, outcome.words);
      owesWords = text.trim() === "" || !outcome.isSilent;
      this.#messages.push(
        { role: "assistant", content: text || null, tool_calls: [...calls] },
        ...outcome.results,
      );
    }
  }

  /** One request. Its text is said while it comes. */
  async #ask(mayUseTools: boolean): Promise<Answer> {
    const { model, business, clock, firstTokenMs, signal } = this.#parts;
    const request = { messages: this.#messages, tools: toolsOf(business), mayUseTools };
    const over = new AbortController();
    const patience = new Patience(clock, 2 * firstTokenMs, () => over.abort(ENDED));
    try {
      const deltas = model.stream(request, AbortSignal.any([signal, over.signal]));
      const answer = await this.#read(deltas, patience);
      signal.throwIfAborted();
      if (!answer) throw new LlmFailure("timeout");
      return answer;
    } finally {
      patience.stop();
    }
  }

  /** @returns undefined when it ended early. */
  async #read(
    deltas: ReturnType<LanguageModel["stream"]>,
    patience: Patience,
  ): Promise<Answer | undefined> {
    const calls = new ToolCalls();
    let text = "";
    let isFinished = false;
    for await (const delta of deltas) {
      patience.touch();
      if (delta.kind === "call") {
        // Said while the tool is at work.
        this.#reply.finishText();
        calls.add(delta);
        if (calls.chars > FAR_TOO_MANY_CHARS) throw new LlmFailure("garbage");
      } else if (delta.kind === "text") {
        this.#filler.touch();
        text += delta.text;
        if (this.#isEnough(delta.text)) return { text, calls: [] };
      } else {
        this.#finish(delta.reason);
        isFinished = true;
      }
    }
    return isFinished ? { text, calls: calls.all() } : undefined;
  }

  #finish(reason: string): void {
    if (reason === "content_filter") throw new LlmFailure("refused", reason);
    if (reason === "length" && this.#reply.written > 0) this.#reply.dropTail();
    else this.#reply.finishText();
  }

  /** Writes on. */
  #isEnough(delta: string): boolean {
    this.#chars += delta.length;
    const hasPiece = this.#reply.write(delta);
    const isEnough = this.#chars >= (hasPiece ? MOST_CHARS : FAR_TOO_MANY_CHARS);
    if (isEnough) this.#reply.dropTail();
    return isEnough;
  }

  #fill(): void {
    if (this.#reply.hasBegun) return;
    this.#parts.metrics.fillers.inc();
    this.#reply.add(this.#parts.filler());
  }

  async #recover(error: unknown): Promise<void> {
    const { model, business, fallback, signal } = this.#parts;
    model.failed(error instanceof LlmFailure ? error : new LlmFailure("broken", String(error)));
    this.#reply.dropTail();
    if (this.#reply.written > 0) return this.#reply.end(NONE, business.not_understood);
    try {
      const instead = await fallback();
      if (this.#reply.hasBegun) await this.#append(instead);
      else this.#reply.handOver(instead);
    } catch (cause) {
      if (!this.#reply.hasBegun) this.#reply.fail(cause);
      else if (!signal.aborted) this.#reply.end(NONE, business.not_understood);
    }
  }

  /** Behind the filler. */
  async #append({ text }: DialogReply): Promise<void> {
    const { signal } = this.#parts;
    for (let number = 0;; number++) {
      const piece = await text.piece(number, signal);
      if (!piece) break;
      this.#reply.add(piece);
    }
    if (!signal.aborted) this.#reply.end(text.then ?? NONE);
  }
}

function calledOff(): Error {
  return new Error("Cannot reply: it was called off");
}
