/** What Kav says and hears in each language where a business has no words of its own for it. */
import type { Business } from "shared/store/business.ts";

interface OwnWords {
  /** To a caller who says nothing, first and then. */
  readonly idlePrompts: readonly [string, string];
  /** Before a call is connected. */
  readonly connecting: string;
  /** What callers say while they listen. */
  readonly backchannels: readonly string[];
}

/** Sounds that mean the same in most languages. */
const SOUNDS = ["mm-hm", "mhm", "mm", "hmm", "hm", "uh-huh", "aha", "ah", "oh", "ok", "okay"];

/** By language without country. A further language is a further entry; English is everyone else's. */
const OWN_WORDS: ReadonlyMap<string, OwnWords> = new Map([
  ["en", {
    idlePrompts: ["Are you still there?", "I can't hear you. Are you there?"],
    connecting: "One moment please, I am connecting you.",
    backchannels: [
      ...SOUNDS,
      ...["yes", "yeah", "yep", "right", "all right", "sure", "fine", "good", "great"],
      ...["i see", "got it", "i understand", "understood"],
    ],
  }],
  ["he", {
    idlePrompts: ["אתם עדיין איתי?", "אני לא שומע אתכם. אתם שם?"],
    connecting: "רגע אחד בבקשה, אני מעביר אתכם.",
    backchannels: [
      ...SOUNDS,
      ...["כן", "אהה", "אהא", "אהמ", "אהם", "אה", "המ", "הממ", "אוקיי", "אוקי", "או קיי"],
      ...["בסדר", "נכון", "הבנתי", "ברור", "טוב", "יופי", "מעולה", "אני מבין", "אני מבינה"],
    ],
  }],
]);

export function ownWords({ language }: Pick<Business, "language">): OwnWords {
  return OWN_WORDS.get(language.split("-")[0]!) ?? OWN_WORDS.get("en")!;
}

/** What is asked when the caller says nothing, so many times in a row. */
export function idlePrompt(business: Business, times: number): string {
  const [first, second] = business.idle?.prompts ?? ownWords(business).idlePrompts;
  return times <= 1 ? first : second;
}
