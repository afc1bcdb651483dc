import { assertEquals } from "@std/assert";
import { it } from "@std/testing/bdd";
import { aBusiness } from "./a_business.ts";
import type { OpenStores } from "./open_stores.ts";

const [ONE, TWO, THREE] = ["+15550000001", "+15550000002", "+15550000003"] as const;
const OK = { ok: true } as const;
const taken = (number: string, holder: string) =>
  ({ ok: false, reason: "number", number, holder }) as const;

/** A number reaches one business. */
export function businessNumberRules(opened: () => OpenStores): void {
  it("refuses a number that reaches another business, and changes nothing", async () => {
    const { stores: { businesses: mine }, second: { businesses: others } } = opened();
    const [first, before] = [aBusiness("first", [ONE]), aBusiness("second", [TWO])];
    await mine.put(first);
    await mine.put(before);
    const greedy = { ...aBusiness("second", [THREE, ONE]), version: 2 };
    assertEquals(await others.put(greedy), taken(ONE, "first"));
    assertEquals(await others.put(greedy, 1), taken(ONE, "first"));
    assertEquals(await others.put(aBusiness("third", [TWO, ONE]), 0), taken(TWO, "second"));
    assertEquals(await mine.get("second"), before);
    assertEquals(await mine.byNumber(ONE), first);
    assertEquals(await mine.byNumber(TWO), before);
    assertEquals(await mine.byNumber(THREE), undefined);
    assertEquals((await mine.list()).length, 2);
    assertEquals(await mine.lastVersion("third"), 0);
  });

  it("tells of the version when the number is wrong too", async () => {
    const { businesses } = opened().stores;
    await businesses.put(aBusiness("first", [ONE]));
    const write = await businesses.put(aBusiness("second", [ONE]), 3);
    assertEquals(write, { ok: false, reason: "version", current: 0 });
  });

  it("lets a number move once its holder has given it up", async () => {
    const { stores: { businesses: mine }, second: { businesses: others } } = opened();
    await mine.put(aBusiness("old", [ONE, TWO]));
    await mine.put(aBusiness("old", [TWO]));
    assertEquals(await others.put(aBusiness("new", [ONE])), OK);
    assertEquals(await mine.put(aBusiness("old", [ONE, TWO])), taken(ONE, "new"));
    assertEquals((await mine.byNumber(ONE))?.id, "new");
    assertEquals((await mine.byNumber(TWO))?.id, "old");
  });

  it("frees the numbers of what is deleted, and keeps those of a delete that is refused", async () => {
    const { stores: { businesses: mine }, second: { businesses: others } } = opened();
    await mine.put(aBusiness("old", [ONE, TWO]));
    await mine.delete("old", 8);
    assertEquals(await others.put(aBusiness("new", [ONE])), taken(ONE, "old"));
    await mine.delete("old");
    assertEquals(await others.put(aBusiness("new", [ONE])), OK);
    assertEquals(await mine.byNumber(TWO), undefined);
    assertEquals(await mine.put(aBusiness("old", [ONE])), taken(ONE, "new"));
  });

  it("gives a number to one of 20 businesses that want it at once", async () => {
    const { stores, second } = opened();
    const writes = await Promise.all(
      Array.from(
        { length: 20 },
        (_, i) =>
          (i % 2 ? stores : second).businesses.put(aBusiness(`b${i}`, [`+1555000010${i}`, ONE])),
      ),
    );
    const winner = await stores.businesses.byNumber(ONE);
    assertEquals(await second.businesses.list(), [winner]);
    assertEquals(
      writes.flatMap((write, i) => write.ok ? [`b${i}`] : []),
      [winner?.id],
    );
    assertEquals(writes.filter(({ ok }) => !ok), Array(19).fill(taken(ONE, winner!.id)));
  });
}
