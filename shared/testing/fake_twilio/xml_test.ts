import { describe, it } from "@std/testing/bdd";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readXml } from "./xml.ts";

const escaped = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.codePointAt(0)!};`);

describe("readXml()", () => {
  it("reads elements, attributes, text, comments and entities", () => {
    const result = readXml(
      `<?xml version="1.0" encoding="UTF-8"?>\n<!-- hi --><a x="1 &amp; 2" y='&quot;'> t &lt; &#x5e7;&#1493; <b/><c >d</c ></a>`,
    );
    assertEquals(result, {
      ok: true,
      root: {
        name: "a",
        attributes: { x: "1 & 2", y: '"' },
        text: "t < קו",
        children: [
          { name: "b", attributes: {}, children: [], text: "" },
          { name: "c", attributes: {}, children: [], text: "d" },
        ],
      },
    });
  });

  it("gives back any escaped text and attribute", () => {
    const anyText = fc.string({ unit: "binary" }).map((text) => text.trim());
    fc.assert(
      fc.property(anyText, anyText, (text, value) => {
        const result = readXml(`<a v="${escaped(value)}">${escaped(text)}</a>`);
        assert(result.ok);
        assertEquals([result.root.text, result.root.attributes.v], [text, value]);
      }),
    );
  });

  const bad = [
    "",
    "plain",
    "<a>",
    "</a>",
    "<a></b>",
    "<a/><b/>",
    "<a/>text",
    "<a x=1/>",
    "<a x='1' x='2'/>",
    "<a>R&D</a>",
    "<a>&nbsp;</a>",
    "<a><![CDATA[x]]></a>",
    "<a",
  ];
  for (const source of bad) {
    it(`refuses ${JSON.stringify(source)}`, () => assertEquals(readXml(source).ok, false));
  }
});
