import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { SystemClock } from "shared/clock/system_clock.ts";
import { freePort } from "shared/testing/local_process.ts";
import { type RedisEvent, RedisStores } from "shared/store/redis_stores.ts";
import { RedisServer } from "shared/testing/redis_server.ts";

/** What takes no time may take so long here: other work shares the cores. */
const AT_ONCE_MS = 400;
const ANSWER_LIMIT_MS = 1_000;
const BACK_MS = 2_000;
const POLL_MS = 20;

const clock = new SystemClock();
let events: RedisEvent[];
let server: RedisServer | undefined;
let stores: RedisStores | undefined;

const kinds = () => events.map(({ kind }) => kind);

async function connect(url: string): Promise<RedisStores> {
  stores = await RedisStores.connect({ url, clock, onEvent: (event) => events.push(event) });
  return stores;
}

async function connected(): Promise<RedisStores> {
  server = await RedisServer.start();
  return await connect(server.url);
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function took(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** Every read and write rejects with this text; resolves with the time of the slowest. */
async function allReject(
  { businesses, greetings, conversations, ...rest }: RedisStores,
  text: string,
) {
  const works: (() => Promise<unknown>)[] = [
    () => businesses.byNumber("+15550000001"),
    () => businesses.get("shop"),
    () => greetings.get("shop"),
    () => conversations.get("CA1"),
    () => rest.nextActions.get("CA1"),
    () => rest.nextActions.put("CA1", { do: "hangup" }),
    () => rest.callRecords.list(10),
  ];
  return await took(() => Promise.all(works.map((work) => assertRejects(work, Error, text))));
}

/** How long until a value can be written and read again. */
async function untilBack({ nextActions }: RedisStores): Promise<number> {
  const startMs = performance.now();
  for (;;) {
    try {
      await nextActions.put("CA1", { do: "continue", leg: 1 });
      assertEquals(await nextActions.get("CA1"), { do: "continue", leg: 1 });
      return performance.now() - startMs;
    } catch (error) {
      if (performance.now() - startMs > 10_000) throw error;
      await sleep(POLL_MS);
    }
  }
}

beforeEach(() => {
  events = [];
  server = stores = undefined;
});

afterEach(async () => {
  await stores?.close();
  await server?.stop();
});

describe("RedisStores.connect()", () => {
  it("resolves when nobody listens, and connects once somebody does", async () => {
    const port = freePort();
    const startMs = performance.now();
    const away = await connect(`redis://127.0.0.1:${port}`);
    assertLess(performance.now() - startMs, ANSWER_LIMIT_MS + AT_ONCE_MS);
    assertEquals(away.connected, false);
    assertLess(await allReject(away, "Cannot ask Redis: it is away"), AT_ONCE_MS);
    await sleep(700);
    assertEquals(kinds(), ["disconnected"]);
    server = await RedisServer.start({ port });
    assertLess(await untilBack(away), BACK_MS);
    assertEquals([kinds(), away.connected], [["disconnected", "connected"], true]);
  });

  it("resolves within its bound when Redis hangs, and connects once it answers", async () => {
    server = await RedisServer.start();
    server.suspend();
    const ms = await took(() => connect(server!.url));
    assertLess(ms, ANSWER_LIMIT_MS + AT_ONCE_MS);
    assertLess(await allReject(stores!, "Cannot ask Redis: it is away"), AT_ONCE_MS);
    server.resume();
    assertLess(await untilBack(stores!), BACK_MS);
    assertEquals(kinds(), ["disconnected", "connected"]);
  });

  it("tells that a password is wrong, and shows none", async () => {
    server = await RedisServer.start();
    const url = `redis://kav:s3cret@127.0.0.1:${server.port}/0`;
    const refused = await connect(url);
    assertEquals([refused.connected, kinds()], [false, ["disconnected"]]);
    assert(events[0]?.reason.startsWith("WRONGPASS"), events[0]?.reason);
    const error = await assertRejects(() => refused.businesses.list());
    assert(!`${error}${JSON.stringify(events)}`.includes("s3cret"));
  });

  for (const url of ["", "http://127.0.0.1", "redis://", "redis://:s3cret@h:x", "redis://h/name"]) {
    it(`refuses the URL ${JSON.stringify(url)} without showing it`, async () => {
      const error = await assertRejects(() => connect(url), TypeError, "Cannot open Redis");
      assert(!String(error).includes("s3cret"));
    });
  }
});

describe("RedisStores", () => {
  it("rejects at once while Redis is killed, and works again by itself when it is back", async () => {
    const own = await connected();
    await own.nextActions.put("CA1", { do: "hangup" });
    await server!.kill();
    await sleep(100);
    assertEquals(own.connected, false);
    assertLess(await allReject(own, "Cannot ask Redis: it is away"), AT_ONCE_MS);
    await sleep(1_000);
    await server!.startAgain();
    assertLess(await untilBack(own), BACK_MS);
    assertEquals(kinds(), ["connected", "disconnected", "connected"]);
  });

  it("rejects what is on its way when Redis is killed, and answers or rejects all of it", async () => {
    const own = await connected();
    const works = Array.from({ length: 300 }, (_, i) => own.nextActions.get(`CA${i}`));
    const settled = Promise.allSettled(works);
    await server!.kill();
    assertLess(await took(() => settled), ANSWER_LIMIT_MS + AT_ONCE_MS);
    await server!.startAgain();
    assertLess(await untilBack(own), BACK_MS);
  });

  it("rejects within its bound while Redis is suspended, then at once, and works afterwards", async () => {
    const own = await connected();
    server!.suspend();
    assertLess(await allReject(own, "Cannot ask Redis"), ANSWER_LIMIT_MS + AT_ONCE_MS);
    assertEquals(own.connected, false);
    assertLess(await allReject(own, "Cannot ask Redis: it is away"), AT_ONCE_MS);
    server!.resume();
    assertLess(await untilBack(own), BACK_MS);
    assertEquals(kinds(), ["connected", "disconnected", "connected"]);
  });

  it("lets at most 1,000 commands wait, and rejects the others at once", async () => {
    const own = await connected();
    server!.suspend();
    const startMs = performance.now();
    const refusals: number[] = [];
    const others: number[] = [];
    await Promise.all(Array.from({ length: 1_200 }, async (_, i) => {
      const error = await assertRejects(() => own.nextActions.get(`CA${i}`), Error);
      const refused = error.message.includes("1000 commands wait");
      (refused ? refusals : others).push(performance.now() - startMs);
    }));
    assertEquals([refusals.length, others.length], [200, 1_000]);
    assertLess(Math.max(...refusals), AT_ONCE_MS);
    assertLess(Math.max(...others), ANSWER_LIMIT_MS + AT_ONCE_MS);
    server!.resume();
    assertLess(await untilBack(own), BACK_MS);
  });

  it("notices that Redis hangs although nobody asks it", async () => {
    const own = await connected();
    server!.suspend();
    const startMs = performance.now();
    while (own.connected && performance.now() - startMs < 10_000) await sleep(POLL_MS);
    assertEquals(own.connected, false);
    server!.resume();
    assertLess(await untilBack(own), BACK_MS);
  });
});

describe("RedisStores.close()", () => {
  it("ends at once while Redis is away, again and again, and nothing is tried any more", async () => {
    const port = freePort();
    const away = await connect(`redis://127.0.0.1:${port}`);
    assertLess(await took(() => Promise.all([away.close(), away.close()])), AT_ONCE_MS);
    await away.close();
    server = await RedisServer.start({ port });
    await sleep(600);
    assertEquals([away.connected, kinds()], [false, ["disconnected"]]);
    await assertRejects(() => away.businesses.list(), Error, "closed");
  });

  it("rejects what waits while Redis is suspended", async () => {
    const own = await connected();
    server!.suspend();
    const read = assertRejects(() => own.businesses.list());
    assertLess(await took(() => own.close()), AT_ONCE_MS);
    assertLess(await took(() => read), AT_ONCE_MS);
    server!.resume();
    assertEquals(kinds(), ["connected"]);
  });
});
