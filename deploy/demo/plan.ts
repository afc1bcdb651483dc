import type { Business, BusinessAction } from "shared/store/business.ts";

/** One thing the caller does, and what Kav should say to it. */
export type DemoStep =
  | { readonly by: "voice"; readonly text: string; readonly expected: string }
  | { readonly by: "key"; readonly digit: string; readonly expected: string };

/** What the demo's caller does, in this order. Undefined: the business has nothing for it. */
export interface DemoPlan {
  readonly question: DemoStep | undefined;
  readonly nonsense: DemoStep | undefined;
  readonly longAnswer: DemoStep | undefined;
  readonly goodbye: DemoStep | undefined;
}

/** Speech of at least eight seconds: flite says up to 18 characters in one. */
const LONG_ANSWER_CHARS = 8 * 18;

/** Far from any question of a shop. */
const NONSENSE = "seven purple elephants are dancing on the frozen ocean tonight";
const HEBREW_NONSENSE = "שבעה פילים סגולים רוקדים הלילה על הים הקפוא";

/** Plans a call to a business: by voice and keys, or by keys alone where nothing recognizes speech. */
export function planDemo(business: Business, recognition: boolean): DemoPlan {
  const [first] = business.questions;
  const keys = Object.entries(business.keypad)
    .map(([digit, action]) => ({ digit, action, expected: replyTo(business, action) }))
    .filter((key) => key.expected !== undefined) as KnownKey[];
  const byKey = (key: KnownKey | undefined): DemoStep | undefined =>
    key && { by: "key", digit: key.digit, expected: key.expected };
  const byVoice = (text: string, expected: string): DemoStep => ({ by: "voice", text, expected });

  const questionKey = keys.find(({ action }) =>
    action.do === "answer" && action.question === first?.id
  );
  const goodbyeKey = keys.find(({ action }) => action.do === "goodbye");
  const longest = keys
    .filter(({ action }) => action.do === "answer" || action.do === "say")
    .filter((key) => key !== questionKey && key.expected.length >= LONG_ANSWER_CHARS)
    .sort((a, b) => a.expected.length - b.expected.length);
  const [goodbyePhrase] = business.goodbye.phrasings;
  return {
    question: recognition && first
      ? byVoice(first.phrasings[0]!, first.answer)
      : byKey(questionKey),
    nonsense: recognition ? byVoice(nonsenseIn(business), business.not_understood) : undefined,
    longAnswer: byKey(longest[0] ?? questionKey),
    goodbye: byKey(goodbyeKey) ??
      (recognition ? byVoice(goodbyePhrase!, business.goodbye.text) : undefined),
  };
}

interface KnownKey {
  readonly digit: string;
  readonly action: BusinessAction;
  readonly expected: string;
}

/** What somebody may say whom this business does not understand. */
function nonsenseIn({ language }: Pick<Business, "language">): string {
  return language.startsWith("he") ? HEBREW_NONSENSE : NONSENSE;
}

/** What an action says; undefined when that depends on the call. */
function replyTo(business: Business, action: BusinessAction): string | undefined {
  switch (action.do) {
    case "say":
      return action.text;
    case "answer":
      return business.questions.find(({ id }) => id === action.question)?.answer;
    case "goodbye":
      return business.goodbye.text;
    case "transfer":
    case "say_again":
      return undefined;
  }
}
