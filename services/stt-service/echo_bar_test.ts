import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { loudnessOf, powerRatio } from "shared/media/loudness.ts";
import { isAboveEcho } from "./echo_bar.ts";

/** Kav's levels: whispering to full scale. */
const LEVELS_DBFS = Array.from({ length: 45 }, (_, i) => -45 + i);

const above = (dbfs: number, kavDbfs: number) =>
  isAboveEcho(powerRatio(dbfs), loudnessOf(powerRatio(kavDbfs)));

describe("isAboveEcho()", () => {
  it("is false of Kav's own voice 20 dB below, however loud Kav is", () => {
    assertEquals(LEVELS_DBFS.filter((kav) => above(kav - 20, kav)), []);
  });

  it("is false of an echo that is 2 dB louder than any should be", () => {
    assertEquals(LEVELS_DBFS.filter((kav) => above(kav - 18, kav)), []);
  });

  it("is true of a caller as loud as Kav, and of one 12 dB softer", () => {
    assertEquals(LEVELS_DBFS.filter((kav) => !above(kav, kav) || !above(kav - 12, kav)), []);
  });

  it("is true of anything while Kav is silent", () => {
    assertEquals([isAboveEcho(0, 0), isAboveEcho(1e-9, 0)], [true, true]);
  });
});
