import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { backchannelsOf, isBackchannel } from "./backchannels.ts";

const [ENGLISH, HEBREW] = ["en-GB", "he-IL"].map((language) => backchannelsOf({ language }));

describe("isBackchannel()", () => {
  it("knows words and sounds of listeners, alone or up to four", () => {
    const texts = [
      "yes",
      "Yeah.",
      "Mm-hm",
      "mm hm, OK",
      "uh-huh... right",
      "I see",
      "yes yes yes yes",
    ];
    for (const text of texts) assert(isBackchannel(text, ENGLISH!), text);
    for (
      const text of ["כן", "כן, כן", "אהה", "אהמ... אוקיי", "בסדר, הבנתי", "נכון!", "mm-hm", "ok"]
    ) {
      assert(isBackchannel(text, HEBREW!), text);
    }
  });

  it("knows no text with another word, more than four, or none", () => {
    const texts = [
      "yes please",
      "no",
      "okay when do you open",
      "I see you",
      "",
      " ... ",
      "yes ".repeat(5),
    ];
    for (const text of texts) assert(!isBackchannel(text, ENGLISH!), text);
    for (const text of ["כן אבל מתי", "לא", "בסדר גמור"]) {
      assert(!isBackchannel(text, HEBREW!), text);
    }
  });

  it("finds phrases that begin alike", () => {
    assert(isBackchannel("all right then", ["all", "all right", "then"]));
    assert(isBackchannel("a a b", ["a", "a b"]));
  });

  it("ignores words that have no letter", () => {
    assert(!isBackchannel("hello", ["", "-"]));
    assert(!isBackchannel("", ["", "-"]));
  });
});

describe("backchannelsOf()", () => {
  it("has the business's own before those of its language", () => {
    assertEquals(backchannelsOf({ language: "en-US", backchannels: ["sim"] }), ["sim"]);
    assertEquals(backchannelsOf({ language: "en-US", backchannels: [] }), []);
    assert(backchannelsOf({ language: "pt-BR" }).includes("mm-hm"));
  });
});
