import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { LineLog } from "shared/runtime/line_log.ts";
import type { Business } from "shared/store/business.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { Businesses } from "./businesses.ts";
import { SAMPLE_BUSINESS, sampleBusiness } from "shared/testing/sample_business.ts";

const FILED = sampleBusiness({ id: "filed" });

describe("Businesses.find()", () => {
  let clock: FakeClock;
  let get: (id: string) => Promise<Business | undefined>;
  let list: () => Promise<Business[]>;
  let log: string[];
  let businesses: Businesses;

  beforeEach(() => {
    clock = new FakeClock();
    log = [];
    get = () => Promise.resolve(SAMPLE_BUSINESS);
    list = () => Promise.resolve([SAMPLE_BUSINESS]);
    businesses = new Businesses({
      store: { get: (id) => get(id), list: () => list() },
      file: [FILED],
      clock,
      log: new LineLog({ write: (line) => log.push(line), clock }),
    });
  });

  it("asks the store, and leaves no timer behind", async () => {
    assertEquals((await businesses.find("shop", 60))?.version, 1);
    get = () => Promise.resolve(sampleBusiness({ version: 2 }));
    assertEquals((await businesses.find("shop", 60))?.version, 2);
    assertEquals([clock.sleeping, log.length], [0, 0]);
  });

  it("gives the last copy of one that was deleted since its edge has found it", async () => {
    await businesses.find("shop", 60);
    get = () => Promise.resolve(undefined);
    assertEquals((await businesses.find("shop", 60))?.id, "shop");
    assertEquals(await businesses.find("filed", 60), FILED);
    assertEquals(await businesses.find("nobody", 60), undefined);
  });

  it("gives the last copy at the deadline when the store is slow, and keeps what comes late", async () => {
    await businesses.preload();
    const late = Promise.withResolvers<Business>();
    get = () => late.promise;
    let found: Business | undefined;
    businesses.find("shop", 60).then((business) => found = business);
    await clock.advance(59);
    assertEquals(found, undefined);
    await clock.advance(1);
    assertEquals(found?.version, 1);
    assertEquals(log.length, 1);
    late.resolve(sampleBusiness({ version: 2 }));
    await clock.advance(0);
    assertEquals(businesses.copy("shop")?.version, 2);
  });

  it("gives the last copy when the store fails", async () => {
    await businesses.preload();
    get = () => Promise.reject(new Error("away"));
    assertEquals((await businesses.find("shop", 60))?.id, "shop");
    assertEquals(await businesses.find("other", 60), undefined);
  });

  it("starts without copies when the store is away", async () => {
    list = () => Promise.reject(new Error("away"));
    await businesses.preload();
    assertEquals([...businesses.copies], [FILED]);
    assertEquals((await businesses.find("shop", 60))?.id, "shop");
  });

  it("gives the file's when the store is away and there is no copy, or has never heard of it", async () => {
    get = () => Promise.reject(new Error("away"));
    assertEquals(await businesses.find("filed", 60), FILED);
    get = () => Promise.resolve(undefined);
    assertEquals(await businesses.find("filed", 60), FILED);
    assertEquals(businesses.copy("filed"), FILED);
  });

  it("prefers the copy of what the store had to the file's", async () => {
    get = (id) => Promise.resolve(sampleBusiness({ id, version: 7 }));
    await businesses.find("filed", 60);
    get = () => Promise.reject(new Error("away"));
    assertEquals((await businesses.find("filed", 60))?.version, 7);
    assertEquals([...businesses.copies].map(({ version }) => version), [7]);
  });
});
