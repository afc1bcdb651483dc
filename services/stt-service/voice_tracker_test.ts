import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { ScriptedVads } from "shared/testing/scripted_vad.ts";
import { VoiceTracker } from "./voice_tracker.ts";

const HANGOVER_MS = 180;

/** Feeds decisions ("v" voiced, "." not) frame by frame; what changed, at which frame. */
function track(decisions: string, tracker = new VoiceTracker(HANGOVER_MS), from = 0): string[] {
  const changes: string[] = [];
  [...decisions].forEach((decision, i) => {
    const seq = from + i;
    const change = tracker.push(decision === "v", { seq, streamMs: 1_000 + seq * 20 });
    if (change === "onset") changes.push(`${seq}: onset ${tracker.onset!.seq}`);
    if (change === "ended") changes.push(`${seq}: ended ${tracker.lastVoiced!.seq}`);
  });
  return changes;
}

/** What WebRTC's detector decides about frames that are speech or not. */
function decide(speech: string): string {
  const vad = new ScriptedVads().create();
  return [...speech].map((frame) => {
    const samples = new Int16Array(160).fill(frame === "s" ? 1 : 0);
    return vad.isVoiced(samples) ? "v" : ".";
  }).join("");
}

describe("VoiceTracker.push()", () => {
  it("tells an onset at the fifth voiced frame in a row, and names the first", () => {
    assertEquals(track("..vvvv..vvvvv"), ["12: onset 8"]);
    const tracker = new VoiceTracker(HANGOVER_MS);
    track("..vvvvv", tracker);
    assertEquals(tracker.onset, { seq: 2, streamMs: 1_040 });
  });

  it("leaves the overhang of 5 frames out after more than 6 voiced ones", () => {
    const decisions = decide("..ssssssssss" + ".".repeat(20));
    assertEquals(decisions, ".." + "v".repeat(15) + ".".repeat(15));
    assertEquals(track(decisions), ["6: onset 2", "20: ended 11"]);
  });

  it("leaves the overhang of 3 frames out after fewer", () => {
    assertEquals(track(decide("..ssss" + ".".repeat(20))), ["6: onset 2", "14: ended 5"]);
  });

  it("counts the hangover from the last voiced frame, over pauses that are shorter", () => {
    const speech = "s".repeat(10) + ".".repeat(8) + "s".repeat(10) + ".".repeat(20);
    assertEquals(track(decide(speech)), ["4: onset 0", "36: ended 27"]);
  });

  it("takes no click for speech: the detector makes four frames of one", () => {
    assertEquals(track(decide("...s" + ".".repeat(20))), []);
  });

  it("makes two of speech with a pause that is longer", () => {
    const speech = "s".repeat(10) + ".".repeat(15) + "s".repeat(10) + ".".repeat(20);
    assertEquals(track(decide(speech)), [
      "4: onset 0",
      "18: ended 9",
      "29: onset 25",
      "43: ended 34",
    ]);
  });

  it("finds beginning and end of any speech of one run, through the detector's overhang", () => {
    const lengths = fc.record({
      before: fc.integer({ min: 0, max: 30 }),
      speech: fc.integer({ min: 2, max: 200 }),
    });
    fc.assert(fc.property(lengths, ({ before, speech }) => {
      const frames = ".".repeat(before) + "s".repeat(speech) + ".".repeat(30);
      const last = before + speech - 1;
      assertEquals(track(decide(frames)), [
        `${before + 4}: onset ${before}`,
        `${last + 9}: ended ${last}`,
      ]);
    }));
  });
});

describe("VoiceTracker.jumps()", () => {
  const jumps = (fromMs: number, toMs: number) => {
    const tracker = new VoiceTracker(HANGOVER_MS);
    tracker.push(false, { seq: 0, streamMs: fromMs });
    return tracker.jumps({ seq: 1, streamMs: toMs });
  };

  it("is true when the stream time is off by more than 200 ms, either way", () => {
    assertEquals(
      [jumps(1_000, 1_020), jumps(1_000, 1_220), jumps(1_000, 1_221), jumps(1_000, 819)],
      [false, false, true, true],
    );
  });

  it("is false for the first frame", () => {
    assertEquals(new VoiceTracker(HANGOVER_MS).jumps({ seq: 0, streamMs: 9_000 }), false);
  });
});

describe("VoiceTracker.reset()", () => {
  it("ends speech in progress", () => {
    const tracker = new VoiceTracker(HANGOVER_MS);
    track("vvvvvvvvvvvvvvvvvvvv", tracker);
    assertEquals([tracker.reset(), tracker.lastVoiced?.seq], ["ended", 14]);
    assertEquals(tracker.maybeSpeechFrom, undefined);
    assertEquals(track("..vvvvv", tracker, 20), ["26: onset 22"]);
  });

  it("forgets what may have become speech", () => {
    const tracker = new VoiceTracker(HANGOVER_MS);
    track("vv", tracker);
    assertEquals(tracker.maybeSpeechFrom?.seq, 0);
    assertEquals(tracker.reset(), "none");
    assertEquals(track("vv.", tracker, 2), []);
  });
});
