import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { RedisStores } from "shared/store/redis_stores.ts";
import { aBusiness } from "services/ws-edge/testing/fixtures.ts";
import { useRedis } from "./redis_rig.ts";

const AT = "2026-01-01T00:00:00.000Z";
const [ONE, TWO, THREE] = ["+15550000001", "+15550000002", "+15550000003"] as const;
const OK = { ok: true } as const;

const rig = useRedis();
let stores: RedisStores;

beforeEach(async () => void (stores = await rig.open()));
afterEach(() => stores.close());

describe("RedisStores", () => {
  it("takes a value it cannot understand as missing, and reports it", async () => {
    const { raw } = rig;
    await raw.hSet("kav:businesses", { shop: "{", office: '{"id":"office"}' });
    await raw.hSet("kav:greeting_failures", "shop", '{"error":1}');
    await raw.hSet("kav:conversation:CA1", "value", '{"call":"CA1"}');
    await raw.set("kav:next_action:CA1", '{"do":"dance"}');
    await raw.set("kav:call_record:CA1", "null");
    await raw.zAdd("kav:call_records", { score: 1, value: "CA1" });
    const read = [
      await stores.businesses.get("shop"),
      await stores.businesses.get("office"),
      await stores.greetingBuilds.failure("shop"),
      await stores.conversations.get("CA1"),
      await stores.nextActions.get("CA1"),
      await stores.callRecords.get("CA1"),
    ];
    assertEquals(read, Array(6).fill(undefined));
    assertEquals(rig.corrupt().length, 6);
    assertEquals(await stores.businesses.list(), []);
    assertEquals(await stores.callRecords.list(10), []);
    assertEquals(rig.corrupt().length, 9);
    assert(rig.corrupt().includes("kav:businesses: not JSON"));
  });
});

describe("RedisStores.businesses", () => {
  it("reads a business that a newer release has given more fields", async () => {
    const shop = aBusiness("shop", ONE);
    const newer = JSON.stringify({ ...shop, field_of_tomorrow: 1 });
    await rig.raw.hSet("kav:businesses", "shop", newer);
    assertEquals(await stores.businesses.get("shop"), shop);
  });

  it("replaces a corrupt business, whose old numbers then find nothing", async () => {
    await stores.businesses.put(aBusiness("shop", ONE));
    await rig.raw.hSet("kav:businesses", "shop", '{"called_numbers":');
    assertEquals(await stores.businesses.byNumber(ONE), undefined);
    const shop = aBusiness("shop", TWO);
    await stores.businesses.put(shop);
    assertEquals(await stores.businesses.byNumber(ONE), undefined);
    assertEquals(await stores.businesses.byNumber(TWO), shop);
    assertEquals(await stores.businesses.put(aBusiness("new", ONE)), OK);
    assertEquals((await stores.businesses.byNumber(ONE))?.id, "new");
  });

  for (
    const [what, stored] of [
      ["not JSON", "{"],
      ["no object", "null"],
      ["without numbers", '{"id":"old"}'],
      ["of numbers that are none", `{"called_numbers":"${ONE}"}`],
      ["of what is no business although it has the number", `{"called_numbers":["${ONE}"]}`],
    ] as const
  ) {
    it(`gives away a number whose holder is ${what}`, async () => {
      await rig.raw.hSet("kav:businesses", "old", stored);
      await rig.raw.hSet("kav:business_numbers", ONE, "old");
      const shop = aBusiness("new", ONE);
      assertEquals(await stores.businesses.put(shop, 0), OK);
      assertEquals(await stores.businesses.byNumber(ONE), shop);
      assertEquals(await rig.raw.hGet("kav:businesses", "old"), stored);
    });
  }

  it("gives away numbers of several holders that are corrupt or gone, and not that of a right one", async () => {
    const numbers = [ONE, TWO, THREE];
    for (const [i, number] of numbers.entries()) {
      const text = JSON.stringify({ id: `old${i}`, called_numbers: numbers });
      if (i < 2) await rig.raw.hSet("kav:businesses", `old${i}`, text);
      await rig.raw.hSet("kav:business_numbers", number, `old${i}`);
    }
    const shop = { ...aBusiness("new", ONE), called_numbers: numbers };
    assertEquals(await stores.businesses.put(shop), OK);
    assertEquals(await stores.businesses.byNumber(THREE), shop);
    const refused = { ok: false, reason: "number", number: TWO, holder: "new" } as const;
    assertEquals(await stores.businesses.put(aBusiness("old0", TWO)), refused);
  });

  it("takes the version of a corrupt business from it if it can be read, else from its deletion", async () => {
    const { businesses } = stores;
    const unreadable = ["{", "[7]", "null", '{"version":"7"}', '{"version":1.5}'];
    for (const text of [...unreadable, '{"version":0}', '{"version":1e300}']) {
      await rig.raw.hSet("kav:businesses", "shop", text);
      assertEquals(await businesses.lastVersion("shop"), 0, text);
    }
    await rig.raw.hSet("kav:businesses_deleted", "shop", "3");
    assertEquals(await businesses.lastVersion("shop"), 3);
    await rig.raw.hSet("kav:businesses_deleted", "shop", "x");
    assertEquals(await businesses.lastVersion("shop"), 0);
    const newer = JSON.stringify({ ...aBusiness("shop", ONE), version: 7, name: 1 });
    await rig.raw.hSet("kav:businesses", "shop", newer);
    assertEquals([await businesses.get("shop"), await businesses.lastVersion("shop")], [
      undefined,
      7,
    ]);
    const refused = { ok: false, reason: "version", current: 7 } as const;
    assertEquals(await businesses.put(aBusiness("shop", ONE), 1), refused);
    assertEquals(await businesses.put({ ...aBusiness("shop", ONE), version: 8 }, 7), OK);
    assertEquals(await businesses.lastVersion("shop"), 8);
  });

  it("deletes a corrupt business", async () => {
    await rig.raw.hSet("kav:businesses", "shop", "{");
    assertEquals(await stores.businesses.delete("shop", 0), OK);
    assertEquals({ ...await rig.raw.hGetAll("kav:businesses_deleted") }, { shop: "1" });
    assertEquals(await rig.raw.dbSize(), 1);
  });
});

