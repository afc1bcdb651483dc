/** PURE. What goes to a language model and comes back, as OpenAI's chat completions have it. */

export type ChatMessage =
  | { readonly role: "system" | "user"; readonly content: string }
  | {
    readonly role: "assistant";
    readonly content: string | null;
    readonly tool_calls?: ChatToolCall[];
  }
  | { readonly role: "tool"; readonly tool_call_id: string; readonly content: string };

export interface ChatToolCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface ChatTool {
  readonly type: "function";
  readonly function: {
    readonly name: string;
    readonly description: string;
    /** A JSON schema of an object. */
    readonly parameters: Record<string, unknown>;
  };
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ChatTool[];
  /** Whether it may use the tools; if not, it has to say something. */
  readonly mayUseTools: boolean;
}

/** A part of an answer. */
export type ChatDelta =
  | { readonly kind: "text"; readonly text: string }
  /** A part of call `index`. Name and id come once; `args` is to be joined. */
  | {
    readonly kind: "call";
    readonly index: number;
    readonly id?: string;
    readonly name?: string;
    readonly args: string;
  }
  /** Why it is over, as the protocol names it: stop, tool_calls, length, content_filter. */
  | { readonly kind: "finish"; readonly reason: string };
