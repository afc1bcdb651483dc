import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FRAME_MS } from "shared/media/frame.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import type { SpeechResponse } from "./speech_response.ts";
import { type UtteranceOptions, UtteranceTimer } from "./utterance_timer.ts";

const OPTIONS: UtteranceOptions = {
  partialAfterMs: 600,
  finalAfterMs: 400,
  interimResults: true,
  voiceEvents: true,
};

let clock: FakeClock;
let timer: UtteranceTimer;
/** `at ms of the clock: what, to ms of the audio`. */
let said: string[];

function start(options: Partial<UtteranceOptions> = {}): void {
  timer = new UtteranceTimer(clock, { ...OPTIONS, ...options }, (response) => {
    said.push(`${clock.now()}: ${describeResponse(response)}`);
  });
}

function describeResponse({ results, speechEventType, speechEventTime }: SpeechResponse): string {
  const msOf = (time = { seconds: 0, nanos: 0 }) => time.seconds * 1000 + time.nanos / 1e6;
  const result = results?.[0];
  if (!result) return `${speechEventType} ${msOf(speechEventTime)}`;
  const text = result.alternatives[0]!.transcript;
  return `${result.isFinal ? "final" : "interim"} "${text}" ${msOf(result.resultEndTime)}`;
}

/** A word as it is spoken, in real time. */
async function speak(word: string, frames: number): Promise<void> {
  for (let frame = 0; frame < frames; frame++) {
    timer.hear({ word, isWordStart: frame === 0 });
    await clock.advance(FRAME_MS);
  }
}

async function beSilent(frames: number): Promise<void> {
  for (let frame = 0; frame < frames; frame++) {
    timer.hear(undefined);
    await clock.advance(FRAME_MS);
  }
}

beforeEach(() => {
  clock = new FakeClock();
  said = [];
  start();
});

describe("UtteranceTimer.hear()", () => {
  it("says the first interim after partialAfterMs, and the final finalAfterMs after the last voiced frame", async () => {
    await beSilent(5);
    await speak("one", 20);
    await speak("two", 20);
    await beSilent(50);
    assertEquals(said, [
      "100: SPEECH_ACTIVITY_BEGIN 100",
      `700: interim "one two" 700`,
      `1280: final "one two" 900`,
      "1280: SPEECH_ACTIVITY_END 900",
    ]);
    assertEquals(clock.sleeping, 0);
  });

  it("lets interims grow with words, at most one in 100 ms", async () => {
    await speak("a", 31);
    for (const word of ["b", "c", "d"]) await speak(word, 3);
    const interims = said.filter((line) => line.includes("interim"));
    assertEquals(interims, [
      `600: interim "a" 600`,
      `700: interim "a b c" 700`,
      `800: interim "a b c d" 800`,
    ]);
    timer.stop();
  });

  it("takes a pause shorter than finalAfterMs for the same utterance, a longer one for its end", async () => {
    start({ interimResults: false, voiceEvents: false });
    await speak("one", 5);
    await beSilent(15);
    await speak("two", 5);
    await beSilent(30);
    await speak("three", 5);
    await beSilent(30);
    assertEquals(said, [`880: final "one two" 500`, `1580: final "three" 1200`]);
  });

  it("counts a word by its first frame: of half a word only the voice is told", async () => {
    timer.hear({ word: "half", isWordStart: false });
    await clock.advance(1_000);
    assertEquals(said, ["0: SPEECH_ACTIVITY_BEGIN 0", "400: SPEECH_ACTIVITY_END 20"]);
  });

  it("goes by the arrival of frames, not by their place in the audio", async () => {
    start({ voiceEvents: false });
    for (let frame = 0; frame < 100; frame++) {
      timer.hear({ word: "fast", isWordStart: frame === 0 });
    }
    await clock.advance(1_000);
    assertEquals(said, [`400: final "fast" 2000`]);
  });
});

describe("UtteranceTimer.finish()", () => {
  it("says what is outstanding first", async () => {
    start({ voiceEvents: false });
    await speak("one", 5);
    timer.finish(() => said.push(`${clock.now()}: done`));
    await clock.advance(1_000);
    assertEquals(said, [`480: final "one" 100`, "480: done"]);
  });

  it("is done at once in silence", async () => {
    await beSilent(5);
    timer.finish(() => said.push("done"));
    assertEquals(said, ["done"]);
  });
});

describe("UtteranceTimer.stop()", () => {
  it("says nothing more, and leaves no timer", async () => {
    await speak("one", 5);
    timer.stop();
    assertEquals(clock.sleeping, 0);
    await clock.advance(1_000);
    assertEquals(said, ["0: SPEECH_ACTIVITY_BEGIN 0"]);
  });
});
