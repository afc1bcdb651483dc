import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { heardTextOf, type ToldTurn } from "./heard_text.ts";

function aTurn(over: Partial<ToldTurn>): ToldTurn {
  const pieces = ["We are open.", "From nine  to five, every day.", "Come in."];
  return { pieces, piecesSent: 1, interrupted: true, heard: null, ...over };
}

describe("heardTextOf()", () => {
  it("is all that is written of a turn that was not interrupted", () => {
    assertEquals(
      heardTextOf(aTurn({ interrupted: false })),
      "We are open. From nine  to five, every day. Come in.",
    );
  });

  it("ends before the word at which the caller interrupted", () => {
    const heard = (piece: number, word: number) => heardTextOf(aTurn({ heard: { piece, word } }));
    assertEquals(heard(1, 3), "We are open. From nine to");
    assertEquals(heard(1, 0), "We are open.");
    assertEquals(heard(0, 0), "");
    assertEquals(heard(2, 99), "We are open. From nine  to five, every day. Come in.");
    assertEquals(heard(3, 0), "We are open. From nine  to five, every day. Come in.");
  });

  it("is what was wholly sent while the place of the interruption is not known", () => {
    assertEquals(
      heardTextOf(aTurn({ piecesSent: 2 })),
      "We are open. From nine  to five, every day.",
    );
    assertEquals(heardTextOf(aTurn({ piecesSent: 0 })), "");
  });

  it("joins pieces with one space, whatever stands at their ends", () => {
    const pieces = [" One. ", "", "שלום לכם."];
    assertEquals(heardTextOf(aTurn({ pieces, interrupted: false })), "One. שלום לכם.");
    const heard = { piece: 2, word: 1 };
    assertEquals(heardTextOf(aTurn({ pieces, heard })), "One. שלום");
  });
});
