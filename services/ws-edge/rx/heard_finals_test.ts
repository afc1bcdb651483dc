import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { FinalSpeech } from "shared/bus/messages.ts";
import { HeardFinals } from "./heard_finals.ts";

function final(speech: number, more: Partial<FinalSpeech> = {}): FinalSpeech {
  return {
    epoch: 0,
    kind: "final",
    speech,
    text: `text ${speech}`,
    from_seq: speech * 10,
    to_seq: speech * 10 + 5,
    onset_ms: speech * 200,
    last_voiced_ms: speech * 200 + 100,
    promoted: false,
    ...more,
  };
}

describe("HeardFinals.add()", () => {
  let heard: HeardFinals;
  const speeches = () => heard.finals.map(({ epoch, speech }) => [epoch, speech]);

  beforeEach(() => {
    heard = new HeardFinals();
  });

  it("keeps the last four, newest last", () => {
    for (const speech of [1, 2, 3, 4, 5, 6]) heard.add(final(speech));
    assertEquals(speeches(), [[0, 3], [0, 4], [0, 5], [0, 6]]);
  });

  it("keeps each once, however often it comes", () => {
    for (const speech of [1, 2, 1, 2]) heard.add(final(speech));
    assertEquals(speeches(), [[0, 1], [0, 2]]);
  });

  it("tells apart recognizers, and parts of one speech", () => {
    heard.add(final(1));
    heard.add(final(1, { epoch: 1 }));
    heard.add(final(1, { to_seq: 99 }));
    assertEquals(speeches(), [[0, 1], [1, 1], [0, 1]]);
  });

  it("lets the oldest go until all hold 8,000 characters", () => {
    heard.add(final(1, { text: "a".repeat(3_000) }));
    heard.add(final(2, { text: "b".repeat(3_000) }));
    heard.add(final(3, { text: "c".repeat(2_000) }));
    assertEquals(speeches(), [[0, 1], [0, 2], [0, 3]]);
    heard.add(final(4, { text: "d" }));
    assertEquals(speeches(), [[0, 2], [0, 3], [0, 4]]);
    heard.add(final(5, { text: "e".repeat(8_000) }));
    assertEquals(speeches(), [[0, 5]]);
  });
});
