import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { settle } from "shared/testing/fake_clock.ts";
import { ReplyText } from "./reply_text.ts";

const HANGUP = { do: "hangup" } as const;

describe("ReplyText", () => {
  let text: ReplyText;
  const never = new AbortController().signal;

  beforeEach(() => {
    text = new ReplyText();
  });

  it("is written piece by piece, and whole with its end", () => {
    assertEquals([text.pieces, text.isWhole, text.then], [[], false, undefined]);
    text.add({ text: "One." });
    const recorded = { text: "Two.", audio: new Uint8Array(160) };
    text.add(recorded);
    assertEquals([text.pieces, text.isWhole], [[{ text: "One." }, recorded], false]);
    text.end(HANGUP);
    assertEquals([text.pieces.length, text.isWhole, text.then], [2, true, HANGUP]);
  });

  it("leads to nothing unless its end says so", () => {
    text.end();
    assertEquals(text.then, { do: "none" });
  });

  it("takes nothing behind its end, and no second end", () => {
    text.add({ text: "One." });
    text.end(HANGUP);
    text.add({ text: "Two." });
    text.end();
    assertEquals([text.pieces, text.then], [[{ text: "One." }], HANGUP]);
  });

  it("may be known at once", () => {
    const whole = ReplyText.whole(["One.", "Two."], HANGUP);
    assertEquals(whole.pieces, [{ text: "One." }, { text: "Two." }]);
    assertEquals([whole.isWhole, whole.then], [true, HANGUP]);
    assertEquals(ReplyText.whole(["One."]).then, { do: "none" });
  });

  describe("piece()", () => {
    /** What readers at these pieces get, in the order in which they get it. */
    function readers(...numbers: number[]): (string | undefined)[][] {
      const got: (string | undefined)[][] = [];
      for (const number of numbers) {
        text.piece(number, never).then((piece) => got.push([`${number}`, piece?.text]));
      }
      return got;
    }

    it("is there at once when it is written", async () => {
      text.add({ text: "One." });
      assertEquals(await text.piece(0, never), { text: "One." });
    });

    it("comes to each reader when its piece is written, to several of the same too", async () => {
      const got = readers(2, 0, 0, 1);
      await settle();
      assertEquals(got, []);
      text.add({ text: "One." });
      await settle();
      assertEquals(got.splice(0), [["0", "One."], ["0", "One."]]);
      text.add({ text: "Two." });
      await settle();
      assertEquals(got.splice(0), [["1", "Two."]]);
      text.add({ text: "Three." });
      await settle();
      assertEquals(got, [["2", "Three."]]);
    });

    it("misses none of several that are written at once", async () => {
      const got = readers(0, 1, 2);
      for (const each of ["One.", "Two."]) text.add({ text: each });
      text.end();
      await settle();
      assertEquals(got.toSorted(), [["0", "One."], ["1", "Two."], ["2", undefined]]);
    });

    it("is undefined behind the end, as soon as the end is known", async () => {
      text.add({ text: "One." });
      const got = readers(1, 7);
      await settle();
      assertEquals(got, []);
      text.end();
      await settle();
      assertEquals(got, [["1", undefined], ["7", undefined]]);
      assertEquals(await text.piece(0, never), { text: "One." });
    });

    it("is undefined when its signal is aborted, which the other readers do not notice", async () => {
      const abort = new AbortController();
      const aborted = text.piece(0, abort.signal);
      const got = readers(0);
      abort.abort();
      assertEquals(await aborted, undefined);
      text.add({ text: "One." });
      await settle();
      assertEquals(got, [["0", "One."]]);
      assertEquals(await text.piece(0, abort.signal), undefined);
    });
  });

  describe("onChange()", () => {
    it("tells of every piece and of the end", () => {
      const told: unknown[] = [];
      text.onChange(() => told.push(text.then ?? text.pieces.length));
      text.add({ text: "One." });
      text.add({ text: "Two." });
      text.end(HANGUP);
      text.add({ text: "Three." });
      text.end();
      assertEquals(told, [1, 2, HANGUP]);
    });

    it("tells nothing more when it is off, the others still", () => {
      const told: string[] = [];
      const off = text.onChange(() => told.push("first"));
      text.onChange(() => told.push("second"));
      text.add({ text: "One." });
      off();
      text.end();
      assertEquals(told, ["first", "second", "second"]);
    });

    it("may be switched off while it is told", () => {
      let told = 0;
      const off = text.onChange(() => {
        told++;
        off();
      });
      text.onChange(() => told += 10);
      text.add({ text: "One." });
      text.add({ text: "Two." });
      assertEquals(told, 21);
    });

    it("has nothing to tell of a text that is whole", () => {
      text.end();
      let told = 0;
      text.onChange(() => told++)();
      text.add({ text: "One." });
      assertEquals(told, 0);
    });
  });
});
