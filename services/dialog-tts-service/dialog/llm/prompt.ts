/** PURE. What a language model is told: the business, the talk so far, and what the caller did last. */
import type { Business } from "shared/store/business.ts";
import type { ConversationTurn } from "shared/store/stores.ts";
import type { DialogInput } from "../dialog.ts";
import { heardTextOf } from "shared/store/heard_text.ts";
import type { ChatMessage } from "./chat_messages.ts";

export interface PromptParts {
  readonly business: Business;
  readonly turns: readonly ConversationTurn[];
  readonly input: ModelInput;
  readonly historyTokens: number;
}

/** What a model answers; the rest is the scripted dialog's. */
export type ModelInput = Extract<DialogInput, { kind: "speech" | "entry" | "go_on" }>;

/** Before a greeting: some models want the user to begin. */
const CALL_BEGINS = "[The call begins.]";
const INTERRUPTED = " [interrupted by the caller]";

const PHONE_RULES = `You are on the phone: what you write is spoken to the caller by a voice.
- Answer in one to three short sentences, in words as people say them. No lists, markup, emoji or web addresses.
- Say numbers, times and prices so that they can be heard once and understood.
- Speak the caller's language; where that is unclear, the language of the business.
- What the caller says comes from speech recognition: expect wrong words, and ask when it matters.
- "[interrupted by the caller]" marks where the caller spoke over you. Nothing after it was heard.
- Say only what you were told here or by a tool. When you do not know, say so.
- Words in [brackets] tell what happened on the line. Never write such words yourself.`;

const TOOL_RULES = `Tools:
- end_call hangs up. Use it when the caller is done; say goodbye before it.
- leave_note keeps a message for the business: use it when the caller wants to be called back or to leave word.
- collect_digits lets the caller enter digits on the keypad; you get a name as {{entry_1}} for them, never the digits. Give that name to a tool that needs them.`;
const TRANSFER_RULE =
  "- transfer_call connects the caller with a person. Say so in a short sentence before it.";

export function promptOf({ business, turns, input, historyTokens }: PromptParts): ChatMessage[] {
  const history = newest(turns.map(exchangeOf), historyTokens).flat();
  const now: Spoken = { role: "user", content: contentOf(input) };
  const opening: Spoken[] = history[0]?.role === "assistant"
    ? [{ role: "user", content: CALL_BEGINS }]
    : [];
  return [
    { role: "system", content: systemPromptOf(business) },
    ...merged([...opening, ...history, now]),
  ];
}

/** An estimate: no tokenizer of a common model makes more of most texts. */
export function estimatedTokens(content: string): number {
  return Math.ceil(new TextEncoder().encode(content).length / 3) + 4;
}

function systemPromptOf(business: Business): string {
  const canTransfer = business.transfer !== undefined || business.transfers.length > 0;
  const answers = business.questions.map(({ phrasings, answer }) => `- ${phrasings[0]}: ${answer}`);
  return [
    `You answer the phone for ${business.name}. Its language is ${business.language}.`,
    business.system_prompt,
    PHONE_RULES,
    canTransfer ? `${TOOL_RULES}\n${TRANSFER_RULE}` : TOOL_RULES,
    business.facts.length > 0 && `Facts:\n${business.facts.map((fact) => `- ${fact}`).join("\n")}`,
    `What the business answers to questions:\n${answers.join("\n")}`,
  ].filter(Boolean).join("\n\n");
}

interface Spoken {
  readonly role: "user" | "assistant";
  readonly content: string;
}

function exchangeOf(turn: ConversationTurn): Spoken[] {
  const told = heardTextOf(turn).trim();
  const exchange: Spoken[] = [
    { role: "user", content: turn.asked?.trim() ?? "" },
    { role: "assistant", content: told !== "" && turn.interrupted ? told + INTERRUPTED : told },
  ];
  return exchange.filter(({ content }) => content !== "");
}

/** The last exchanges that are within the budget together. */
function newest(exchanges: readonly Spoken[][], historyTokens: number): Spoken[][] {
  let left = historyTokens;
  const isTooOld = (exchange: readonly Spoken[]) => {
    for (const { content } of exchange) left -= estimatedTokens(content);
    return left < 0;
  };
  return exchanges.slice(exchanges.findLastIndex(isTooOld) + 1);
}

function contentOf(input: ModelInput): string {
  if (input.kind === "speech") return input.text;
  if (input.kind === "go_on") return "[A noise cut you off, the caller said nothing. Go on there.]";
  if (input.digits === 0) return "[The caller entered nothing.]";
  const digits = `${input.digits} ${input.digits === 1 ? "digit" : "digits"}`;
  return input.complete
    ? `[The caller entered ${digits}: use {{${input.name}}} where they are needed.]`
    : `[The caller entered only ${digits} in time: {{${input.name}}}.]`;
}

/** Who speaks twice in a row has spoken once: some models insist on turns. */
function merged(messages: readonly Spoken[]): Spoken[] {
  const all: Spoken[] = [];
  for (const { role, content } of messages) {
    const last = all.at(-1);
    if (last?.role === role) all[all.length - 1] = { role, content: `${last.content}\n${content}` };
    else all.push({ role, content });
  }
  return all;
}
