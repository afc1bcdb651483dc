import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { ssmlText } from "./ssml_text.ts";

const say = (ssml: string) => ssmlText(ssml).replace(/\s+/g, " ").trim();

describe("ssmlText()", () => {
  it("takes the tags off", () => {
    assertEquals(
      ssmlText("<speak>שלום <emphasis level='strong'>לכם</emphasis>!</speak>").trim(),
      "שלום לכם!",
    );
    assertEquals(
      say(
        '<?xml version="1.0"?> <speak version="1.1" xml:lang="he-IL"><!-- no --><prosody rate="90%">yes</prosody></speak>',
      ),
      "yes",
    );
  });

  it("decodes entities, once", () => {
    assertEquals(
      say("<speak>A &amp; B &lt;C&gt; &quot;d&quot; &apos;e&apos; &#1488;&#x5d1; &amp;lt;</speak>"),
      `A & B <C> "d" 'e' אב &lt;`,
    );
  });

  it("parts words at breaks, sentences and paragraphs, and nowhere else", () => {
    assertEquals(
      say(
        '<speak><p><s>one</s><s>two</s></p>three<break time="1s"/>four<mark name="x"/>five <w>s</w>ix</speak>',
      ),
      "one two three four five six",
    );
  });

  it("speaks a sub by its alias", () => {
    assertEquals(
      say('<speak>the <sub alias="W3 &amp; C">W<s>3</s>C</sub> today</speak>'),
      "the W3 & C today",
    );
    assertEquals(say("<speak><sub alias='a'>b</sub></speak>"), "a");
  });

  it("says nothing in an empty document", () => {
    assertEquals(say("<speak></speak>"), "");
    assertEquals(say("<speak/>"), "");
  });

  const MALFORMED = [
    "",
    "yes",
    "<speak>yes",
    "yes</speak>",
    "</speak>",
    "<speak>yes</speak> no",
    "<speak/><speak/>",
    "<p>yes</p>",
    "<speak><p>yes</speak></p>",
    "<speak><p>yes</speak>",
    "<speak>yes</p></speak>",
    "<speak>you & me</speak>",
    "<speak>you &me; him</speak>",
    "<speak>&toString;</speak>",
    "<speak>1 < 2</speak>",
    "<speak>1 &lt 2</speak>",
    "<speak>&#0;</speak>",
    "<speak>&#x110000;</speak>",
    "<speak><break time=1s/></speak>",
    '<speak><break time="a & b"/></speak>',
    '<speak><break time="1s/></speak>',
    "<speak><sub>yes</sub></speak>",
    "<speak></ p></speak>",
    "<speak></p/></speak>",
    "<speak><",
  ];
  for (const ssml of MALFORMED) {
    it(`refuses ${JSON.stringify(ssml)}`, () => {
      assertThrows(() => ssmlText(ssml), SyntaxError, "Cannot read SSML: ");
    });
  }

  it("says any text that was escaped", () => {
    const escape = (text: string) => text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
      assertEquals(ssmlText(`<speak>${escape(text)}</speak>`), ` ${text} `);
    }));
  });

  it("takes no time for what is hostile", () => {
    for (const part of ["<", "<!--", "<a ", "&", "<a b='", "<!----"]) {
      assertThrows(() => ssmlText(`<speak>${part.repeat(5_000)}`), SyntaxError);
    }
  });
});
