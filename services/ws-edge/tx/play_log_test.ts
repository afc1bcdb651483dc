import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type PlaybackView, PlayLog } from "./play_log.ts";

const view = (nowMs: number, confirmed = 0, limit = Infinity): PlaybackView => ({
  nowMs,
  confirmed,
  limit,
});

/** 50 frames of utterance 1 that play from 1,000 ms on, then 50 of utterance 2. */
function twoUtterances(): PlayLog {
  const log = new PlayLog();
  for (let frame = 0; frame < 100; frame++) log.sent(frame < 50 ? 1 : 2, frame, 1_000 + frame * 20);
  return log;
}

describe("PlayLog.play()", () => {
  const CASES: [string, PlaybackView, number, number][] = [
    ["by time: whole frames only", view(1_219), 10, 0],
    ["not beyond what was sent", view(9_999), 50, 50],
    ["at least what marks confirm", view(1_000, 25), 25, 0],
    ["not beyond an overdue mark", view(2_900, 25, 25), 25, 0],
    ["an overdue mark in the second", view(2_900, 50, 75), 50, 25],
  ];
  for (const [name, at, first, second] of CASES) {
    it(`tells frames heard ${name}`, () => {
      const log = twoUtterances();
      assertEquals([log.play(1, at).heard, log.play(2, at).heard], [first, second]);
    });
  }

  it("counts a break in mid-utterance as time in which nothing was heard", () => {
    const log = new PlayLog();
    for (let frame = 0; frame < 10; frame++) log.sent(1, frame, 1_000 + frame * 20);
    for (let frame = 10; frame < 20; frame++) log.sent(1, frame, 5_000 + (frame - 10) * 20);
    assertEquals(log.play(1, view(4_000)), { utterance: 1, sent: 20, heard: 10 });
    assertEquals(log.play(1, view(5_100)).heard, 15);
  });
});

describe("PlayLog.freeze()", () => {
  it("keeps what was heard at the clear, whatever time it gets", () => {
    const log = twoUtterances();
    assertEquals(log.freeze(1, view(1_200)), [{ utterance: 1, sent: 50, heard: 10 }]);
    assertEquals(log.play(1, view(9_999)).heard, 10);
    assertEquals(log.freeze(2, view(2_100)), [{ utterance: 2, sent: 50, heard: 5 }]);
  });
});
