import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { shortened, textTable } from "./text_table.ts";

describe("textTable()", () => {
  it("puts columns in line, and no blanks at the end", () => {
    const lines = textTable(["a", "head", "c"], [["longer", "1", ""], ["", "2", "x"]]);
    assertEquals(lines, ["a       head  c", "longer  1", "        2     x"]);
  });

  it("keeps a cell in its line, whatever it holds", () => {
    const [, line] = textTable(["a", "b"], [["x\ny\t\u001b[2J\u2028z", "1"]]);
    assertEquals(line, "x y [2J z  1");
  });

  it("gives the points of Hebrew vowels no column of their own", () => {
    const [head, line] = textTable(["a", "b"], [["שָׁלוֹם", "1"]]);
    assertEquals([head, line], ["a     b", "שָׁלוֹם  1"]);
  });
});

describe("shortened()", () => {
  it("cuts what is longer, between characters, and joins lines", () => {
    assertEquals(shortened("one\n two", 7), "one two");
    assertEquals(shortened("one two three", 9), "one two…");
    assertEquals(shortened("🙂🙂🙂", 2), "🙂…");
  });
});
