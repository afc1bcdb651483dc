/** PURE. Puts together the tool calls of an answer from their parts. */
import type { ChatDelta, ChatToolCall } from "./chat_messages.ts";

type CallDelta = Extract<ChatDelta, { kind: "call" }>;

interface OpenCall {
  readonly index: number;
  readonly id: string | undefined;
  name: string;
  args: string;
}

export class ToolCalls {
  readonly #open: OpenCall[] = [];
  #chars = 0;

  /** Of all names and arguments: what one keeps of an answer is bounded by its reader. */
  get chars(): number {
    return this.#chars;
  }

  /** A part belongs to the last call of its index, unless it has another id: some endpoints number every call 0. */
  add({ index, id, name = "", args }: CallDelta): void {
    this.#chars += name.length + args.length;
    const call = this.#open.findLast((open) => open.index === index);
    if (!call || (id !== undefined && call.id !== undefined && id !== call.id)) {
      this.#open.push({ index, id, name, args });
      return;
    }
    if (call.name === "") call.name = name;
    call.args += args;
  }

  /** As they go back to the model, with an id for each. */
  all(): ChatToolCall[] {
    return this.#open.map(({ id, name, args }, n) => ({
      id: id ?? `call_${n + 1}`,
      type: "function",
      function: { name, arguments: args },
    }));
  }
}
