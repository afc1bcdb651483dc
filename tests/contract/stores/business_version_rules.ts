import { assert, assertEquals } from "@std/assert";
import { it } from "@std/testing/bdd";
import type { Business } from "shared/store/business.ts";
import { aBusiness } from "./a_business.ts";
import type { OpenStores } from "./open_stores.ts";

const [ONE, TWO] = ["+15550000001", "+15550000002"] as const;
const OK = { ok: true } as const;
const outdated = (current: number) => ({ ok: false, reason: "version", current }) as const;

function ofVersion(version: number, number: string = ONE, id = "shop"): Business {
  return { ...aBusiness(id, [number], `${id} of version ${version}`), version };
}

/** What two writers at once may do to each other. */
export function businessVersionRules(opened: () => OpenStores): void {
  it("puts a business over the version it replaces, and over no other", async () => {
    const { stores: { businesses: mine }, second: { businesses: others } } = opened();
    assertEquals(await mine.lastVersion("shop"), 0);
    assertEquals(await mine.put(ofVersion(1), 1), outdated(0));
    assertEquals(await mine.get("shop"), undefined);
    assertEquals(await mine.put(ofVersion(1), 0), OK);
    assertEquals(await others.lastVersion("shop"), 1);
    assertEquals(await others.put(ofVersion(7), 1), OK);
    for (const over of [0, 1, 6, 8]) {
      assertEquals(await mine.put(ofVersion(8, TWO), over), outdated(7));
      assertEquals(await mine.delete("shop", over), outdated(7));
    }
    assertEquals(await mine.byNumber(ONE), ofVersion(7));
    assertEquals(await mine.byNumber(TWO), undefined);
  });

  it("puts a business without `over` whatever is there", async () => {
    const { businesses } = opened().stores;
    for (const version of [4, 9, 2]) {
      assertEquals(await businesses.put(ofVersion(version)), OK);
      assertEquals(await businesses.lastVersion("shop"), version);
    }
  });

  it("lets one of 20 put over the same version at once", async () => {
    const { stores, second } = opened();
    await stores.businesses.put(ofVersion(1));
    const writes = await Promise.all(
      Array.from(
        { length: 20 },
        (_, i) =>
          (i % 2 ? stores : second).businesses.put({ ...ofVersion(2), name: `writer ${i}` }, 1),
      ),
    );
    const winners = writes.flatMap(({ ok }, i) => ok ? [`writer ${i}`] : []);
    assertEquals(winners, [(await second.businesses.get("shop"))?.name]);
    assertEquals(writes.filter(({ ok }) => !ok), Array(19).fill(outdated(2)));
  });

  it("deletes a business, which counts as a version until it is put again", async () => {
    const { stores: { businesses: mine }, second: { businesses: others } } = opened();
    await mine.put(ofVersion(5));
    assertEquals(await others.delete("shop", 5), OK);
    assertEquals([await mine.get("shop"), await mine.byNumber(ONE)], [undefined, undefined]);
    assertEquals(await mine.list(), []);
    assertEquals(await mine.lastVersion("shop"), 6);
    assertEquals(await mine.delete("shop", 5), outdated(6));
    for (const over of [6, undefined]) assertEquals(await mine.delete("shop", over), OK);
    for (const over of [0, 5]) assertEquals(await mine.put(ofVersion(6), over), outdated(6));
    assertEquals(await mine.put(ofVersion(7), 6), OK);
    assertEquals(await others.byNumber(ONE), ofVersion(7));
    assertEquals(await others.delete("shop"), OK);
    assertEquals(await others.lastVersion("shop"), 8);
  });

  it("does nothing when it deletes what never was", async () => {
    const { businesses } = opened().stores;
    assertEquals(await businesses.delete("shop"), OK);
    assertEquals(await businesses.delete("shop", 0), OK);
    assertEquals(await businesses.delete("shop", 1), outdated(0));
    assertEquals(await businesses.lastVersion("shop"), 0);
  });

  it("lets a put or a delete over the same version happen, never both", async () => {
    const { stores, second } = opened();
    for (let version = 10; version < 100; version += 10) {
      await stores.businesses.put(ofVersion(version));
      const [put, deleted] = await Promise.all([
        stores.businesses.put(ofVersion(version + 1), version),
        second.businesses.delete("shop", version),
      ]);
      const stored = await stores.businesses.get("shop");
      assertEquals(put.ok, stored?.version === version + 1);
      assert(put.ok !== deleted.ok, "one of them has not seen the other");
    }
  });
}
