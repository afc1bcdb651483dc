import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { UsedTokens } from "./stream_token_ledger.ts";

describe("UsedTokens.use()", () => {
  it("takes each token once", () => {
    const used = new UsedTokens();
    assertEquals(used.use("a", 60, 0), "first");
    assertEquals(used.use("b", 60, 1), "first");
    assertEquals(used.use("a", 60, 59), "used");
    assertEquals(used.use("b", 60, 59), "used");
  });

  it("forgets tokens when they have expired", () => {
    const used = new UsedTokens();
    used.use("a", 60, 0);
    used.use("b", 70, 0);
    used.use("c", 120, 60);
    assertEquals(used.size, 2);
    used.use("d", 200, 130);
    assertEquals(used.size, 1);
  });

  it("refuses when full, until one has expired, wherever it stands", () => {
    const used = new UsedTokens(2);
    used.use("late", 100, 0);
    used.use("soon", 50, 0);
    assertEquals(used.use("c", 100, 49), "full");
    assertEquals(used.use("late", 100, 49), "used");
    assertEquals(used.use("c", 100, 50), "first");
    assertEquals(used.use("late", 100, 99), "used");
    assertEquals(used.size, 2);
  });
});
