import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { BusinessMemory } from "./business_memory.ts";
import { aBusiness } from "./testing/fixtures.ts";

const A = aBusiness("a", "+15550000001");
const B = aBusiness("b", "+15550000002");

describe("BusinessMemory", () => {
  let memory: BusinessMemory;
  beforeEach(() => {
    memory = new BusinessMemory(2);
    memory.put(A);
    memory.put(B);
  });

  it("finds by id and by number", () => {
    assertEquals(memory.byId("a"), A);
    assertEquals(memory.byNumber("+15550000002"), B);
    assertEquals(memory.byId("c"), undefined);
    assertEquals(memory.byNumber("+15550000003"), undefined);
  });

  it("put() replaces a copy, its old numbers with it", () => {
    const moved = aBusiness("a", "+15550000009");
    memory.put(moved);
    assertEquals(memory.byNumber("+15550000001"), undefined);
    assertEquals(memory.byNumber("+15550000009"), moved);
    assertEquals(memory.size, 2);
  });

  it("put() of a number that had another business keeps the newer one, also when the older goes", () => {
    const taker = aBusiness("b", "+15550000001");
    memory.put(taker);
    memory.forget("a");
    assertEquals(memory.byNumber("+15550000001"), taker);
  });

  it("put() forgets the oldest copy when full", () => {
    memory.put(aBusiness("c", "+15550000003"));
    assertEquals([memory.size, memory.byId("a"), memory.byNumber("+15550000001")], [
      2,
      undefined,
      undefined,
    ]);
    assertEquals(memory.byId("b"), B);
  });

  it("forgetNumber() keeps the business itself", () => {
    memory.forgetNumber("+15550000001");
    assertEquals(memory.byNumber("+15550000001"), undefined);
    assertEquals(memory.byId("a"), A);
  });

  it("clear() forgets all", () => {
    memory.clear();
    assertEquals([memory.size, memory.byNumber("+15550000001")], [0, undefined]);
  });
});
