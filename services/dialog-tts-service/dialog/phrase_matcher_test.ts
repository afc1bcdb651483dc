import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { matchPhrases, normalise } from "./phrase_matcher.ts";

describe("normalise()", () => {
  it("leaves lower-case words with single blanks", () => {
    assertEquals(normalise("  What's your  ADDRESS, please?! "), "whats your address please");
    assertEquals(normalise("שלום, מה השעה?"), "שלום מה השעה");
    assertEquals(normalise("?!"), "");
  });
});

describe("PhraseMatcher.match()", () => {
  const matcher = matchPhrases([
    { phrase: "what are your opening hours", intent: "hours" },
    { phrase: "when do you open", intent: "hours" },
    { phrase: "where are you", intent: "address" },
    { phrase: "how much is a large pizza", intent: "large" },
    { phrase: "how much is a small pizza", intent: "small" },
    { phrase: "goodbye", intent: "goodbye" },
    { phrase: "say that again", intent: "again" },
    { phrase: "that again please say it slowly", intent: "slowly" },
  ]);

  const cases: [heard: string, intents: string[], why: string][] = [
    ["what are your opening hours", ["hours"], "exact"],
    ["What ARE your opening hours?", ["hours"], "but for case and punctuation"],
    ["um where are you please", ["address"], "within more words"],
    ["tell me your opening hours", ["hours"], "its weighty words"],
    ["opening hours", ["hours"], "nothing but its weighty words"],
    ["when do you open where are you", ["hours", "address"], "two, in the order said"],
    ["where are you when do you open", ["address", "hours"], "two, the other way round"],
    ["when do you open what are your opening hours", ["hours"], "one intent twice counts once"],
    ["how much is a large pizza", ["large"], "exact, though another is near"],
    ["how much is a pizza", [], "two are equally near"],
    ["goodbye", ["goodbye"], "one word"],
    ["no goodbye", ["goodbye"], "one word that is half of it"],
    ["she said goodbye and then she left the house", [], "one word lost in others"],
    ["that again please say it slowly", ["slowly"], "the longer phrase, not one inside it"],
    ["do you sell bicycles", [], "only fillers in common"],
    ["you", [], "nothing but fillers"],
    ["", [], "nothing"],
  ];
  for (const [heard, intents, why] of cases) {
    it(`takes "${heard}" as [${intents}]: ${why}`, () => {
      assertEquals(matcher.match(heard), intents);
    });
  }

  it("knows nothing where no phrase has a word", () => {
    assertEquals(matchPhrases([{ phrase: "?", intent: 1 }]).match("?"), []);
  });
});
