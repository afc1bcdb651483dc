import { type Business, business } from "shared/store/business.ts";

export function aBusiness(
  id: string,
  numbers: readonly string[],
  name = "A shop — חנות",
): Business {
  return business.parse({
    id,
    name,
    called_numbers: numbers,
    greeting: { text: "Hello." },
    not_understood: "Sorry?",
    questions: [{ id: "hours", phrasings: ["when are you open"], answer: "Always." }],
    keypad: { "1": { do: "answer", question: "hours" }, "*": { do: "say_again" } },
    goodbye: { phrasings: ["goodbye"], text: "Bye." },
    fallback: { do: "dial", number: "+15550000000" },
  });
}
