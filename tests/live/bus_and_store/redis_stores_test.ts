import { assert, assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { RedisStores } from "shared/store/redis_stores.ts";
import type { CallRecord, Conversation } from "shared/store/stores.ts";
import { aBusiness } from "services/ws-edge/testing/fixtures.ts";
import { storesContract } from "../../contract/stores_contract.ts";
import { useRedis } from "./redis_rig.ts";

const HOUR_MS = 3_600_000;
const AUDIO = new Uint8Array(320).fill(7);
const AT = "2026-01-01T00:00:00.000Z";

const rig = useRedis();

storesContract("RedisStores", async () => {
  const [stores, second] = [await rig.open(), await rig.open()];
  const close = async () => {
    await Promise.all([stores.close(), second.close()]);
  };
  return { stores, second, advance: leasesAge, close };
});

/** Nothing waits: what would be left of each lease afterwards is left now. */
async function leasesAge(ms: number): Promise<void> {
  for (const key of await rig.raw.keys("kav:greeting_build:*")) {
    await rig.raw.pExpire(key, await rig.raw.pTTL(key) - ms);
  }
}

function conversation(call: string): Conversation {
  return {
    ...{ call, businessId: "shop", leg: 0, epoch: 0, takenThroughSeq: -1, turns: [] },
    ...{ notes: [], closed: false },
  };
}

function record(call: string, startedAt = AT): CallRecord {
  return {
    ...{ call, businessId: "shop", leg: 0, startedAt, endedAt: null, durationMs: null },
    ...{ endReason: null, framesIn: 0, framesOut: 0, turns: [], notes: [] },
  };
}

describe("RedisStores", () => {
  let stores: RedisStores;
  beforeEach(async () => void (stores = await rig.open()));
  afterEach(() => stores.close());

  it("lets what belongs to a call expire", async () => {
    await stores.conversations.put(conversation("CA1"));
    await stores.nextActions.put("CA1", { do: "hangup" });
    await stores.callRecords.put(record("CA1"));
    const within = async (key: string, ttlMs: number) => {
      const leftMs = await rig.raw.pTTL(key);
      assertGreater(leftMs, ttlMs - 60_000, key);
      assertLessOrEqual(leftMs, ttlMs, key);
    };
    await within("kav:conversation:CA1", 4 * HOUR_MS);
    await within("kav:next_action:CA1", 600_000);
    await within("kav:call_record:CA1", 30 * 24 * HOUR_MS);
  });

  it("begins the expiry anew with every write", async () => {
    for (const key of ["kav:conversation:CA1", "kav:next_action:CA1", "kav:call_record:CA1"]) {
      const put = async () => {
        await stores.conversations.put(conversation("CA1"));
        await stores.nextActions.put("CA1", { do: "hangup" });
        await stores.callRecords.put(record("CA1"));
      };
      await put();
      await rig.raw.pExpire(key, 5_000);
      await put();
      assertGreater(await rig.raw.pTTL(key), 5_000, key);
    }
  });

  it("stores a greeting as the hash that other programs know", async () => {
    const entry = { businessId: "shop", ttsHash: "h1", audio: AUDIO, updatedAt: AT };
    await stores.greetings.put(entry);
    assertEquals({ ...await rig.raw.hGetAll("greeting_cache:shop") }, {
      business_id: "shop",
      tts_hash: "h1",
      audio_b64: AUDIO.toBase64(),
      updated_at: AT,
      // head -c 320 /dev/zero | tr '\0' '\7' | sha256sum
      audio_hash: "4c22728648b129264a27011012df9a187fc8bacf3612eb69f002d952f3fba22e",
    });
    assertEquals(await rig.raw.pTTL("greeting_cache:shop"), -1);
  });

  it("keeps no number in the index that a business has given up", async () => {
    await stores.businesses.put(aBusiness("shop", "+15550000001"));
    await stores.businesses.put(aBusiness("shop", "+15550000002"));
    const index = await rig.raw.hGetAll("kav:business_numbers");
    assertEquals({ ...index }, { "+15550000002": "shop" });
  });

  it("keeps the version of a deletion until the business is put again", async () => {
    const shop = { ...aBusiness("shop", "+15550000001"), version: 5 };
    await stores.businesses.put(shop);
    await stores.businesses.delete("shop");
    assertEquals({ ...await rig.raw.hGetAll("kav:businesses_deleted") }, { shop: "6" });
    assertEquals(await rig.raw.exists(["kav:businesses", "kav:business_numbers"]), 0);
    await stores.businesses.put(shop);
    assertEquals(await rig.raw.exists("kav:businesses_deleted"), 0);
  });

  it("lets leases and pauses end by themselves", async () => {
    const key = "kav:greeting_build:shop";
    await stores.greetingBuilds.lease("shop", "a", 30_000.5);
    assertEquals(await rig.raw.get(key), "holder:a");
    assertGreater(await rig.raw.pTTL(key), 0);
    assertLessOrEqual(await rig.raw.pTTL(key), 30_001);
    await stores.greetingBuilds.release("shop", "a", 10_000);
    assertEquals(await rig.raw.get(key), "pause");
    assertGreater(await rig.raw.pTTL(key), 0);
    assertLessOrEqual(await rig.raw.pTTL(key), 10_000);
  });

  it("keeps the newest 10,000 call records, and their keys alone", async () => {
    const seconds = (i: number) => new Date(Date.parse(AT) + i * 1_000).toISOString();
    const total = 10_003;
    for (let from = 0; from < total; from += 500) {
      const calls = Array.from({ length: Math.min(500, total - from) }, (_, i) => from + i);
      await Promise.all(calls.map((i) => stores.callRecords.put(record(`CA${i}`, seconds(i)))));
    }
    assertEquals(await rig.raw.zCard("kav:call_records"), 10_000);
    assertEquals(await rig.raw.dbSize(), 10_001);
    assertEquals(await stores.callRecords.get("CA2"), undefined);
    assertEquals((await stores.callRecords.get("CA3"))?.call, "CA3");
    const listed = await stores.callRecords.list(20_000);
    assertEquals([listed.length, listed[0]?.call, listed.at(-1)?.call], [10_000, "CA10002", "CA3"]);
  });

  it("reads records from before there were turns, notes and ends as having none", async () => {
    const { turns: _, notes: __, ...early } = record("CA1");
    await rig.raw.set("kav:call_record:CA1", JSON.stringify(early));
    assertEquals(await stores.callRecords.get("CA1"), record("CA1"));
    const { notes: ___, closed: ____, ...talk } = conversation("CA1");
    await rig.raw.hSet("kav:conversation:CA1", { epoch: "0", value: JSON.stringify(talk) });
    assertEquals(await stores.conversations.get("CA1"), conversation("CA1"));
  });

  it("takes a call whose record has expired out of the list", async () => {
    await stores.callRecords.put(record("CA1"));
    await stores.callRecords.put(record("CA2"));
    await rig.raw.del("kav:call_record:CA1");
    assertEquals((await stores.callRecords.list(10)).map(({ call }) => call), ["CA2"]);
    assertEquals(await rig.raw.zRange("kav:call_records", 0, -1), ["CA2"]);
  });

  it("keeps installations with different prefixes apart", async () => {
    const other = await rig.open("other:");
    try {
      await other.businesses.put(aBusiness("shop", "+15550000001"));
      await other.greetings.put({ businessId: "b", ttsHash: "h", audio: AUDIO, updatedAt: AT });
      await other.conversations.put(conversation("CA1"));
      await other.nextActions.put("CA1", { do: "hangup" });
      await other.callRecords.put(record("CA1"));
      await other.greetingBuilds.lease("b", "a", 60_000);
      await other.greetingBuilds.putFailure("b", { error: "away", failedAt: AT });
      await other.businesses.put(aBusiness("deleted", "+15550000002"));
      await other.businesses.delete("deleted");
      assertEquals((await other.callRecords.list(10)).length, 1);
      assertEquals(await stores.businesses.list(), []);
      assertEquals(await stores.callRecords.list(10), []);
      const keys = await rig.raw.keys("*");
      assertEquals(keys.filter((key) => !key.startsWith("other:")), []);
    } finally {
      await other.close();
    }
  });

  it("never shows a half-changed business to readers beside a writer", async () => {
    const [ONE, TWO] = ["+15550000001", "+15550000002"] as const;
    const both = [aBusiness("shop", ONE), { ...aBusiness("shop", TWO), name: "second" }];
    const reader = await rig.open();
    try {
      await stores.businesses.put(both[0]!);
      const seen: number[] = [];
      for (let i = 1; i <= 100; i++) {
        const [, one, two] = await Promise.all([
          stores.businesses.put(both[i % 2]!),
          reader.businesses.byNumber(ONE),
          reader.businesses.byNumber(TWO),
        ]);
        if (one) assertEquals(one.name, "shop");
        if (two) assertEquals(two.name, "second");
        seen.push((one ? 1 : 0) + (two ? 1 : 0));
      }
      assert(seen.includes(1));
    } finally {
      await reader.close();
    }
  });
});
