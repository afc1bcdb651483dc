import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { CallerSpeech } from "./caller_speech.ts";

const at = (seq: number) => ({ seq, streamMs: seq * 20 });

describe("CallerSpeech", () => {
  it("knows who speaks, and from where to where", () => {
    const speech = new CallerSpeech();
    assertEquals([speech.speaking, speech.isAnswered, speech.openFrom], [false, true, undefined]);
    speech.began(at(10));
    assertEquals([speech.speaking, speech.isAnswered, speech.openFrom], [true, false, at(10)]);
    speech.ended(at(50));
    assertEquals([speech.speaking, speech.openFrom, speech.lastVoiced], [false, at(10), at(50)]);
  });

  it("is answered by a final up to its end, or little less", () => {
    for (const seq of [50, 45, 90]) {
      const speech = new CallerSpeech();
      speech.began(at(10));
      speech.ended(at(50));
      speech.cover(at(seq));
      assertEquals(speech.isAnswered, true, `${seq}`);
    }
  });

  it("keeps what a final leaves of it", () => {
    const speech = new CallerSpeech();
    speech.began(at(10));
    speech.ended(at(50));
    speech.cover(at(30));
    assertEquals([speech.openFrom, speech.lastVoiced], [at(31), at(50)]);
  });

  it("that goes on behind a final counts from there, and not when it then ends at once", () => {
    const speech = new CallerSpeech();
    speech.began(at(10));
    speech.cover(at(48));
    assertEquals([speech.speaking, speech.openFrom], [true, at(49)]);
    speech.ended(at(50));
    assertEquals([speech.speaking, speech.isAnswered], [false, true]);
  });

  it("may have begun by a frame", () => {
    const speech = new CallerSpeech();
    assertEquals(speech.beganBy(99), false);
    speech.began(at(10));
    assertEquals([speech.beganBy(9), speech.beganBy(10)], [false, true]);
  });

  it("sums what is voiced behind a moment, up to now where it goes on", () => {
    const speech = new CallerSpeech();
    speech.began(at(0));
    speech.ended(at(9));
    speech.began(at(20));
    assertEquals(speech.voicedMs(-Infinity, 29 * 20), 400);
    assertEquals(speech.voicedMs(100, 29 * 20), 300);
    assertEquals(speech.voicedMs(10_000, 29 * 20), 0);
  });

  it("forgets what is over, not what goes on", () => {
    const speech = new CallerSpeech();
    speech.began(at(0));
    speech.ended(at(9));
    speech.began(at(20));
    speech.forget();
    assertEquals(speech.openFrom, at(20));
    speech.ended(at(40));
    speech.forget();
    assertEquals(speech.isAnswered, true);
  });

  it("stays bounded", () => {
    const speech = new CallerSpeech();
    for (let i = 0; i < 1_000; i++) {
      speech.began(at(i * 20));
      speech.ended(at(i * 20 + 9));
    }
    assertEquals(speech.openFrom, at((1_000 - 32) * 20));
  });
});
