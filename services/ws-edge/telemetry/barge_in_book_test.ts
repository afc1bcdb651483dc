import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { BargeInBook } from "./barge_in_book.ts";
import { callLine } from "./lines.ts";

const begin = (utterance: number, turn: number) => ({
  kind: "utterance_begin" as const,
  epoch: 0,
  control_seq: 1,
  after_seq: -1,
  utterance,
  role: "reply" as const,
  turn,
  interruptible: true,
});

describe("BargeInBook.bargedIn()", () => {
  /** The edge received every frame 5 ms after its stream time. */
  const book = () => new BargeInBook((streamMs) => streamMs + 5);

  it("counts from when the onset was received, on the edge's clock, and names the turn", () => {
    const barges = book();
    barges.began(begin(4, 3));
    assertEquals(barges.bargedIn(4, 1_315, 1_000), { ms: 310, turn: 3 });
  });

  it("is 0 where all of the utterance was sent before the onset", () => {
    assertEquals(book().bargedIn(4, 900, 1_000), { ms: 0, turn: undefined });
  });

  it("is undefined where the onset is too long ago", () => {
    assertEquals(new BargeInBook(() => undefined).bargedIn(4, 1_315, 1_000), undefined);
  });
});

describe("callLine() of a barge-in", () => {
  const event = { call: "CA1", event: "barge_in", barge_in_ms: 309.6 } as const;

  it("has the turn where that is known", () => {
    assertEquals(callLine({ ...event, turn: 3 }), "[BARGE_IN] barge_in_ms=310 turn=3 call=CA1");
    assertEquals(callLine(event), "[BARGE_IN] barge_in_ms=310 call=CA1");
  });
});
