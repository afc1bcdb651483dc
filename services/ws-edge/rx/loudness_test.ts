import { assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { RxRig } from "../testing/rx_rig.ts";

let rig: RxRig;
beforeEach(() => void (rig = new RxRig()));
afterEach(() => rig.line.close());

/** So many frames while Kav is that loud. */
async function framesAt(loudness: number, count: number): Promise<void> {
  rig.loudness = loudness;
  await rig.frames(count);
}

const got = (epoch: number) =>
  rig.got.filter((frame) => frame.epoch === epoch).map(({ loudness }) => loudness);

describe("RxLine.media()", () => {
  it("says with each frame how loud Kav was when it came, though it waits for a recognizer", async () => {
    await framesAt(0, 2);
    await framesAt(11, 2);
    await rig.assign(0);
    await framesAt(12, 1);
    await framesAt(0, 1);
    assertEquals(got(0), [0, 0, 11, 11, 12, 0]);
  });
});

describe("RxLine.assign() of a successor", () => {
  it("says of each frame how loud Kav was at its time", async () => {
    await rig.assign(0);
    await framesAt(0, 15);
    await framesAt(9, 5);
    await framesAt(10, 1);
    await framesAt(0, 4);
    await rig.assign(1);
    assertEquals(got(1), got(0));
    assertEquals(rig.messages.slice(25), [10, 5, 5, 1, 4]);
  });
});
