import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { FailoverRig, type Taker, words } from "../failover_rig.ts";

/** From an instance's death until another has taken the call. */
const NOTICED_FRAMES = 75;
const WINDOW = 150;

let rig: FailoverRig;

beforeEach(() => {
  rig = new FailoverRig();
});

afterEach(async () => {
  assert(rig.maxAhead <= WINDOW, `${rig.maxAhead} frames beyond what was written`);
  for (const { metrics } of rig.takers) {
    assert((await metrics.text()).includes("\nkav_stt_drops_total 0\n"), "an inbox overflowed");
  }
  await rig.close();
  assertEquals(rig.clock.sleeping, 0, "nothing stays behind");
});

/** Silence, 3 s of the sentence of 5 s; then the recognizer dies, and 1.5 s pass. */
async function killedInMidSentence(finals = true): Promise<Taker> {
  const first = await rig.take({ finals });
  await rig.silence(50);
  await rig.says(1, 6);
  rig.kill(first);
  await rig.says(7, 9);
  return first;
}

/** The frames from `first` through `last`, each once. */
function assertWrote({ recognizer }: Taker, first: number, last: number): void {
  const expected = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  assertEquals(recognizer.written.slice(0, expected.length), expected);
}

describe("A recognizer that dies 3 s into a sentence of 5 s", () => {
  for (const finals of [true, false]) {
    const how = finals ? "the engine's final" : "promotion";
    it(`has a successor that hears it whole, once, within 2 s, by ${how}`, async () => {
      await killedInMidSentence(finals);
      const second = await rig.take({ finals });
      const takenMs = rig.clock.now();
      await rig.says(10, 10);
      await rig.silence(75);
      assertWrote(second, 50, 350);
      assertEquals(rig.said, words(1, 10));
      const [final] = rig.finals;
      assertEquals([final!.epoch, final!.from_seq, final!.onset_ms], [1, 50, 1_000]);
      assertLess(final!.atMs - takenMs, 2_000);
      const starts = rig.speech.filter(({ kind }) => kind === "speech_started");
      assertEquals(starts.map((event) => [event.epoch, "seq" in event && event.seq]), [
        [0, 50],
        [1, 50],
      ]);
      await rig.says(11, 12);
      await rig.silence(50);
      assertEquals(rig.said, words(1, 12), "and goes on");
      assertEquals(rig.dropped, 0);
    });
  }

  it("has a successor that catches up at four times the speed of speech", async () => {
    await killedInMidSentence();
    const second = await rig.take();
    const takenMs = rig.clock.now();
    const waiting = 225;
    while ((second.recognizer.written.at(-1) ?? -1) < 50 + waiting) await rig.silence(1);
    assertLess(rig.clock.now() - takenMs, waiting * 5 + 100);
  });

  it("has a successor that hears it whole even if that takes 3 s to open", async () => {
    await killedInMidSentence();
    await rig.take({ openMs: 3_000 });
    await rig.says(10, 10);
    await rig.silence(300);
    assertEquals([rig.said, rig.dropped], [words(1, 10), 0]);
    assertEquals(rig.line.report().q, 0);
  });

  it("has a successor's successor that hears it whole, when that one dies in its replay", async () => {
    await killedInMidSentence();
    const second = await rig.take();
    await rig.says(10, 10, 10);
    assertGreater(second.recognizer.written.at(-1)!, 50);
    assertLess(second.recognizer.written.at(-1)!, 150);
    rig.kill(second);
    await rig.silence(NOTICED_FRAMES);
    const third = await rig.take();
    await rig.silence(150);
    assertWrote(third, 50, 350);
    assertEquals([rig.said, rig.finals[0]!.epoch], [words(1, 10), 2]);
  });

  it("has a successor that hears what is left of a ring that has run over", async () => {
    await killedInMidSentence();
    await rig.says(10, 30);
    const third = await rig.take();
    await rig.says(31, 31);
    await rig.silence(300);
    const from = 50 + 30 * 25 - 500;
    assertEquals(rig.dropped, from - 50);
    assertWrote(third, from, 900);
    assertEquals(rig.said, words(11, 31));
  });
});

describe("A recognizer that dies after its final", () => {
  it("which no ack has told of: no word is heard twice", async () => {
    const first = await rig.take();
    await rig.silence(50);
    await rig.says(1, 4);
    while (rig.finals.length === 0) await rig.silence(1);
    rig.kill(first);
    await rig.says(5, 6);
    const second = await rig.take();
    await rig.silence(75);
    assertWrote(second, 150, 200);
    assertEquals(rig.finals.map(({ epoch, text }) => [epoch, text]), [
      [0, words(1, 4)],
      [1, words(5, 6)],
    ]);
    assertEquals(rig.line.heard.map(({ text }) => text), [words(1, 4), words(5, 6)]);
  });
});

describe("A replayed sentence with a pause of 300 ms", () => {
  it("is not cut in two by promotion", async () => {
    const first = await rig.take({ finals: false });
    await rig.says(1, 3);
    await rig.silence(15);
    await rig.says(4, 5);
    rig.kill(first);
    await rig.says(6, 7);
    await rig.take({ finals: false });
    await rig.says(8, 8);
    await rig.silence(75);
    assertEquals(rig.finals.map(({ epoch, text }) => [epoch, text]), [[1, words(1, 8)]]);
  });
});
