/** The businesses that are called: each has its number and its own words. PURE. */

const TRADES = [
  "flower shop",
  "bicycle shop",
  "bakery",
  "book store",
  "garage",
  "dentist",
  "hotel",
  "library",
  "pharmacy",
  "restaurant",
];
const FIRST_NUMBER = 15_555_560_000;

export const businessId = (index: number): string => `bench-${index}`;
export const numberOf = (index: number): string => `+${FIRST_NUMBER + index}`;

/** Between two and four seconds of speech. */
export function greetingText(index: number): string {
  return `Welcome to the ${TRADES[index % TRADES.length]} at ${
    index + 1
  } Harbor Street. What can I do?`;
}

/** The content of a business file. */
export function businessFileText(count: number): string {
  const businesses = Array.from({ length: count }, (_, index) => ({
    id: businessId(index),
    name: `Bench ${index}`,
    called_numbers: [numberOf(index)],
    greeting: { text: greetingText(index) },
    engines: { recognizers: ["pocketsphinx"], synthesizers: [{ engine: "flite", voice: "kal" }] },
    not_understood: "Please say it again.",
    questions: [{
      id: "opening_hours",
      phrasings: ["what are your opening hours"],
      answer: "We are open from nine to six.",
    }],
    goodbye: { phrasings: ["goodbye"], text: "Goodbye." },
    fallback: { do: "say", text: "Please call again later." },
  }));
  // JSON is YAML too.
  return JSON.stringify({ businesses });
}
