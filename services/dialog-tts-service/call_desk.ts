import type { Clock } from "shared/clock/clock.ts";
import type { Business } from "shared/store/business.ts";
import type { ToolUse } from "shared/store/stores.ts";
import type { CallDesk, ToolAnswer } from "./dialog/dialog.ts";
import type { HttpTools } from "./dialog/tools/http_tools.ts";
import type { ConversationRecord } from "./record/conversation_record.ts";

export interface DeskOptions {
  readonly call: string;
  readonly business: Business;
  readonly tools: Pick<HttpTools, "use">;
  readonly record: Pick<ConversationRecord, "note" | "useTool">;
  readonly clock: Clock;
}

/** What one call's dialog does beside talking. Digits that the caller has entered are here and nowhere else. */
export class Desk implements CallDesk {
  readonly #options: DeskOptions;
  readonly #entries = new Map<string, string>();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  keepEntry(name: string, digits: string): void {
    this.#entries.set(name, digits);
  }

  note(text: string): void {
    this.#options.record.note(text);
  }

  async useTool(
    name: string,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<ToolAnswer> {
    const { clock, record } = this.#options;
    const startedMs = clock.now();
    const answer = await this.#use(name, args, signal);
    const use: ToolUse = { name, ms: Math.round(clock.now() - startedMs), outcome: answer.outcome };
    record.useTool(use);
    return answer;
  }

  #use(
    name: string,
    args: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<ToolAnswer> {
    const { call, business, tools } = this.#options;
    const tool = business.tools.find((each) => each.name === name);
    if (!tool) {
      return Promise.resolve({ outcome: "refused", problem: `there is no tool ${name}` });
    }
    const context = { call, businessId: business.id, entries: this.#entries };
    return tools.use(tool, args, context, signal);
  }
}
