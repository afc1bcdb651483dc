/** Digits that a scripted dialog asks for: what is to be entered, and what is said when it was. */
import type { Business, BusinessAction } from "shared/store/business.ts";
import type { ConversationTurn, KeypadEntry } from "shared/store/stores.ts";
import type { ToolAnswer } from "./dialog.ts";

type Collect = Extract<BusinessAction, { do: "collect" }>;

/** Digits are asked for so often again, then no more. */
const MAX_AGAIN = 2;
/** As much as somebody listens to. */
const MAX_SAID_CHARS = 1_000;

export function entryOf({ digits, tool }: Collect): KeypadEntry {
  const { min, max, terminator, timeout_ms: timeoutMs } = digits;
  return {
    minDigits: min,
    maxDigits: max,
    terminator: terminator === "none" ? null : terminator,
    timeoutMs,
    tool,
  };
}

/** What the last turn asked for; undefined: no digits. */
export function entryAsked(turns: readonly ConversationTurn[]): KeypadEntry | undefined {
  const then = turns.at(-1)?.then;
  return then?.do === "collect" ? then.entry : undefined;
}

/** What is asked for again; undefined: it was asked for often enough, or not at all. */
export function entryAgain(turns: readonly ConversationTurn[]): KeypadEntry | undefined {
  const last = turns.findLastIndex(({ then }) => then.do !== "collect");
  const asked = turns.length - 1 - last;
  return asked <= MAX_AGAIN ? entryAsked(turns) : undefined;
}

/** What is said for digits. */
export interface Thanks {
  readonly text: string;
  /** A tool's own words. */
  readonly once: boolean;
}

/** What is said when a tool has taken the digits; undefined: it has not. */
export function thanksFor(
  { keypad }: Business,
  tool: string,
  asked: KeypadEntry | undefined,
  answer: ToolAnswer,
): Thanks | undefined {
  if (answer.outcome !== "ok") return undefined;
  const said = (answer.value as { say?: unknown } | null)?.say;
  if (typeof said === "string" && said.trim() !== "" && said.length <= MAX_SAID_CHARS) {
    return { text: said, once: true };
  }
  const collects = Object.values(keypad).filter((action) =>
    action?.do === "collect" && action.tool === tool
  ) as Collect[];
  const own = collects.find((action) => asked !== undefined && isSame(entryOf(action), asked));
  const text = (own ?? collects[0])?.thanks;
  return text === undefined ? undefined : { text, once: false };
}

function isSame(a: KeypadEntry, b: KeypadEntry): boolean {
  return a.minDigits === b.minDigits && a.maxDigits === b.maxDigits &&
    a.terminator === b.terminator && a.timeoutMs === b.timeoutMs && a.tool === b.tool;
}
