import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import { FRAME_BYTES, silentFrame } from "shared/media/frame.ts";
import { MAX_BUFFERED_MS, PlayoutBuffer } from "./playout_buffer.ts";

const ORIGIN = 1_000.4;
const LOUD = 0x00;

const frame = (value = LOUD) => new Uint8Array(FRAME_BYTES).fill(value);
const at = (ms: number) => ORIGIN + ms;

describe("PlayoutBuffer.push()", () => {
  it("plays 8,000 bytes a second from their arrival, one after the other", () => {
    const buffer = new PlayoutBuffer(ORIGIN);
    for (const _ of [1, 2, 3]) buffer.push(frame(), at(100));
    const left = [100, 120, 150, 160, 500].map((ms) => buffer.bufferedMs(at(ms)));
    assertEquals(left, [60, 40, 10, 0, 0]);
  });

  it("refuses what would make more than ten minutes wait", () => {
    const buffer = new PlayoutBuffer(ORIGIN);
    assertEquals(buffer.push(new Uint8Array(MAX_BUFFERED_MS * 8), at(0)), true);
    assertEquals(buffer.push(frame(), at(0)), false);
    assertEquals(buffer.bufferedMs(at(0)), MAX_BUFFERED_MS);
    assertEquals(buffer.push(frame(), at(20)), true);
  });
});

describe("PlayoutBuffer.takePlayedMarks()", () => {
  it("gives a mark once the audio before it has played, in order and once", () => {
    const buffer = new PlayoutBuffer(ORIGIN);
    buffer.push(frame(), at(0));
    buffer.mark("first");
    buffer.push(frame(), at(0));
    buffer.mark("second");
    buffer.mark("third");
    const taken = [19, 20, 39, 40, 60].map((ms) => buffer.takePlayedMarks(at(ms)));
    assertEquals(taken, [[], ["first"], [], ["second", "third"], []]);
  });

  it("gives a mark at once when nothing is buffered", () => {
    const buffer = new PlayoutBuffer(ORIGIN);
    buffer.push(frame(), at(0));
    buffer.mark("probe");
    buffer.mark("probe2");
    assertEquals(buffer.takePlayedMarks(at(20)), ["probe", "probe2"]);
    buffer.mark("later");
    assertEquals(buffer.takePlayedMarks(at(20)), ["later"]);
  });
});

describe("PlayoutBuffer.clear()", () => {
  it("empties the buffer and gives back every mark that was waiting", () => {
    const buffer = new PlayoutBuffer(ORIGIN);
    buffer.push(frame(), at(0));
    buffer.mark("a");
    buffer.push(frame(), at(0));
    buffer.mark("b");
    assertEquals(buffer.clear(at(5)), ["a", "b"]);
    assertEquals(buffer.bufferedMs(at(5)), 0);
    assertEquals(buffer.takePlayedMarks(at(100)), []);
  });

  it("keeps on record what had been heard, to the sample", () => {
    const buffer = new PlayoutBuffer(ORIGIN);
    buffer.push(frame(0x11), at(0));
    buffer.push(frame(0x22), at(0));
    buffer.clear(at(30));
    buffer.push(frame(0x33), at(40));
    const heard = buffer.heard(at(60));
    const expected = new Uint8Array(480).fill(0xff);
    expected.fill(0x11, 0, 160).fill(0x22, 160, 240).fill(0x33, 320, 480);
    assertEquals(heard, expected);
  });

  it("does nothing to an empty buffer", () => {
    const buffer = new PlayoutBuffer(ORIGIN);
    assertEquals(buffer.clear(at(10)), []);
    buffer.push(frame(), at(20));
    assertEquals(buffer.bufferedMs(at(20)), 20);
  });
});

describe("PlayoutBuffer.heard()", () => {
  it("has silence where nothing played and ends now", () => {
    const buffer = new PlayoutBuffer(ORIGIN);
    buffer.push(frame(0x11), at(20));
    const heard = buffer.heard(at(30));
    assertEquals(heard.length, 240);
    assertEquals([heard[159], heard[160], heard[239]], [0xff, 0x11, 0x11]);
  });
});

describe("PlayoutBuffer.frameAt()", () => {
  it("is what played in those 20 ms, to the sample, and silence where nothing did", () => {
    const buffer = new PlayoutBuffer(ORIGIN);
    buffer.push(frame(0x11), at(20));
    buffer.push(frame(0x22), at(40));
    const ends = [0, 10, 30, 50, 60].map((ms) => {
      const played = buffer.frameAt(at(ms));
      return [played[0], played[159]];
    });
    assertEquals(ends, [[0xff, 0xff], [0xff, 0x11], [0x11, 0x22], [0x22, 0xff], [0xff, 0xff]]);
  });
});

describe("PlayoutBuffer.quietMs()", () => {
  it("counts from the last sound heard and takes silent audio for silence", () => {
    const buffer = new PlayoutBuffer(ORIGIN);
    assertEquals(buffer.quietMs(at(50)), 50);
    buffer.push(frame(), at(50));
    buffer.push(silentFrame(), at(50));
    buffer.push(frame(), at(50));
    const quiet = [60, 80, 90, 100, 110, 150].map((ms) => buffer.quietMs(at(ms)));
    assertEquals(quiet, [0, 10, 20, 0, 0, 40]);
  });

  it("begins where a clear cut the sound off", () => {
    const buffer = new PlayoutBuffer(ORIGIN);
    buffer.push(new Uint8Array(8_000), at(0));
    buffer.clear(at(100));
    assertEquals(buffer.quietMs(at(350)), 250);
    assertEquals(buffer.audibleMs(at(0), at(350)), 100);
  });
});

describe("PlayoutBuffer.soundedAtMs()", () => {
  it("tells when the first sound began, and nothing before it has", () => {
    const buffer = new PlayoutBuffer(ORIGIN);
    buffer.push(silentFrame(), at(100));
    buffer.push(frame(), at(100));
    assertEquals(buffer.soundedAtMs(at(0), at(120)), undefined);
    assertEquals(buffer.soundedAtMs(at(0), at(121)), at(120));
    assertEquals(buffer.soundedAtMs(at(130), at(135)), at(130));
    assertEquals(buffer.soundedAtMs(at(140), at(200)), undefined);
  });
});

describe("PlayoutBuffer.audibleMs()", () => {
  it("adds up sound without the pauses in it", () => {
    const buffer = new PlayoutBuffer(ORIGIN);
    buffer.push(frame(), at(0));
    buffer.push(silentFrame(), at(0));
    buffer.push(frame(), at(0));
    assertEquals(buffer.audibleMs(at(0), at(60)), 40);
    assertEquals(buffer.audibleMs(at(10), at(50)), 20);
  });
});
