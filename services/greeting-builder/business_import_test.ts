import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { LineLog } from "shared/runtime/line_log.ts";
import { MemoryStores } from "shared/store/memory_stores.ts";
import type { BusinessStore } from "shared/store/stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import { importBusinesses } from "./business_import.ts";

describe("importBusinesses()", () => {
  let store: BusinessStore;
  let logged: string[];
  let log: LineLog;

  beforeEach(() => {
    const clock = new FakeClock();
    store = new MemoryStores({ clock }).businesses;
    logged = [];
    log = new LineLog({ write: (line) => logged.push(line), clock });
  });

  const nameOf = async () => (await store.get("shop"))?.name;

  it("stores what the store does not have, once", async () => {
    const file = [
      sampleBusiness({}),
      sampleBusiness({ id: "b", called_numbers: ["+15550100009"] }),
    ];
    assertEquals(await importBusinesses(file, store, log), 2);
    assertEquals(await importBusinesses(file, store, log), 0);
    assertEquals((await store.list()).map(({ id }) => id), ["shop", "b"]);
    assertEquals(logged.length, 2);
  });

  it("stores a newer version, and never an older one", async () => {
    const versions: readonly (readonly [number, string])[] = [[2, "v2"], [3, "v3"], [1, "v1"]];
    const names: (string | undefined)[] = [];
    for (const [version, name] of versions) {
      await importBusinesses([sampleBusiness({ version, name })], store, log);
      names.push(await nameOf());
    }
    assertEquals(names, ["v2", "v3", "v3"]);
  });

  it("warns of a business that was changed without a new version", async () => {
    await importBusinesses([sampleBusiness({})], store, log);
    assertEquals(await importBusinesses([sampleBusiness({ name: "Other" })], store, log), 0);
    assertEquals(await nameOf(), "The Shop");
    assertStringIncludes(logged.at(-1)!, "with the same version");
  });

  it("rejects when the store is away", async () => {
    const away = { ...store, get: () => Promise.reject(new Error("away")) } as BusinessStore;
    await assertRejects(() => importBusinesses([sampleBusiness({})], away, log), Error, "away");
  });
});
