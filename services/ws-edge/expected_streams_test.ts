import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { ExpectedStreams } from "./expected_streams.ts";

describe("ExpectedStreams.count()", () => {
  it("counts answers whose stream has not come, for 5 s", () => {
    const expected = new ExpectedStreams();
    expected.answered("CA1", 0);
    expected.answered("CA2", 1_000);
    expected.came("CA2");
    assertEquals([expected.count(4_999), expected.count(5_000)], [1, 0]);
  });

  it("counts a call once, from its last answer", () => {
    const expected = new ExpectedStreams();
    expected.answered("CA1", 0);
    expected.answered("CA1", 1_000);
    assertEquals([expected.count(5_999), expected.count(6_000)], [1, 0]);
  });

  it("is bounded", () => {
    const expected = new ExpectedStreams();
    for (let i = 0; i < 10_100; i++) expected.answered(`CA${i}`, 0);
    assertEquals(expected.count(0), 10_000);
  });
});
