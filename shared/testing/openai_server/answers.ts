/** What the scripted server answers, and what it has seen. */

/** One thing after the other; `afterMs` counts from the one before, default 0. */
export type AnswerStep =
  & { readonly afterMs?: number }
  & (
    | { readonly text: string }
    | { readonly call: ScriptedToolCall }
    /** Why it is over; default at the end: `tool_calls` if there was a call, else `stop`. */
    | { readonly finish: string }
    /** As it goes over the wire, whatever it is. */
    | { readonly raw: string }
    /** What a server sends that fails in the middle. */
    | { readonly error: string }
    /** Nothing comes any more: in order (`end`), or as a connection that breaks. */
    | { readonly cut: "end" | "break" }
    /** Nothing comes, and nothing ends. */
    | { readonly hang: true }
  );

export interface ScriptedToolCall {
  readonly name: string;
  /** A text goes as it is: it need not be JSON. */
  readonly args: Readonly<Record<string, unknown>> | string;
  /** Default: `call_1` and so on. */
  readonly id?: string;
}

/** An answer without a stream. */
export interface PlainAnswer {
  readonly status: number;
  /** A text goes as it is; default: an error as OpenAI words it. */
  readonly body?: unknown;
  readonly afterMs?: number;
}

/** A stream goes as its steps; `[DONE]` follows unless it is cut or hangs. */
export type Answer = readonly AnswerStep[] | PlainAnswer;

export interface SeenMessage {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  readonly tool_call_id?: string;
}

/** A request as it came. */
export interface SeenRequest {
  readonly path: string;
  readonly model: string;
  readonly messages: readonly SeenMessage[];
  readonly tools: readonly {
    readonly function: { readonly name: string; readonly parameters: Record<string, unknown> };
  }[];
  readonly toolChoice: unknown;
  /** Whether a key came with it. */
  readonly isAuthorized: boolean;
  readonly atMs: number;
  /** Whether the client went before the answer was over. */
  aborted: boolean;
}

/** A text as models stream it: a word at a time. */
export function streamed(text: string, everyMs = 0): AnswerStep[] {
  return text.split(/(?<=\s)(?=\S)/u).map((word) => ({ text: word, afterMs: everyMs }));
}
