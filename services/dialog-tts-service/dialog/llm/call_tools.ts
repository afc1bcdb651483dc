/** PURE. The tools that a language model has in a call, and what its calls of them mean. */
import type { Business } from "shared/store/business.ts";
import type { TurnEnding } from "shared/store/stores.ts";
import type { ChatTool, ChatToolCall } from "./chat_messages.ts";

/** What a call means. */
export type ToolMeaning =
  /** The reply is over. `words`: what is said before, besides what the model has written. */
  | { readonly do: "end"; readonly words: string; readonly then: TurnEnding }
  | { readonly do: "note"; readonly text: string }
  /** A tool of the business. */
  | { readonly do: "use"; readonly name: string; readonly args: Readonly<Record<string, unknown>> }
  | { readonly do: "refuse"; readonly problem: string };

type Args = Readonly<Record<string, unknown>>;

const DEFAULT_TRANSFER = "default";
const MOST_DIGITS = 32;
const MOST_NOTE_CHARS = 2_000;
const TIMEOUT_SECONDS = { least: 1, default: 5, most: 60 };

/** The business's own tools come last; one with the name of ours is hidden by it. */
export function toolsOf(business: Business): ChatTool[] {
  const to = destinationsOf(business);
  const own = [END_CALL, ...(to.length > 0 ? [transferTool(business, to)] : []), COLLECT, NOTE];
  const names = new Set(own.map((tool) => tool.function.name));
  const theirs = business.tools.filter(({ name }) => !names.has(name));
  return [...own, ...theirs.map((of) => tool(of.name, of.description, of.parameters))];
}

/** @param text what the model has written before the call in the same answer. */
export function meaningOf(call: ChatToolCall, business: Business, text: string): ToolMeaning {
  const { name } = call.function;
  if (!toolsOf(business).some((tool) => tool.function.name === name)) {
    return refuse("There is no tool of this name");
  }
  const args = argsOf(call.function.arguments);
  if (!args) return refuse("The arguments must be a JSON object");
  switch (name) {
    case "end_call":
      return ending(text.trim() === "" ? business.goodbye.text : "", { do: "hangup" });
    case "transfer_call":
      return transfer(args, business, text);
    case "collect_digits":
      return collect(args, text);
    case "leave_note":
      return note(args);
    default:
      return { do: "use", name, args };
  }
}

function transfer({ to }: Args, business: Business, text: string): ToolMeaning {
  const number = (to === DEFAULT_TRANSFER ? business.transfer?.number : undefined) ??
    business.transfers.find(({ id }) => id === to)?.number;
  if (!number) return refuse(`"to" must be one of ${destinationsOf(business).join(", ")}`);
  const words = text.trim() === "" ? business.transfer?.text ?? "" : "";
  return ending(words, { do: "transfer", to: number });
}

function collect(args: Args, text: string): ToolMeaning {
  const prompt = typeof args.prompt === "string" ? args.prompt.trim() : "";
  if (prompt === "" && text.trim() === "") {
    return refuse('Nothing tells the caller what to enter: say it in "prompt"');
  }
  const maxDigits = intOf(args.max_digits, 1, MOST_DIGITS) ?? MOST_DIGITS;
  const minDigits = Math.min(intOf(args.min_digits, 1, MOST_DIGITS) ?? 1, maxDigits);
  const { terminator } = args;
  const seconds = intOf(args.timeout_seconds, TIMEOUT_SECONDS.least, TIMEOUT_SECONDS.most);
  // Some models say the same in both places.
  return ending(text.includes(prompt) ? "" : prompt, {
    do: "collect",
    entry: {
      minDigits,
      maxDigits,
      terminator: terminator === "none" ? null : terminator === "*" ? "*" : "#",
      timeoutMs: (seconds ?? TIMEOUT_SECONDS.default) * 1_000,
      tool: null,
    },
  });
}

function note({ text }: Args): ToolMeaning {
  if (typeof text !== "string" || text.trim() === "") return refuse('"text" must not be empty');
  return { do: "note", text: text.trim().slice(0, MOST_NOTE_CHARS) };
}

function ending(words: string, then: TurnEnding): ToolMeaning {
  return { do: "end", words, then };
}

function refuse(problem: string): ToolMeaning {
  return { do: "refuse", problem };
}

function destinationsOf({ transfer, transfers }: Business): string[] {
  return [...new Set([...(transfer ? [DEFAULT_TRANSFER] : []), ...transfers.map(({ id }) => id)])];
}

/** A whole number within the bounds; models also write it as a text. */
function intOf(value: unknown, least: number, most: number): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) return undefined;
  return Math.min(Math.max(Math.round(number), least), most);
}

function argsOf(text: string): Args | undefined {
  if (text.trim() === "") return {};
  try {
    const args: unknown = JSON.parse(text);
    return typeof args === "object" && args !== null && !Array.isArray(args)
      ? args as Args
      : undefined;
  } catch {
    return undefined;
  }
}

function tool(name: string, description: string, parameters: Record<string, unknown>): ChatTool {
  return { type: "function", function: { name, description, parameters } };
}

function objectOf(properties: Record<string, unknown>, required: string[]) {
  return { type: "object", properties, required, additionalProperties: false };
}

function transferTool({ transfer, transfers }: Business, to: string[]): ChatTool {
  const people = [
    ...(transfer ? [`${DEFAULT_TRANSFER}: a person of the business`] : []),
    ...transfers.map(({ id, description }) => `${id}: ${description}`),
  ];
  const description = `Connects the caller with a person and leaves the call. ${people.join("; ")}`;
  return tool(
    "transfer_call",
    description,
    objectOf({ to: { type: "string", enum: to } }, ["to"]),
  );
}

const END_CALL = tool(
  "end_call",
  "Hangs up after what you have said. Say goodbye before.",
  objectOf({}, []),
);

const COLLECT = tool(
  "collect_digits",
  "Lets the caller enter digits on the keypad. You get a name for them, never the digits.",
  objectOf({
    prompt: { type: "string", description: "What the caller is told to enter" },
    min_digits: { type: "integer", minimum: 1, maximum: MOST_DIGITS },
    max_digits: { type: "integer", minimum: 1, maximum: MOST_DIGITS },
    terminator: {
      type: "string",
      enum: ["#", "*", "none"],
      description: "The key that ends the entry early; # if not given",
    },
    timeout_seconds: {
      type: "integer",
      minimum: TIMEOUT_SECONDS.least,
      maximum: TIMEOUT_SECONDS.most,
    },
  }, ["min_digits", "max_digits"]),
);

const NOTE = tool(
  "leave_note",
  "Keeps a message of the caller for the business, as a wish to be called back.",
  objectOf({ text: { type: "string", description: "The message, with all that matters" } }, [
    "text",
  ]),
);
