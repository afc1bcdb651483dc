import { type Business, business } from "shared/store/business.ts";

/** At 200 ms a word (`ScriptedSynthesizer`): the greeting 1.6 s, "hours" 2 s, "story" 60 s. */
export const SAMPLE_BUSINESS: Business = business.parse({
  id: "shop",
  name: "The Shop",
  called_numbers: ["+15550100001"],
  greeting: { text: "Hello this is the shop. How are you?" },
  not_understood: "Please say that again.",
  questions: [
    {
      id: "hours",
      phrasings: ["what are your opening hours", "when do you open"],
      answer: "We open at nine. We close at five every day.",
    },
    {
      id: "address",
      phrasings: ["where are you", "what is your address"],
      answer: "Two Main Road.",
    },
    {
      id: "story",
      phrasings: ["tell me the story"],
      answer: "One two three four five. ".repeat(60),
    },
  ],
  keypad: {
    "1": { do: "answer", question: "hours" },
    "2": { do: "say", text: "This is key two." },
    "3": { do: "answer", question: "story" },
    "4": { do: "say_again" },
    "8": { do: "transfer" },
    "9": { do: "goodbye" },
  },
  say_again: { phrasings: ["say that again", "pardon"] },
  transfer: {
    phrasings: ["talk to a person"],
    text: "I connect you now.",
    number: "+15550100002",
  },
  goodbye: { phrasings: ["goodbye", "that is all"], text: "Thank you and goodbye." },
  fallback: { do: "say", text: "Please call later." },
});

/** The same, with some of it changed. */
export function sampleBusiness(changes: Partial<Business>): Business {
  return { ...SAMPLE_BUSINESS, ...changes };
}
