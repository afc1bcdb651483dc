/** PURE. Reads chunks of a streamed chat completion, of which endpoints send many kinds. */
import type { ChatDelta } from "./chat_messages.ts";

/** The parts of a chunk that count. What is not of the protocol is nothing. */
export function deltasOf(chunk: unknown): ChatDelta[] {
  const choice = at(field(chunk, "choices"), 0);
  const delta = field(choice, "delta");
  const deltas: ChatDelta[] = [];
  for (const text of [field(delta, "content"), field(delta, "refusal")]) {
    if (typeof text === "string" && text !== "") deltas.push({ kind: "text", text });
  }
  const calls = field(delta, "tool_calls");
  if (Array.isArray(calls)) deltas.push(...calls.map(callOf));
  const reason = field(choice, "finish_reason");
  if (typeof reason === "string" && reason !== "") deltas.push({ kind: "finish", reason });
  return deltas;
}

function callOf(call: unknown, position: number): ChatDelta {
  const index = field(call, "index");
  const id = field(call, "id");
  const name = field(field(call, "function"), "name");
  const args = field(field(call, "function"), "arguments");
  return {
    kind: "call",
    index: typeof index === "number" ? index : position,
    ...(typeof id === "string" && id !== "" && { id }),
    ...(typeof name === "string" && name !== "" && { name }),
    args: typeof args === "string" ? args : "",
  };
}

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? (of as Record<string, unknown>)[name] : undefined;
}

function at(of: unknown, index: number): unknown {
  return Array.isArray(of) ? of[index] : undefined;
}
