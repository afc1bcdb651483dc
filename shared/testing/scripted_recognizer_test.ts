import { assert, assertEquals, assertThrows } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock, settle } from "./fake_clock.ts";
import { ScriptedRecognizer, type ScriptedRecognizerOptions } from "./scripted_recognizer.ts";

const FRAME = new Uint8Array(160).fill(7);
const at = (seq: number) => ({ seq, streamMs: seq * 20 });

describe("ScriptedRecognizer.recognize()", () => {
  let clock: FakeClock;
  let told: string[];

  beforeEach(() => {
    clock = new FakeClock(1_000);
    told = [];
  });

  const recognize = (options: Omit<ScriptedRecognizerOptions, "clock"> = {}) =>
    new ScriptedRecognizer({ clock, ...options }).recognize(
      { call: "CA1", language: "en-US", phrases: [], hints: [] },
      {
        onReady: () => told.push("ready"),
        onPartial: (text, { seq }) => told.push(`partial ${text} ${seq}`),
        onFinal: (text, { seq }) => told.push(`final ${text} ${seq}`),
        onRejected: ({ seq }) => told.push(`rejected ${seq}`),
        onError: (error) => told.push(error.message),
        onFailed: (failure) => told.push(failure.message),
      },
    );

  it("takes audio after its opening time, and records it", async () => {
    const recognition = recognize({ openMs: 300 });
    assertThrows(() => recognition.write(FRAME, at(0)), Error, "Cannot write");
    await clock.advance(300);
    recognition.write(FRAME, at(0));
    assertEquals(told, ["ready"]);
    assertEquals(recognition.written, [{ seq: 0, streamMs: 0, atMs: 1_300, byte: 7 }]);
  });

  it("takes no audio from an onset until its lease", async () => {
    const recognition = recognize({ leaseMs: 50 });
    recognition.write(FRAME, at(0));
    recognition.speechStarted(at(1));
    assert(!recognition.ready);
    await clock.advance(50);
    assert(recognition.ready);
    assertEquals(recognition.voice, [{ kind: "started", seq: 1, streamMs: 20, writtenSeq: 0 }]);
  });

  it("reports its script after the frame, never from inside the write", async () => {
    const recognition = recognize({
      script: [
        { kind: "partial", text: "a", atSeq: 0 },
        { kind: "final", text: "a b", atSeq: 1, toSeq: 0 },
        { kind: "rejected", atSeq: 1 },
      ],
    });
    recognition.write(FRAME, at(0));
    recognition.write(FRAME, at(1));
    assertEquals(told, []);
    await settle();
    assertEquals(told, ["partial a 0", "final a b 0", "rejected 1"]);
  });

  it("says nothing more once closed, and leaves no sleep behind", async () => {
    const recognition = recognize({ openMs: 300 });
    recognition.close();
    await clock.advance(500);
    assertEquals([told, clock.sleeping, recognition.ready], [[], 0, false]);
  });
});
