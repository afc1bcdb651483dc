import { assertEquals } from "@std/assert";
import { it } from "@std/testing/bdd";
import { aBusiness } from "./a_business.ts";
import type { OpenStores } from "./open_stores.ts";

const [ONE, TWO, THREE] = ["+15550000001", "+15550000002", "+15550000003"] as const;
const OK = { ok: true } as const;

export function businessRules(opened: () => OpenStores): void {
  it("finds a business by id and by each of its numbers", async () => {
    const { stores, second } = opened();
    const shop = aBusiness("shop", [ONE, TWO]);
    await stores.businesses.put(shop);
    assertEquals(await second.businesses.get("shop"), shop);
    assertEquals(await second.businesses.byNumber(ONE), shop);
    assertEquals(await second.businesses.byNumber(TWO), shop);
    assertEquals(await second.businesses.get("other"), undefined);
    assertEquals(await second.businesses.byNumber(THREE), undefined);
  });

  it("replaces a business, and forgets the numbers it no longer has", async () => {
    const { stores, second } = opened();
    await stores.businesses.put(aBusiness("shop", [ONE, TWO]));
    const changed = aBusiness("shop", [TWO, THREE], "Renamed");
    await second.businesses.put(changed);
    assertEquals(await stores.businesses.byNumber(ONE), undefined);
    assertEquals(await stores.businesses.byNumber(TWO), changed);
    assertEquals(await stores.businesses.byNumber(THREE), changed);
    assertEquals(await stores.businesses.list(), [changed]);
  });

  it("lists every business once", async () => {
    const { stores, second } = opened();
    assertEquals(await stores.businesses.list(), []);
    const put = (id: string, number: string) => stores.businesses.put(aBusiness(id, [number]));
    for (const [id, number] of [["b", ONE], ["a", TWO], ["c", THREE], ["a", TWO]] as const) {
      assertEquals(await put(id, number), OK);
    }
    const ids = (await second.businesses.list()).map((each) => each.id);
    assertEquals(ids.sort(), ["a", "b", "c"]);
  });

  it("gives out copies", async () => {
    const { stores } = opened();
    const shop = aBusiness("shop", [ONE]);
    await stores.businesses.put(shop);
    shop.called_numbers.push(TWO);
    (await stores.businesses.get("shop"))!.name = "changed by a reader";
    assertEquals(await stores.businesses.get("shop"), aBusiness("shop", [ONE]));
  });
}
