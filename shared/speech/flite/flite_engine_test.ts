import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { beforeAll, describe, it } from "@std/testing/bdd";
import { FliteEngine } from "./flite_engine.ts";
import { flite } from "./flite_wasm.js";

describe("FliteEngine.soundEndsMs()", () => {
  it("tells when each sound ends, in the very audio that it renders", () => {
    const engine = new FliteEngine(flite);
    const endsMs = engine.soundEndsMs("One day.", "kal");
    assertEquals(endsMs.length, 5);
    assertEquals(endsMs, endsMs.toSorted((a, b) => a - b));
    const lengthMs = engine.render("One day.", "kal").length / 8;
    assert(endsMs.at(-1)! < lengthMs && endsMs.at(-1)! > lengthMs / 2);
  });
});

describe("FliteEngine.render()", () => {
  let engine: FliteEngine;
  beforeAll(() => {
    engine = new FliteEngine(flite);
  });

  it("speaks at 8 kHz, louder than silence", () => {
    const samples = engine.render("Good morning.", "kal");
    const seconds = samples.length / 8000;
    assert(seconds > 0.7 && seconds < 1.5, `${seconds} s`);
    assert(Math.max(...samples) > 5_000);
  });

  it("speaks the same text the same, whatever was said before", () => {
    const first = engine.render("Good morning.", "kal");
    const long = engine.render("word ".repeat(400), "kal");
    assert(long.length > 40 * 8000);
    assertEquals(engine.render("Good morning.", "kal"), first);
    assertNotEquals(engine.render("Good evening.", "kal"), first);
  });

  it("takes a text that looks like an option for a text", () => {
    assert(engine.render("-h", "kal").length > 1_000);
  });

  it("refuses a voice of another sample rate", () => {
    assertThrows(() => engine.render("Good morning.", "kal16"), Error, "received kal16, 16000 Hz");
  });
});
