import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { Business } from "shared/store/business.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import { importBusinesses } from "./business_import.ts";
import { breakable, BuilderKit } from "./testing/builder_kit.ts";

describe("importBusinesses()", () => {
  let kit: BuilderKit;
  let store: BuilderKit["stores"]["businesses"];

  beforeEach(() => {
    kit = new BuilderKit();
    store = kit.stores.businesses;
  });

  const load = (...file: Business[]) => importBusinesses(file, store, kit.log);
  const nameOf = async () => (await store.get("shop"))?.name;

  it("stores what the store does not have, once", async () => {
    const other = sampleBusiness({ id: "b", called_numbers: ["+15550100009"] });
    assertEquals(await load(sampleBusiness({}), other), 2);
    assertEquals(await load(sampleBusiness({}), other), 0);
    assertEquals((await store.list()).map(({ id }) => id), ["shop", "b"]);
    assertEquals(kit.logged.length, 2);
  });

  it("stores a newer version, and never an older one", async () => {
    const versions: readonly (readonly [number, string])[] = [[2, "v2"], [3, "v3"], [1, "v1"]];
    const names: (string | undefined)[] = [];
    for (const [version, name] of versions) {
      await load(sampleBusiness({ version, name }));
      names.push(await nameOf());
    }
    assertEquals(names, ["v2", "v3", "v3"]);
  });

  it("warns of a business that was changed without a new version", async () => {
    await load(sampleBusiness({}));
    assertEquals(await load(sampleBusiness({ name: "Other" })), 0);
    assertEquals(await nameOf(), "The Shop");
    assertStringIncludes(kit.logged.at(-1)!, "another content of this version");
  });

  it("does not bring back what was deleted, unless in a newer version", async () => {
    await load(sampleBusiness({ version: 2 }));
    await store.delete("shop");
    assertEquals(await load(sampleBusiness({ version: 3 })), 0);
    assertEquals(await nameOf(), undefined);
    assertStringIncludes(kit.logged.at(-1)!, "it was deleted; a version above 3");
    assertEquals(await load(sampleBusiness({ version: 4 })), 1);
  });

  it("leaves out one whose number is another's, and goes on", async () => {
    await load(sampleBusiness({ id: "first" }));
    const third = sampleBusiness({ id: "third", called_numbers: ["+15550100009"] });
    assertEquals(await load(sampleBusiness({}), third), 1);
    assertEquals(await nameOf(), undefined);
    assertStringIncludes(kit.logged[1]!, '"one of its numbers reaches first"');
  });

  it("rejects when the store is away", async () => {
    const away = breakable(store);
    away.away = true;
    const load = () => importBusinesses([sampleBusiness({})], away.store, kit.log);
    await assertRejects(load, Error, "away");
  });
});