describe("RedisStores.greetings", () => {
  const right = {
    business_id: "shop",
    tts_hash: "h",
    audio_b64: new Uint8Array(320).fill(7).toBase64(),
    updated_at: AT,
  };
  const wrong: readonly [what: string, fields: Record<string, string>, problem: RegExp][] = [
    ["of another business", { ...right, business_id: "other" }, /business_id/],
    ["without audio", { business_id: "shop", tts_hash: "h", updated_at: AT }, /audio_b64: is miss/],
    ["not in base64", { ...right, audio_b64: "no base64!" }, /audio_b64: not base64/],
    ["of 161 bytes", { ...right, audio_b64: new Uint8Array(161).toBase64() }, /161 bytes/],
    ["of 61 s", { ...right, audio_b64: new Uint8Array(488_000).toBase64() }, /60 s/],
    ["of other audio than its hash", { ...right, audio_hash: "00".repeat(32) }, /audio_hash/],
  ];
  for (const [what, fields, problem] of wrong) {
    it(`takes a greeting ${what} as missing, reports it, and replaces it`, async () => {
      await rig.raw.hSet("greeting_cache:shop", fields);
      assertEquals(await stores.greetings.get("shop"), undefined);
      const [reason, ...more] = rig.corrupt();
      assert(reason?.startsWith("greeting_cache:shop: ") && problem.test(reason), reason);
      assertEquals(more, []);
      const audio = new Uint8Array(160).fill(1);
      const entry = { businessId: "shop", ttsHash: "h2", audio, updatedAt: AT };
      await stores.greetings.put(entry);
      assertEquals(await stores.greetings.get("shop"), entry);
    });
  }

  it("reads what another program has written without a hash of the audio", async () => {
    await rig.raw.hSet("greeting_cache:shop", right);
    assertEquals((await stores.greetings.get("shop"))?.audio, new Uint8Array(320).fill(7));
    assertEquals(rig.corrupt(), []);
  });
});
