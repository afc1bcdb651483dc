import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { LastSecond } from "./last_second.ts";

describe("LastSecond", () => {
  it("counts drops until five slots have turned", () => {
    const last = new LastSecond();
    last.dropped();
    last.dropped();
    const seen = Array.from({ length: 6 }, () => {
      const { drops } = last;
      last.turn();
      return drops;
    });
    assertEquals(seen, [2, 2, 2, 2, 2, 0]);
  });

  it("averages what writes took, 0 without any", () => {
    const last = new LastSecond();
    assertEquals(last.writeMs, 0);
    last.wrote(1);
    last.turn();
    last.wrote(2);
    last.wrote(6);
    assertEquals(last.writeMs, 3);
    for (let i = 0; i < 4; i++) last.turn();
    assertEquals(last.writeMs, 4);
  });
});
