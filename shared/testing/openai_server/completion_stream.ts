import type { Clock } from "shared/clock/clock.ts";
import type { AnswerStep, ScriptedToolCall } from "./answers.ts";

const utf8 = new TextEncoder();

export interface CompletionStreamOptions {
  readonly clock: Clock;
  readonly model: string;
  readonly steps: readonly AnswerStep[];
  /** Aborted when the client goes. */
  readonly signal: AbortSignal;
  /** Once, whatever ended it; `isAborted`: the client went before it was over. */
  readonly onEnd: (isAborted: boolean) => void;
}

/** The body of a streamed answer: server-sent events, one chunk each. */
export function completionStream(options: CompletionStreamOptions): ReadableStream<Uint8Array> {
  const { clock, model, steps, signal, onEnd } = options;
  const left = new AbortController();
  const leave = () => left.abort(new DOMException("The client has gone", "AbortError"));
  let onRead = () => {};
  const write = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    const send = (text: string) => controller.enqueue(utf8.encode(text));
    const outcome = await play(steps, new Chunks(model), { clock, signal: left.signal, send });
    // What an error finds unread is lost.
    while (outcome === "break" && controller.desiredSize! <= 0 && !left.signal.aborted) {
      await new Promise<void>((resolve) => onRead = resolve);
    }
    signal.removeEventListener("abort", leave);
    const isGone = outcome === "gone" || left.signal.aborted;
    if (isGone) tryTo(() => controller.error(left.signal.reason));
    else if (outcome === "break") controller.error(new Error("The connection breaks"));
    else controller.close();
    onEnd(isGone);
  };
  left.signal.addEventListener("abort", () => onRead(), { once: true });
  return new ReadableStream({
    start: (controller) => void write(controller),
    pull: () => onRead(),
    cancel: leave,
  });
}

interface Stage {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly send: (text: string) => void;
}

async function play(
  steps: readonly AnswerStep[],
  chunks: Chunks,
  { clock, signal, send }: Stage,
): Promise<"whole" | "end" | "break" | "gone"> {
  send(chunks.delta({ role: "assistant", content: "" }));
  let dueMs = clock.now();
  for (const step of steps) {
    dueMs += step.afterMs ?? 0;
    if ("hang" in step) dueMs = Infinity;
    if (dueMs > clock.now()) await clock.sleepUntil(dueMs, signal);
    if (signal.aborted) return "gone";
    if ("cut" in step) return step.cut;
    if ("text" in step) send(chunks.delta({ content: step.text }));
    if ("call" in step) { for (const chunk of chunks.call(step.call)) send(chunk); }
    if ("finish" in step) send(chunks.finish(step.finish));
    if ("raw" in step) send(step.raw);
    if ("error" in step) send(event({ error: { message: step.error, type: "server_error" } }));
  }
  if (!chunks.isFinished) send(chunks.finish(chunks.calls > 0 ? "tool_calls" : "stop"));
  send("data: [DONE]\n\n");
  return "whole";
}

/** The chunks of one completion, as OpenAI words them. */
class Chunks {
  readonly #model: string;
  calls = 0;
  isFinished = false;

  constructor(model: string) {
    this.#model = model;
  }

  delta(delta: Readonly<Record<string, unknown>>): string {
    return this.#chunk(delta, null);
  }

  finish(reason: string): string {
    this.isFinished = true;
    return this.#chunk({}, reason);
  }

  /** First its name and id, then its arguments in two parts. */
  call({ name, args, id }: ScriptedToolCall): string[] {
    const index = this.calls++;
    const text = typeof args === "string" ? args : JSON.stringify(args);
    const half = Math.ceil(text.length / 2);
    const begin = { index, id: id ?? `call_${index + 1}`, type: "function" };
    const parts = [text.slice(0, half), text.slice(half)];
    return [
      this.delta({ tool_calls: [{ ...begin, function: { name, arguments: "" } }] }),
      ...parts.map((part) =>
        this.delta({ tool_calls: [{ index, function: { arguments: part } }] })
      ),
    ];
  }

  #chunk(delta: Readonly<Record<string, unknown>>, finish: string | null): string {
    return event({
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 0,
      model: this.#model,
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
  }
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** A stream that the client has cancelled is closed already. */
function tryTo(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}
