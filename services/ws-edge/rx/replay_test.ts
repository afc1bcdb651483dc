import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { range, RxRig } from "../testing/rx_rig.ts";

/** How far the edge may be ahead of what the recognizer has written. */
const WINDOW = 150;

let rig: RxRig;

beforeEach(() => {
  rig = new RxRig();
});

afterEach(() => rig.line.close());

/** A recognizer that has got `frames`, and is lost. */
async function lostAfter(frames: number): Promise<void> {
  await rig.assign(0);
  await rig.frames(frames);
  assertEquals(rig.seqs(0), range(0, frames - 1));
}

describe("RxLine.assign() of a call's first recognizer", () => {
  it("gives it at once what waited, and the rest on arrival, whatever it acks", async () => {
    await rig.frames(190);
    assertEquals(rig.line.report().q, 190);
    await rig.assign(3);
    await rig.frames(200);
    assertEquals(rig.seqs(3), range(0, 389));
    assertEquals(new Set(rig.messages), new Set([1]));
    assertEquals(rig.line.report().q, 0);
  });

  it("has let go of the oldest beyond the queue", async () => {
    await rig.frames(230);
    await rig.assign(0);
    assertEquals([rig.seqs(0), rig.dropped], [range(30, 229), 30]);
  });
});

describe("RxLine.assign() of a successor", () => {
  it("replays what is not covered, and then sends on arrival", async () => {
    await lostAfter(100);
    await rig.ack(0, 90, 60);
    await rig.assign(1);
    assertEquals(rig.seqs(1), range(61, 99));
    assertEquals(rig.messages.slice(100), [10, 10, 10, 9]);
    await rig.ack(1, 99);
    await rig.frames(200);
    assertEquals(rig.seqs(1), range(61, 299), "it is live: no ack is needed");
  });

  it("replays the frames as they were", async () => {
    await rig.assign(0);
    await rig.frames(25);
    rig.streamMs += 500;
    await rig.frames(25);
    await rig.assign(1);
    const was = rig.got.filter(({ epoch }) => epoch === 0);
    const again = rig.got.filter(({ epoch }) => epoch === 1);
    assertEquals(again, was.map((frame) => ({ ...frame, epoch: 1 })));
    assertEquals(rig.messages.slice(50), [10, 10, 5, 10, 10, 5], "a jump begins a message");
  });

  it("replays everything when nothing is covered", async () => {
    await lostAfter(100);
    await rig.assign(1);
    assertEquals(rig.seqs(1), range(0, 99));
  });

  it("begins behind a result that no ack has told of", async () => {
    for (const [epoch, kind] of [[0, "final"], [1, "rejected"]] as const) {
      await rig.assign(epoch);
      await rig.frames(50);
      await rig.ack(epoch, rig.seq - 1, rig.seq - 50);
      await rig.result(kind, epoch, rig.seq - 10);
    }
    await rig.assign(2);
    assertEquals(rig.seqs(2), range(91, 99));
  });

  it("takes no other epoch's word for what is covered", async () => {
    await rig.assign(4);
    await rig.frames(50);
    await rig.ack(3, 40, 40);
    await rig.ack(5, 40, 40);
    await rig.result("final", 3, 40);
    await rig.assign(6);
    assertEquals(rig.seqs(6), range(0, 49));
  });

  it("believes nobody who claims to have covered what has not come", async () => {
    await lostAfter(50);
    await rig.ack(0, 4_000_000, 4_000_000);
    await rig.assign(1);
    await rig.frames(3);
    assertEquals(rig.seqs(1), range(50, 52));
  });

  it("sends no more than 150 frames beyond what is written", async () => {
    await lostAfter(400);
    await rig.ack(0, 399, 19);
    await rig.assign(1);
    assertEquals(rig.seqs(1), range(20, 19 + WINDOW));
    await rig.ack(1, -1);
    assertEquals(rig.seqs(1).at(-1), 19 + WINDOW, "it has written nothing yet");
    await rig.ack(1, 59);
    assertEquals(rig.seqs(1).at(-1), 59 + WINDOW);
    await rig.frames(10);
    assertEquals(rig.seqs(1).at(-1), 59 + WINDOW, "live frames wait behind");
    assertEquals(rig.line.report().q, 410 - (59 + WINDOW + 1));
    await rig.ack(1, 4_000_000);
    assertEquals(
      rig.seqs(1).at(-1),
      209 + WINDOW,
      "what it cannot have written counts for nothing",
    );
    await rig.ack(1, 300);
    assertEquals(rig.seqs(1), range(20, 409));
    await rig.ack(1, 399);
    await rig.frames(WINDOW + 1);
    assertEquals(rig.seqs(1).at(-1), rig.seq - 1);
  });

  it("keeps the window until the recognizer has written all that waited for it", async () => {
    await lostAfter(20);
    await rig.assign(1);
    await rig.frames(200);
    assertEquals(rig.seqs(1), range(0, WINDOW - 1));
    assertEquals(rig.line.report().q, 70);
    await rig.ack(1, 100);
    await rig.frames(200);
    assertEquals(rig.seqs(1), range(0, 419));
  });

  it("begins with the oldest when what is due is overwritten, and counts that", async () => {
    await lostAfter(700);
    await rig.ack(0, 699, 99);
    await rig.assign(1);
    assertEquals(rig.seqs(1), range(200, 199 + WINDOW));
    assertEquals(rig.dropped, 100);
    assertEquals(rig.line.report().drops, 100);
  });

  it("drops the oldest that wait while a recognizer opens, and goes on without them", async () => {
    await lostAfter(100);
    await rig.assign(1);
    await rig.frames(WINDOW - 100 + 500 + 30);
    assertEquals([rig.seqs(1), rig.dropped], [range(0, WINDOW - 1), 30]);
    assertEquals(rig.line.report().q, 500);
    await rig.ack(1, WINDOW - 1);
    assertEquals(rig.seqs(1), [...range(0, WINDOW - 1), ...range(180, 179 + WINDOW)]);
    await rig.ack(1, 300);
    assertEquals(rig.seqs(1).at(-1), 300 + WINDOW);
    assertEquals(rig.dropped, 30);
  });

  it("goes on in a third recognizer from what is covered, and forgets nothing", async () => {
    await lostAfter(300);
    await rig.ack(0, 299, 49);
    await rig.assign(1);
    await rig.ack(1, 120, -1);
    await rig.assign(2);
    assertEquals(rig.seqs(2), range(50, 49 + WINDOW), "the second had covered nothing");
    await rig.result("final", 2, 149);
    await rig.ack(2, 160, 109);
    await rig.assign(3);
    assertEquals(rig.seqs(3), range(150, 299));
  });

  it("counts what is overwritten only once, whoever comes after", async () => {
    await lostAfter(600);
    await rig.assign(1);
    await rig.assign(2);
    assertEquals(rig.dropped, 100);
    await rig.frames(10);
    await rig.assign(3);
    assertEquals([rig.dropped, rig.seqs(3)[0]], [110, 110]);
  });

  it("keeps everything in the ring while the bus is away, and then goes on", async () => {
    await lostAfter(300);
    rig.edgeBus.setConnected(false);
    await rig.assign(1);
    await rig.frames(20);
    assertEquals([rig.seqs(1), rig.unsent], [[], 0]);
    rig.edgeBus.setConnected(true);
    await rig.frames(1);
    assertEquals(rig.seqs(1), range(0, WINDOW - 1));
    rig.edgeBus.setConnected(false);
    await rig.frames(1);
    rig.edgeBus.setConnected(true);
    await rig.ack(1, 140);
    await rig.ack(1, 200);
    assertEquals(rig.seqs(1), range(0, 321));
  });

  it("drops and counts live frames while the bus is away", async () => {
    await lostAfter(10);
    await rig.assign(1);
    await rig.ack(1, 9);
    rig.edgeBus.setConnected(false);
    await rig.frames(7);
    rig.edgeBus.setConnected(true);
    await rig.frames(1);
    assertEquals([rig.seqs(1), rig.unsent], [[...range(0, 9), 17], 7]);
  });

  it("sends again what was lost on the way, once the recognizer has nothing to write", async () => {
    await lostAfter(300);
    rig.edgeBus.drop = () => true;
    await rig.assign(1);
    rig.edgeBus.heal();
    await rig.ack(1, -1, -1, 0);
    assertEquals(rig.seqs(1), []);
    await rig.ack(1, -1, -1, 0);
    assertEquals(rig.seqs(1), range(0, WINDOW - 1));
  });

  it("goes on with the oldest when what was lost on the way is overwritten too", async () => {
    await lostAfter(300);
    rig.edgeBus.drop = () => true;
    await rig.assign(1);
    rig.edgeBus.heal();
    await rig.frames(500);
    await rig.ack(1, -1, -1, 0);
    await rig.ack(1, -1, -1, 0);
    assertEquals(rig.seqs(1), range(300, 299 + WINDOW));
    assertEquals(rig.dropped, 150, "the others were sent");
  });

  it("shows the recognizer once a second that it is there while the window is closed", async () => {
    await lostAfter(300);
    await rig.assign(1);
    for (let acks = 0; acks < 10; acks++) await rig.ack(1, -1, -1, 150);
    assertEquals(rig.seqs(1), [...range(0, WINDOW - 1), WINDOW - 1]);
  });

  it("keeps order, window and completeness, whatever the recognizer does", async () => {
    const step = fc.oneof(
      fc.record({ frames: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ writes: fc.integer({ min: 1, max: 60 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        rig = new RxRig(100_000);
        await lostAfter(200);
        await rig.ack(0, 199, 19);
        await rig.assign(1);
        let writtenSeq = 19;
        for (const does of steps) {
          if ("frames" in does) await rig.frames(does.frames);
          else {
            const gotSeq = rig.seqs(1).at(-1)!;
            writtenSeq = Math.min(gotSeq, writtenSeq + does.writes);
            await rig.ack(1, writtenSeq, -1, gotSeq - writtenSeq);
          }
          // A frame said twice running is the edge's sign of life.
          const seqs = rig.seqs(1).filter((seq, i, all) => seq !== all[i - 1]);
          assertEquals(seqs, range(20, seqs.at(-1)!));
          if (writtenSeq < 199) assert(seqs.at(-1)! - writtenSeq <= WINDOW);
        }
        // Twice: at first there may be more than a window's worth left.
        for (let seq = -1; seq < rig.seq - 1;) await rig.ack(1, seq = rig.seqs(1).at(-1)!);
        assertEquals([...new Set(rig.seqs(1))], range(20, rig.seq - 1));
        rig.line.close();
      }),
      { numRuns: 50 },
    );
  });
});

describe("RxLine.heard", () => {
  it("holds finals of all recognizers, and tells the call only the present one's", async () => {
    await lostAfter(100);
    await rig.result("final", 0, 20);
    await rig.assign(1);
    await rig.result("rejected", 1, 30);
    await rig.result("final", 1, 40);
    await rig.result("final", 0, 50);
    const heard = rig.line.heard.map(({ epoch, to_seq }) => [epoch, to_seq]);
    assertEquals(heard, [[0, 20], [1, 40], [0, 50]]);
    assertEquals(rig.speech.map(({ epoch, kind }) => [epoch, kind]), [
      [0, "final"],
      [1, "rejected"],
      [1, "final"],
    ]);
  });
});
