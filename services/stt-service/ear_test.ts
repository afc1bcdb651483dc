import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { encodeMulaw } from "shared/media/mulaw.ts";
import { ScriptedVads } from "shared/testing/scripted_vad.ts";
import { Ear } from "./ear.ts";

/** A frame at so many dBFS: a square wave. */
const frameAt = (dbfs: number) =>
  encodeMulaw(new Int16Array(160).fill(Math.round(32_767 * 10 ** (dbfs / 20))));
const SILENCE = frameAt(-Infinity);
/** At -15 dBFS: the bar is at -29. */
const KAV = 11;

describe("Ear.hear()", () => {
  let told: string[];
  let vads: ScriptedVads;
  let ear: Ear;
  let seq: number;

  beforeEach(() => {
    told = [];
    seq = 0;
    vads = new ScriptedVads();
    ear = new Ear(vads.create(), 180, {
      speechStarted: (onset) => told.push(`started ${onset.seq}`),
      voiced: () => {},
      spoken: (at) => told.push(`${at.seq}`),
      speechEnded: (lastVoiced) => told.push(`ended ${lastVoiced.seq}`),
    });
  });

  const hear = (frames: number, payload: Uint8Array, loudness = 0) => {
    for (let i = 0; i < frames; i++, seq++) {
      ear.hear({ seq, streamMs: seq * 20, loudness, payload });
    }
  };

  it("tells the frames that hold speech, from when its onset is known, the overhang excluded", () => {
    hear(2, SILENCE);
    hear(8, frameAt(-20));
    hear(15, SILENCE);
    assertEquals(told, ["started 2", "6", "7", "8", "9", "ended 9"]);
  });

  it("hears nothing of what stays below Kav's echo, and all else, at any moment", () => {
    hear(50, frameAt(-33), KAV);
    assertEquals(told, []);
    hear(6, frameAt(-25), KAV);
    hear(15, frameAt(-33), KAV);
    assertEquals(told, ["started 50", "54", "55", "ended 55"]);
  });

  it("hears the same when Kav is silent", () => {
    hear(6, frameAt(-33));
    assertEquals(told, ["started 0", "4", "5"]);
  });

  it("forgets at a jump of the stream time how loud it was before", () => {
    hear(6, frameAt(-5));
    seq += 100;
    hear(5, frameAt(-25));
    assertEquals(told.slice(3), ["ended 2", "started 106", "110"]);
    assertEquals(vads.resets, 1);
  });
});
