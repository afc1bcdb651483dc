import { assertEquals, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { type Business } from "shared/store/business.ts";
import { SAMPLE_BUSINESS, sampleBusiness } from "shared/testing/sample_business.ts";
import { ApiBench } from "../testing/api_bench.ts";

const { version: _, ...NEW } = SAMPLE_BUSINESS;
const OTHER_GREETING = { text: "Good evening.", interruptible: false };
const HANG_UP = { do: "goodbye" };

let bench: ApiBench;
beforeEach(() => {
  bench = new ApiBench();
});

const stored = async () => (await bench.ask("GET", "/api/businesses/shop")).body;
const changed = (changes: Partial<Business>) => sampleBusiness({ ...changes });

describe("PUT /api/businesses/{id}", () => {
  it("stores a new business as its first version: 201", async () => {
    const { status, body } = await bench.put(NEW);
    assertEquals([status, body], [201, { ...NEW, version: 1 }]);
    assertEquals([await stored(), bench.announced], [body, [{ business_id: "shop", version: 1 }]]);
    assertStringIncludes(bench.logged[0]!, "business=shop version=1 outcome=created");
  });

  it("fills in what may be left out, the id too", async () => {
    const { id: _, voice: __, keypad: ___, ...rest } = NEW;
    const { status, body } = await bench.put(rest, "shop");
    assertEquals([status, body.id, body.voice, body.keypad], [201, "shop", "kal", {}]);
  });

  it("begins a business where its writer says: 201", async () => {
    assertEquals((await bench.put({ ...NEW, version: 7 })).body.version, 7);
  });

  it("replaces the version that was read by the next: 200", async () => {
    await bench.put(NEW);
    const { status, body } = await bench.put(changed({ name: "New", greeting: OTHER_GREETING }));
    assertEquals([status, body.version, body.name], [200, 2, "New"]);
    assertEquals(await stored(), body);
    assertEquals(bench.announced.map(({ version }) => version), [1, 2]);
  });

  it("announces no change that is not heard in the greeting", async () => {
    await bench.put(NEW);
    const { body } = await bench.put(changed({ name: "New", facts: ["We have tea."] }));
    assertEquals([body.version, bench.announced.length], [2, 1]);
  });

  it("announces what another engine is to say", async () => {
    bench = new ApiBench({ engineOf: ({ name }) => name });
    await bench.put(NEW);
    await bench.put(changed({ name: "google" }));
    assertEquals(bench.announced.map(({ version }) => version), [1, 2]);
  });

  it("keeps the version of what is the same: 200, no event, nothing logged", async () => {
    const { body: first } = await bench.put({ ...NEW, keypad: { "#": HANG_UP, "*": HANG_UP } });
    const again = { ...first, keypad: { "*": HANG_UP, "#": HANG_UP } };
    const { status, body } = await bench.put(again);
    assertEquals([status, body], [200, first]);
    assertEquals([bench.announced.length, bench.logged.length], [1, 1]);
  });

  for (const version of [undefined, 1, 3]) {
    it(`refuses version ${version} where 2 is stored: 409 with the current one`, async () => {
      await bench.put(NEW);
      await bench.put(changed({ name: "New" }));
      const { status, body } = await bench.put({ ...NEW, greeting: OTHER_GREETING, version });
      assertEquals([status, body.current, (await stored()).name], [409, 2, "New"]);
      assertEquals(bench.announced.length, 1);
    });
  }

  it("lets one of two writers win: the other gets 409", async () => {
    await bench.put(NEW);
    const both = await Promise.all([
      bench.put(changed({ name: "A" })),
      bench.put(changed({ name: "B" })),
    ]);
    assertEquals(both.map(({ status }) => status).toSorted(), [200, 409]);
    const [won, lost] = both.toSorted((a, b) => a.status - b.status);
    assertEquals([lost!.body.current, await stored()], [2, won!.body]);
  });

  it("lets one of two creators win: the other gets 409", async () => {
    const both = await Promise.all([
      bench.put({ ...NEW, name: "A" }),
      bench.put({ ...NEW, name: "B" }),
    ]);
    assertEquals(both.map(({ status }) => status).toSorted(), [201, 409]);
    assertEquals([(await stored()).version, bench.announced.length], [1, 1]);
  });

  it("goes on counting where a business was deleted", async () => {
    await bench.put({ ...NEW, version: 4 });
    await bench.ask("DELETE", "/api/businesses/shop");
    for (const version of [1, 4, 5]) {
      const { status, body } = await bench.put({ ...NEW, version });
      assertEquals([status, body.current], [409, null]);
    }
    assertEquals((await bench.put(NEW)).body.version, 6);
  });

  it("refuses a number that reaches another business: 409 with both", async () => {
    await bench.put(NEW);
    const { status, body } = await bench.put({ ...NEW, id: "other" });
    assertEquals([status, body.number, body.business], [409, "+15550100001", "shop"]);
    assertEquals((await bench.ask("GET", "/api/businesses/other")).status, 404);
    assertEquals(bench.announced.length, 1);
  });

  it("announces what may be stored although the store has not said so", async () => {
    const { businesses } = bench.stores;
    const put = businesses.put.bind(businesses);
    businesses.put = async (...of) => {
      await put(...of);
      throw new Error("the answer was lost");
    };
    assertEquals([(await bench.put(NEW)).status, bench.announced.length], [503, 1]);
    assertEquals((await bench.put(changed({ name: "New" }))).status, 503);
    assertEquals([(await stored()).version, bench.announced.length], [2, 1]);
  });
});

describe("GET /api/businesses", () => {
  it("has all businesses, by id", async () => {
    const ids = ["b", "C", "a", "_"];
    for (const [i, id] of ids.entries()) {
      await bench.put({ ...NEW, id, called_numbers: [`+155501000${i}0`] });
    }
    const { body } = await bench.ask("GET", "/api/businesses");
    assertEquals(body.businesses.map(({ id }: Business) => id), ["C", "_", "a", "b"]);
    assertEquals(body.businesses[0], (await bench.ask("GET", "/api/businesses/C")).body);
  });
});

describe("DELETE /api/businesses/{id}", () => {
  const kept = async () =>
    await Promise.all([
      bench.stores.greetings.get("shop"),
      bench.stores.greetingBuilds.failure("shop"),
    ]);

  beforeEach(async () => {
    await bench.put(NEW);
    await bench.stores.greetings.put({
      businessId: "shop",
      ttsHash: "h",
      audio: new Uint8Array(160),
      updatedAt: "2026-01-01T00:00:00Z",
    });
    await bench.stores.greetingBuilds.putFailure("shop", {
      error: "x",
      failedAt: "2026-01-01T00:00:00Z",
    });
  });

  for (const query of ["", "?version=1"]) {
    it(`deletes a business with its greeting and failure (${query || "any version"}): 204`, async () => {
      const { status, body } = await bench.ask("DELETE", `/api/businesses/shop${query}`);
      assertEquals([status, body], [204, undefined]);
      assertEquals((await bench.ask("GET", "/api/businesses/shop")).status, 404);
      assertEquals(await kept(), [undefined, undefined]);
      assertStringIncludes(bench.logged.at(-1)!, "business=shop version=1 outcome=deleted");
    });
  }

  it("refuses another version: 409 with the current one", async () => {
    const { status, body } = await bench.ask("DELETE", "/api/businesses/shop?version=2");
    assertEquals([status, body.current, (await stored()).version], [409, 1, 1]);
    const none = await bench.ask("DELETE", "/api/businesses/none?version=2");
    assertEquals([none.status, none.body.current], [409, null]);
  });

  it("answers 404 where there is none, and clears what a broken deletion has left", async () => {
    await bench.stores.businesses.delete("shop");
    assertEquals((await bench.ask("DELETE", "/api/businesses/shop")).status, 404);
    assertEquals(await kept(), [undefined, undefined]);
  });

  for (const version of ["", "0", "-1", "x", "1.5", "99999999999"]) {
    it(`refuses ?version=${version}: 422`, async () => {
      const { status, body } = await bench.ask("DELETE", `/api/businesses/shop?version=${version}`);
      assertEquals([status, body.errors[0].field], [422, "version"]);
    });
  }
});
