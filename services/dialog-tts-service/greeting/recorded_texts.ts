/** What is recorded in each language. */

export interface RecordedTexts {
  /** Spoken so where no business speaks the language. */
  readonly language: string;
  /** For calls whose own greeting is not at hand. */
  readonly greeting: string;
  /** For when nothing can be spoken. The business's fallback verb follows. */
  readonly apology: string;
  /** For when an answer takes its time. */
  readonly filler: string;
}

/** By language without country. A further language is a further entry; English is everyone else's. */
export const RECORDED_TEXTS: ReadonlyMap<string, RecordedTexts> = new Map([
  ["en", {
    language: "en-US",
    greeting: "Hello, thank you for calling. How can I help you?",
    apology: "We are sorry, we cannot speak with you right now. One moment please.",
    filler: "One moment, please.",
  }],
  ["he", {
    language: "he-IL",
    greeting: "שלום, תודה שהתקשרתם. במה אפשר לעזור?",
    apology: "סליחה, אנחנו לא יכולים לדבר כרגע. רגע אחד בבקשה.",
    filler: "רגע אחד בבקשה.",
  }],
]);

/** `he-IL` -> `he`. */
export function primaryOf(language: string): string {
  return language.split("-")[0]!;
}
