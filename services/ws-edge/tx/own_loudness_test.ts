import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { silentFrame } from "shared/media/frame.ts";
import { encodeMulaw } from "shared/media/mulaw.ts";
import { TxBench } from "../testing/tx_bench.ts";
import { OwnLoudness } from "./own_loudness.ts";

/** A frame at so many dBFS: a square wave. */
const frameAt = (dbfs: number) =>
  encodeMulaw(new Int16Array(160).fill(Math.round(32_767 * 10 ** (dbfs / 20))));
const LOUD = frameAt(-15);
const SOFT = frameAt(-30);

describe("OwnLoudness.at()", () => {
  let own: OwnLoudness;
  beforeEach(() => void (own = new OwnLoudness()));

  it("is 0 before anything was sent, and for silence", () => {
    assertEquals(own.at(0), 0);
    own.sent(silentFrame(), 0);
    assertEquals(own.at(10), 0);
  });

  it("counts a frame from when it plays, not from when it is sent", () => {
    own.sent(LOUD, 1_000);
    assertEquals([own.at(999), own.at(1_000)], [0, 11]);
  });

  it("holds the loudest for 500 ms after it has played", () => {
    own.sent(LOUD, 1_000);
    own.sent(SOFT, 1_020);
    own.sent(SOFT, 1_040);
    assertEquals([own.at(1_519), own.at(1_520)], [11, 6]);
    assertEquals([own.at(1_559), own.at(1_560)], [6, 0]);
  });

  it("forgets at a clear what will not play, and nothing that has", () => {
    for (let ms = 1_000; ms < 1_100; ms += 20) own.sent(SOFT, ms);
    own.sent(LOUD, 1_100);
    own.cleared(1_090);
    assertEquals([own.at(1_120), own.at(1_599), own.at(1_600)], [6, 6, 0]);
    own.sent(LOUD, 1_095);
    assertEquals(own.at(1_700 - 90), 11);
  });

  it("keeps up with a call of any length", () => {
    for (let ms = 0; ms < 60_000; ms += 20) {
      own.sent(ms % 1_000 === 0 ? LOUD : SOFT, ms);
      assertEquals(own.at(ms), ms % 1_000 <= 500 ? 11 : 6, `${ms} ms`);
    }
  });
});

describe("TxLine.ownLoudness()", () => {
  it("follows what plays at Twilio, and a clear", async () => {
    await using bench = new TxBench();
    const loudness = () => bench.line.ownLoudness(bench.clock.now());
    assertEquals(loudness(), 0);
    bench.audio(1, 0, 40);
    await bench.clock.advance(100);
    assertEquals(loudness() > 0, true);
    await bench.clear(1);
    await bench.clock.advance(480);
    assertEquals(loudness() > 0, true, "its echo may still come");
    await bench.clock.advance(60);
    assertEquals(loudness(), 0);
  });
});
