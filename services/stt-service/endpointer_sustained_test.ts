import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { Endpointer } from "./endpointer.ts";
import { at, OPTIONS } from "./testing/endpointer_run.ts";

describe("Endpointer.spoken()", () => {
  let told: string[];
  let endpointer: Endpointer;

  beforeEach(() => {
    told = [];
    endpointer = new Endpointer({
      ...OPTIONS,
      emit: (event) => {
        if (event.kind === "speech_sustained") told.push(`${event.speech}: ${event.onset_ms}`);
      },
      onPromotedDiffers: () => {},
    });
  });

  const speak = (from: number, to: number) => {
    for (let seq = from; seq <= to; seq++) {
      endpointer.voiced(at(seq));
      endpointer.spoken(at(seq));
    }
  };

  it("tells once that speech has lasted 200 ms from its onset on", () => {
    endpointer.onset(at(10));
    speak(10, 18);
    assertEquals(told, []);
    speak(19, 19);
    assertEquals(told, ["1: 200"]);
    speak(20, 60);
    assertEquals(told, ["1: 200"]);
  });

  it("waits for a frame with speech, over a pause", () => {
    endpointer.onset(at(10));
    speak(10, 14);
    assertEquals(told, []);
    speak(22, 22);
    assertEquals(told, ["1: 200"]);
  });

  it("tells nothing before speech, and nothing after its end", () => {
    endpointer.spoken(at(5));
    endpointer.onset(at(10));
    speak(10, 14);
    endpointer.ended(at(14), 500);
    endpointer.spoken(at(30));
    assertEquals(told, []);
  });

  it("tells it of each speech", () => {
    endpointer.onset(at(10));
    speak(10, 30);
    endpointer.ended(at(30), 800);
    endpointer.onset(at(60));
    speak(60, 80);
    assertEquals(told, ["1: 200", "2: 1200"]);
  });

  it("tells it anew of speech that goes on behind a final, once that has lasted 200 ms itself", () => {
    endpointer.onset(at(10));
    speak(10, 30);
    endpointer.final("one", at(28));
    speak(31, 37);
    assertEquals(told, ["1: 200"]);
    speak(38, 60);
    assertEquals(told, ["1: 200", "2: 580"]);
  });

  it("tells nothing of speech that is wholly under a final", () => {
    endpointer.onset(at(10));
    speak(10, 14);
    endpointer.final("one", at(30));
    endpointer.spoken(at(30));
    assertEquals(told, []);
  });
});
