import type { Business } from "shared/store/business.ts";
import type { TurnEnding } from "shared/store/stores.ts";
import type { CallDesk } from "../dialog.ts";
import { meaningOf, type ToolMeaning } from "./call_tools.ts";
import type { ChatMessage, ChatToolCall } from "./chat_messages.ts";

/** Of one reply. */
const MOST_CALLS = 8;
const MOST_RESULT_CHARS = 4_000;

/** What came of the calls of one answer: the reply is over, or the model goes on with their results. */
export type CallsOutcome =
  | { readonly over: true; readonly words: string; readonly then: TurnEnding }
  | {
    readonly over: false;
    readonly results: readonly ChatMessage[];
    /** Nothing came back that the caller should be told. */
    readonly isSilent: boolean;
  };

/** Does what a model calls for, in one reply. */
export class CallDeskTools {
  readonly #business: Business;
  readonly #desk: CallDesk;
  #left = MOST_CALLS;

  constructor(business: Business, desk: CallDesk) {
    this.#business = business;
    this.#desk = desk;
  }

  /** Whether it may call for more. */
  get areLeft(): boolean {
    return this.#left > 0;
  }

  /** In order, as far as the first that ends the reply; tools of the business at the same time. Never rejects. */
  async use(
    calls: readonly ChatToolCall[],
    text: string,
    signal: AbortSignal,
  ): Promise<CallsOutcome> {
    const results: Promise<ChatMessage>[] = [];
    let isSilent = true;
    let last: Extract<ToolMeaning, { do: "end" }> | undefined;
    for (const call of calls) {
      const meaning = this.#meaningOf(call, text);
      if (meaning.do === "end") {
        last = meaning;
        break;
      }
      if (meaning.do !== "note") isSilent = false;
      results.push(
        this.#done(meaning, signal).then((content) => ({
          role: "tool",
          tool_call_id: call.id,
          content,
        })),
      );
    }
    const messages = await Promise.all(results);
    if (last) return { over: true, words: last.words, then: last.then };
    return { over: false, results: messages, isSilent };
  }

  #meaningOf(call: ChatToolCall, text: string): ToolMeaning {
    if (this.#left === 0) return { do: "refuse", problem: "Too many tools for one answer" };
    this.#left--;
    return meaningOf(call, this.#business, text);
  }

  /** @returns what the model is told. */
  async #done(
    meaning: Exclude<ToolMeaning, { do: "end" }>,
    signal: AbortSignal,
  ): Promise<string> {
    switch (meaning.do) {
      case "refuse":
        return JSON.stringify({ error: meaning.problem });
      case "note":
        this.#desk.note(meaning.text);
        return JSON.stringify({ ok: true });
      case "use": {
        const answer = await this.#desk.useTool(meaning.name, meaning.args, signal);
        const told = answer.outcome === "ok" ? answer.value ?? null : { error: answer.problem };
        return JSON.stringify(told).slice(0, MOST_RESULT_CHARS);
      }
    }
  }
}
