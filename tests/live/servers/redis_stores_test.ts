import { assert, assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from "@std/testing/bdd";
import { createClient } from "redis";
import { SystemClock } from "shared/clock/system_clock.ts";
import { type RedisEvent, RedisStores } from "shared/store/redis_stores.ts";
import type { CallRecord, Conversation } from "shared/store/stores.ts";
import { aBusiness } from "services/ws-edge/testing/fixtures.ts";
import { RedisServer } from "shared/testing/redis_server.ts";
import { storesContract } from "../../contract/stores_contract.ts";

const HOUR_MS = 3_600_000;
const clock = new SystemClock();
const AUDIO = new Uint8Array(320).fill(7);
const AT = "2026-01-01T00:00:00.000Z";

type Raw = ReturnType<typeof connectRaw>;

let server: RedisServer;
let raw: Raw;
let events: RedisEvent[];

/** Sees what is really in Redis. */
function connectRaw(url: string) {
  return createClient({ url, maintNotifications: "disabled", commandOptions: { timeout: 0 } });
}

const open = (keyPrefix = "") =>
  RedisStores.connect({
    url: server.url,
    clock,
    keyPrefix,
    onEvent: (event) => events.push(event),
  });

beforeAll(async () => {
  server = await RedisServer.start();
  raw = connectRaw(server.url);
  await raw.connect();
});

afterAll(async () => {
  raw.destroy();
  await server.stop();
});

beforeEach(async () => {
  events = [];
  await raw.flushDb();
});

storesContract("RedisStores", async () => {
  const [stores, second] = [await open(), await open()];
  const close = async () => {
    await Promise.all([stores.close(), second.close()]);
  };
  return { stores, second, close };
});

function conversation(call: string): Conversation {
  return { call, businessId: "shop", leg: 0, epoch: 0, takenThroughSeq: -1, turns: [] };
}

function record(call: string, startedAt = AT): CallRecord {
  return {
    ...{ call, businessId: "shop", leg: 0, startedAt, endedAt: null, durationMs: null },
    ...{ endReason: null, framesIn: 0, framesOut: 0 },
  };
}

describe("RedisStores", () => {
  let stores: RedisStores;
  beforeEach(async () => void (stores = await open()));
  afterEach(() => stores.close());

  const corrupt = () => events.filter(({ kind }) => kind === "corrupt");

  it("lets what belongs to a call expire", async () => {
    await stores.conversations.put(conversation("CA1"));
    await stores.nextActions.put("CA1", { do: "hangup" });
    await stores.callRecords.put(record("CA1"));
    const within = async (key: string, ttlMs: number) => {
      const leftMs = await raw.pTTL(key);
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
      await raw.pExpire(key, 5_000);
      await put();
      assertGreater(await raw.pTTL(key), 5_000, key);
    }
  });

  it("stores a greeting as the hash that other programs know", async () => {
    const entry = { businessId: "shop", ttsHash: "h1", audio: AUDIO, updatedAt: AT };
    await stores.greetings.put(entry);
    assertEquals({ ...await raw.hGetAll("greeting_cache:shop") }, {
      business_id: "shop",
      tts_hash: "h1",
      audio_b64: AUDIO.toBase64(),
      updated_at: AT,
    });
    assertEquals(await raw.pTTL("greeting_cache:shop"), -1);
  });

  it("keeps the newest 10,000 call records, and their keys alone", async () => {
    const seconds = (i: number) => new Date(Date.parse(AT) + i * 1_000).toISOString();
    const total = 10_003;
    for (let from = 0; from < total; from += 500) {
      const calls = Array.from({ length: Math.min(500, total - from) }, (_, i) => from + i);
      await Promise.all(calls.map((i) => stores.callRecords.put(record(`CA${i}`, seconds(i)))));
    }
    assertEquals(await raw.zCard("kav:call_records"), 10_000);
    assertEquals(await raw.dbSize(), 10_001);
    assertEquals(await stores.callRecords.get("CA2"), undefined);
    assertEquals((await stores.callRecords.get("CA3"))?.call, "CA3");
    const listed = await stores.callRecords.list(20_000);
    assertEquals([listed.length, listed[0]?.call, listed.at(-1)?.call], [10_000, "CA10002", "CA3"]);
  });

  it("takes a call whose record has expired out of the list", async () => {
    await stores.callRecords.put(record("CA1"));
    await stores.callRecords.put(record("CA2"));
    await raw.del("kav:call_record:CA1");
    assertEquals((await stores.callRecords.list(10)).map(({ call }) => call), ["CA2"]);
    assertEquals(await raw.zRange("kav:call_records", 0, -1), ["CA2"]);
  });

  it("keeps installations with different prefixes apart", async () => {
    const other = await open("other:");
    try {
      await other.businesses.put(aBusiness("shop", "+15550000001"));
      await other.greetings.put({ businessId: "b", ttsHash: "h", audio: AUDIO, updatedAt: AT });
      await other.conversations.put(conversation("CA1"));
      await other.nextActions.put("CA1", { do: "hangup" });
      await other.callRecords.put(record("CA1"));
      assertEquals((await other.callRecords.list(10)).length, 1);
      assertEquals(await stores.businesses.list(), []);
      assertEquals(await stores.callRecords.list(10), []);
      const keys = await raw.keys("*");
      assertEquals(keys.filter((key) => !key.startsWith("other:")), []);
    } finally {
      await other.close();
    }
  });

  it("takes a value it cannot understand as missing, and reports it", async () => {
    await raw.hSet("kav:businesses", { shop: "{", office: '{"id":"office"}' });
    await raw.hSet("greeting_cache:shop", { business_id: "shop", tts_hash: "h", updated_at: AT });
    await raw.hSet("greeting_cache:b", {
      ...{ business_id: "b", tts_hash: "h", updated_at: AT },
      audio_b64: "no base64!",
    });
    await raw.hSet("kav:conversation:CA1", "value", '{"call":"CA1"}');
    await raw.set("kav:next_action:CA1", '{"do":"dance"}');
    await raw.set("kav:call_record:CA1", "null");
    await raw.zAdd("kav:call_records", { score: 1, value: "CA1" });
    const read = [
      await stores.businesses.get("shop"),
      await stores.businesses.get("office"),
      await stores.greetings.get("shop"),
      await stores.greetings.get("b"),
      await stores.conversations.get("CA1"),
      await stores.nextActions.get("CA1"),
      await stores.callRecords.get("CA1"),
    ];
    assertEquals(read, Array(7).fill(undefined));
    assertEquals(corrupt().length, 7);
    assertEquals(await stores.businesses.list(), []);
    assertEquals(await stores.callRecords.list(10), []);
    assertEquals(corrupt().length, 10);
    assert(corrupt().some(({ reason }) => reason === "kav:businesses: not JSON"));
  });

  it("replaces a corrupt business, whose old numbers then find nothing", async () => {
    const [OLD, NEW] = ["+15550000001", "+15550000002"] as const;
    await stores.businesses.put(aBusiness("shop", OLD));
    await raw.hSet("kav:businesses", "shop", '{"called_numbers":');
    assertEquals(await stores.businesses.byNumber(OLD), undefined);
    const shop = aBusiness("shop", NEW);
    await stores.businesses.put(shop);
    assertEquals(await stores.businesses.byNumber(OLD), undefined);
    assertEquals(await stores.businesses.byNumber(NEW), shop);
  });

  it("never shows a half-changed business to readers beside a writer", async () => {
    const [ONE, TWO] = ["+15550000001", "+15550000002"] as const;
    const both = [aBusiness("shop", ONE), { ...aBusiness("shop", TWO), name: "second" }];
    const reader = await open();
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
