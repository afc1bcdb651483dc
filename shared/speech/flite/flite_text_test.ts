import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { fliteText } from "./flite_text.ts";

describe("fliteText()", () => {
  const spoken: readonly (readonly [text: string, as: string])[] = [
    ["Hello there.", "Hello there."],
    ["  two\n lines\t", "two lines"],
    ["It’s a “café” in Zürich", 'It\'s a "cafe" in Zurich'],
    ["Wait… now — go", "Wait... now -- go"],
    ["5 € or 7 ₪", "5 euros or 7 shekels"],
    ["ann@kav.example", "ann at kav.example"],
    ["#4 + 1 = 5", "number 4 plus 1 equals 5"],
    ["**bold** <b>", "bold b"],
    ["Straße, Łódź, smørrebrød", "Strasse, Lodz, smorrebrod"],
    ["Good 😀 day", "Good day"],
    ["½ hour", "1/2 hour"],
    ["ring\u0000 \u0007bell", "ring bell"],
  ];
  for (const [text, as] of spoken) {
    it(`speaks ${JSON.stringify(text)} as ${JSON.stringify(as)}`, () => {
      assertEquals(fliteText(text), { kind: "speak", text: as });
    });
  }

  it("is silent about punctuation, symbols and emoji alone", () => {
    for (const text of ["", "  ", "...", "?!", "😀🎉", "— * —", "+"]) {
      assertEquals(fliteText(text).kind, "silent", text);
    }
  });

  it("calls words without a Latin letter or digit foreign", () => {
    assertEquals(fliteText("שלום!"), { kind: "foreign" });
  });

  it("gives printable ASCII with a letter or digit, or nothing, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const result = fliteText(text);
        assert(
          result.kind !== "speak" || /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(result.text),
        );
        assert(result.kind !== "speak" || /[a-z0-9]/i.test(result.text));
      }),
    );
  });
});
