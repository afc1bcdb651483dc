import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { Endpointer } from "./endpointer.ts";
import { at, OPTIONS } from "./testing/endpointer_run.ts";

/** Kav can be heard in frames 0 to 99. */
const LAST_SOUNDED = 99;

describe("Endpointer, of what only the engine hears", () => {
  let told: string[];
  let endpointer: Endpointer;

  beforeEach(() => {
    told = [];
    endpointer = new Endpointer({
      ...OPTIONS,
      sounded: (seq) => seq <= LAST_SOUNDED,
      emit: (event) => told.push("text" in event ? `${event.kind} ${event.text}` : event.kind),
      onPromotedDiffers: () => told.push("differs"),
    });
  });

  it("drops partials and finals while Kav can be heard: it is Kav", () => {
    endpointer.partial("welcome", at(40), 800);
    endpointer.partial("welcome to", at(50), 1_000);
    endpointer.final("welcome to the shop", at(60));
    endpointer.poll(9_000);
    assertEquals([told, endpointer.openFromSeq, endpointer.wakeAtMs], [[], undefined, undefined]);
  });

  it("drops what the engine makes of it up to a second after Kav, and nothing later", () => {
    endpointer.partial("welcome to the", at(LAST_SOUNDED), 2_000);
    endpointer.partial("welcome to the shop", at(LAST_SOUNDED + 20), 2_400);
    endpointer.final("welcome to the shop", at(LAST_SOUNDED + 50));
    assertEquals(told, []);
    endpointer.final("hello", at(LAST_SOUNDED + 51));
    assertEquals(told, ["final hello"]);
  });

  it("publishes what begins when Kav cannot be heard any more", () => {
    endpointer.partial("psst", at(LAST_SOUNDED + 1), 2_020);
    endpointer.final("psst hey", at(LAST_SOUNDED + 20));
    assertEquals(told, ["partial psst", "final psst hey"]);
  });

  it("publishes while Kav speaks what the VAD hears too", () => {
    endpointer.onset(at(40));
    endpointer.partial("stop", at(50), 1_000);
    endpointer.final("stop please", at(60));
    assertEquals(told, ["speech_started", "partial stop", "final stop please"]);
  });
});
