import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { BusTrust } from "./bus_trust.ts";

describe("BusTrust.isProven()", () => {
  let trust: BusTrust;
  beforeEach(() => {
    trust = new BusTrust();
  });

  it("is true when the bus has answered promptly for 300 ms on end", () => {
    trust.answered(0, 1);
    assertEquals(trust.isProven(299), false);
    trust.answered(100, 250);
    assertEquals(trust.isProven(300), true);
  });

  it("is false when nobody has asked", () => {
    assertEquals(trust.isProven(1_000_000), false);
  });

  it("begins anew after an interruption", () => {
    trust.answered(0, 1);
    trust.interrupt();
    assertEquals(trust.isProven(1_000), false);
    trust.answered(1_000, 1_001);
    assertEquals([trust.isProven(1_299), trust.isProven(1_300)], [false, true]);
  });

  it("gives 1.5 s of grace after an answer that took longer than 150 ms", () => {
    trust.answered(0, 1);
    trust.answered(300, 451);
    trust.answered(500, 501);
    assertEquals([trust.isProven(1_950), trust.isProven(1_951)], [false, true]);
  });

  it("gives 1.5 s of grace after the bus was away, however prompt it is then", () => {
    trust.doubt(1_000);
    for (let ms = 1_000; ms < 2_500; ms += 100) {
      trust.answered(ms, ms);
      assertEquals(trust.isProven(ms), false);
    }
    assertEquals(trust.isProven(2_500), true);
  });
});
