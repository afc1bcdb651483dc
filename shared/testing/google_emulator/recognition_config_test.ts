import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { configProblem } from "./recognition_config.ts";

const GOOD = { encoding: "MULAW", sampleRateHertz: 8000, languageCode: "he-IL" };
const problem = (change: Partial<typeof GOOD>) => configProblem({ ...GOOD, ...change }, ["he-IL"]);

describe("configProblem()", () => {
  it("finds none in mu-law at 8 kHz in a language that is served", () => {
    assertEquals(problem({}), undefined);
  });

  it("names the first thing that is wrong, in Google's words", () => {
    assertEquals(configProblem(null, ["he-IL"]), "Invalid recognition 'config': bad encoding.");
    assertEquals(
      problem({ encoding: "LINEAR16", sampleRateHertz: 0 }),
      "Invalid recognition 'config': bad encoding.",
    );
    assertEquals(
      problem({ sampleRateHertz: 16000, languageCode: "" }),
      "Invalid recognition 'config': bad sample rate hertz.",
    );
    assertEquals(
      problem({ languageCode: "iw" }),
      `Invalid recognition 'config': bad language code "iw".`,
    );
  });
});
