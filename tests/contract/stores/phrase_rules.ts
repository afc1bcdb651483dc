import { assertEquals } from "@std/assert";
import { it } from "@std/testing/bdd";
import type { OpenStores } from "./open_stores.ts";

export function phraseRules(opened: () => OpenStores): void {
  const HASH = "ab".repeat(32);

  it("gives every byte of a phrase to all", async () => {
    const { stores, second } = opened();
    const audio = Uint8Array.from({ length: 256 }, (_, i) => i);
    await stores.phrases.put(HASH, audio);
    assertEquals(await second.phrases.get(HASH), audio);
  });

  it("knows nothing of a phrase that was not stored", async () => {
    assertEquals(await opened().stores.phrases.get(HASH), undefined);
  });

  it("keeps what was stored last", async () => {
    const { phrases } = opened().stores;
    await phrases.put(HASH, new Uint8Array([1]));
    await phrases.put(HASH, new Uint8Array([2, 3]));
    assertEquals(await phrases.get(HASH), new Uint8Array([2, 3]));
  });
}
