import type { Business } from "shared/store/business.ts";

export type Digit = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";

/** What a key says. @throws {TypeError} when it says nothing. */
export function textOfKey(business: Business, digit: Digit): string {
  const action = business.keypad[digit];
  if (action?.do === "say") return action.text;
  const question = action?.do === "answer" ? action.question : undefined;
  const found = business.questions.find(({ id }) => id === question);
  if (!found) throw new TypeError(`Cannot tell what key ${digit} says: it answers nothing`);
  return found.answer;
}
