import { assertEquals, assertStrictEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { AudioMemory } from "./audio_memory.ts";

describe("AudioMemory", () => {
  it("gives back what was put under a hash, and nothing for others", () => {
    const memory = new AudioMemory(320);
    const audio = new Uint8Array(160);
    memory.put("a", audio);
    assertStrictEquals(memory.get("a"), audio);
    assertEquals(memory.get("b"), undefined);
  });

  it("forgets the one used longest ago when the bytes are over the bound", () => {
    const memory = new AudioMemory(320);
    memory.put("a", new Uint8Array(160));
    memory.put("b", new Uint8Array(160));
    memory.get("a");
    memory.put("c", new Uint8Array(160));
    assertEquals(["a", "b", "c"].map((hash) => memory.get(hash)?.length), [160, undefined, 160]);
    assertEquals(memory.bytes, 320);
  });

  it("keeps the first audio of a hash, counted once", () => {
    const memory = new AudioMemory(320);
    const first = new Uint8Array(160);
    memory.put("a", first);
    memory.put("a", new Uint8Array(320));
    assertStrictEquals(memory.get("a"), first);
    assertEquals(memory.bytes, 160);
  });

  it("does not empty itself for what is larger than all of it, and keeps nothing without room", () => {
    const memory = new AudioMemory(320);
    memory.put("a", new Uint8Array(160));
    memory.put("huge", new Uint8Array(480));
    assertEquals(["a", "huge"].map((hash) => memory.get(hash)?.length), [160, undefined]);
    const none = new AudioMemory(0);
    none.put("a", new Uint8Array(160));
    assertEquals([none.get("a"), none.bytes], [undefined, 0]);
  });
});
