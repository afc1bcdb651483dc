import { assertEquals, assertRejects } from "@std/assert";
import { it } from "@std/testing/bdd";
import { MAX_RENDERED_BYTES } from "shared/media/frame.ts";
import type { GreetingEntry } from "shared/store/stores.ts";
import type { OpenStores } from "./open_stores.ts";

const entryOf = (bytes: number): GreetingEntry => ({
  businessId: "shop",
  ttsHash: "h",
  audio: Uint8Array.from({ length: bytes }, (_, i) => i & 0xff),
  updatedAt: "2026-01-01T00:00:00Z",
});

export function greetingRules(opened: () => OpenStores): void {
  it("gives back the greeting put last, byte by byte", async () => {
    const { stores, second } = opened();
    const audio = Uint8Array.from({ length: 320 }, (_, i) => i & 0xff);
    const entry = { businessId: "shop", ttsHash: "h1", audio, updatedAt: "2026-01-01T00:00:00Z" };
    assertEquals(await stores.greetings.get("shop"), undefined);
    await stores.greetings.put({ ...entry, ttsHash: "h0", audio: new Uint8Array(160) });
    await stores.greetings.put(entry);
    assertEquals(await second.greetings.get("shop"), entry);
    assertEquals(await second.greetings.get("other"), undefined);
  });

  for (const bytes of [0, 159, 161, MAX_RENDERED_BYTES + 160]) {
    it(`refuses ${bytes} bytes of audio, and keeps what it has`, async () => {
      const { greetings } = opened().stores;
      await greetings.put(entryOf(160));
      await assertRejects(() => greetings.put(entryOf(bytes)), RangeError, `${bytes} bytes`);
      assertEquals(await greetings.get("shop"), entryOf(160));
    });
  }

  it("keeps a greeting of 60 s", async () => {
    const { stores, second } = opened();
    await stores.greetings.put(entryOf(MAX_RENDERED_BYTES));
    assertEquals(await second.greetings.get("shop"), entryOf(MAX_RENDERED_BYTES));
  });

  it("deletes one business's greeting, also twice", async () => {
    const { stores, second } = opened();
    await stores.greetings.put(entryOf(160));
    await stores.greetings.put({ ...entryOf(320), businessId: "other" });
    await second.greetings.delete("shop");
    await second.greetings.delete("shop");
    assertEquals(await stores.greetings.get("shop"), undefined);
    assertEquals((await stores.greetings.get("other"))?.audio.length, 320);
  });

  it("holds and gives out copies of the audio, a part of a larger buffer included", async () => {
    const { stores } = opened();
    const audio = new Uint8Array(480).fill(1).subarray(160, 320);
    const updatedAt = "2026-01-01T00:00:00Z";
    await stores.greetings.put({ businessId: "shop", ttsHash: "h", audio, updatedAt });
    audio.fill(2);
    const read = await stores.greetings.get("shop");
    assertEquals(read?.audio, new Uint8Array(160).fill(1));
    read?.audio.fill(3);
    assertEquals((await stores.greetings.get("shop"))?.audio, new Uint8Array(160).fill(1));
  });
}
