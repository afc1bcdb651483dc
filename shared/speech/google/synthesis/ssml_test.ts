import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { sendable, toSsml } from "./ssml.ts";

const DECODED: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
};

/** What an XML parser makes of it: the content, or undefined when it holds any tag or bare ampersand. */
function contentOf(ssml: string): string | undefined {
  const inner = /^<speak>(.*)<\/speak>$/su.exec(ssml)?.[1];
  if (inner === undefined || /[<>]/.test(inner)) return undefined;
  if (/&(?!(?:amp|lt|gt|quot|apos);)/.test(inner)) return undefined;
  return inner.replace(/&\w+;/g, (entity) => DECODED[entity] ?? "");
}

describe("toSsml()", () => {
  it("escapes what XML takes for markup", () => {
    assertEquals(
      toSsml(`a < b & "c" > 'd'`),
      "<speak>a &lt; b &amp; &quot;c&quot; &gt; &apos;d&apos;</speak>",
    );
  });

  it("takes no text as markup, not even what looks like it", () => {
    assertEquals(
      toSsml('</speak><audio src="x"/>&amp;'),
      "<speak>&lt;/speak&gt;&lt;audio src=&quot;x&quot;/&gt;&amp;amp;</speak>",
    );
  });

  it("leaves Hebrew, niqqud and emoji as they are", () => {
    assertEquals(toSsml("שָׁלוֹם, מה נשמע? 👍"), "<speak>שָׁלוֹם, מה נשמע? 👍</speak>");
  });

  it("says exactly the text but for the forbidden characters, whatever the text", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom("&", "<", ">", '"', "'", ";", "amp", "א", " ") }),
    );
    fc.assert(fc.property(text, (text) => {
      assertEquals(contentOf(toSsml(text)), sendable(text));
    }));
  });
});

describe("sendable()", () => {
  it("removes control characters, non-characters and lone surrogates", () => {
    assertEquals(sendable("a\u0000b\u001fc\ufffed\uffffe\ud83df\udc4dg\u000bh"), "abcdefgh");
  });

  it("keeps blanks, tabs, line ends and everything else", () => {
    assertEquals(sendable("a\tb\nc\r\u007f\u0085\ufffd👍"), "a\tb\nc\r\u007f\u0085\ufffd👍");
  });

  it("leaves only what survives UTF-8, whatever the code units", () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff }));
    fc.assert(fc.property(units, (units) => {
      const sent = sendable(String.fromCharCode(...units));
      assert(sent.isWellFormed());
      assertEquals(
        new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(sent)),
        sent,
      );
    }));
  });
});
