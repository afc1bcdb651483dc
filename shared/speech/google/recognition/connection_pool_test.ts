import { assert, assertEquals, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { EngineFailure } from "shared/speech/engine_failure.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { ConnectionPool } from "./connection_pool.ts";
import type { SpeechConnection, StreamHandlers, StreamPlace } from "./speech_api.ts";

const config = { language: "he-IL", model: "default", useEnhanced: false, phrases: [] };

class FakeConnection implements SpeechConnection {
  readonly handlers: StreamHandlers[] = [];
  checks = 0;
  isClosed = false;
  answersCheck: () => Promise<void> = () => Promise.resolve();

  stream(_: unknown, handlers: StreamHandlers) {
    this.handlers.push(handlers);
    return { pendingWrites: 0, write: () => {}, finish: () => {}, cancel: () => {} };
  }
  recognize = () => Promise.resolve("");
  check(): Promise<void> {
    this.checks++;
    return this.answersCheck();
  }
  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

let clock: FakeClock;
let pool: ConnectionPool;
let made: FakeConnection[];
/** How long the next connections take. */
let connectMs: number;
let answersCheck: FakeConnection["answersCheck"];

beforeEach(() => {
  clock = new FakeClock();
  made = [];
  connectMs = 0;
  answersCheck = () => Promise.resolve();
  pool = new ConnectionPool({
    clock,
    connect: async () => {
      const connection = new FakeConnection();
      connection.answersCheck = answersCheck;
      made.push(connection);
      if (connectMs > 0) await clock.sleepUntil(clock.now() + connectMs);
      return connection;
    },
  });
});

afterEach(async () => {
  const closed = pool.close();
  await clock.advance(5_000);
  await closed;
  assertEquals([clock.sleeping, pool.connections], [0, 0]);
  assert(made.every(({ isClosed }) => isClosed));
});

const acquire = (count: number) => Promise.all(Array.from({ length: count }, () => pool.acquire()));
const release = (places: readonly StreamPlace[]) => places.forEach((place) => place.release());
const loads = (places: readonly StreamPlace[]) => {
  const counts = new Map<unknown, number>();
  for (const { connection } of places) {
    counts.set(connection, (counts.get(connection) ?? 0) + 1);
  }
  return [...counts.values()].sort((a, b) => b - a);
};

function failure(kind: "unreachable" | "credentials") {
  return new EngineFailure({
    engine: "google-stt",
    kind,
    code: "X (0)",
    details: "gone",
    advice: "None",
  });
}

async function failureOf(promise: Promise<unknown>): Promise<EngineFailure> {
  return await assertRejects(() => promise, EngineFailure);
}

describe("ConnectionPool.acquire()", () => {
  it("spreads 200 streams over three connections, none over 80, warmed or not", async () => {
    const places = await acquire(200);
    assertEquals([pool.streams, pool.connections], [200, 3]);
    assert(loads(places).every((load) => load <= 80));
    release(places);
    assertEquals(pool.streams, 0);

    await clock.advance(60_000);
    assertEquals(pool.connections, 0);
    await pool.open(1);
    assert(loads(await acquire(200)).every((load) => load <= 80));
    assertEquals([pool.streams, pool.connections], [200, 3]);
  });

  it("takes the least loaded connection", async () => {
    await pool.open(3);
    assertEquals(loads(await acquire(10)), [4, 3, 3]);
  });

  it("makes the next connection before places run out, and then nobody waits", async () => {
    await pool.open(1);
    await acquire(59);
    assertEquals(made.length, 1);
    connectMs = 300;
    await acquire(1);
    assertEquals(made.length, 2);
    await acquire(20);
    await clock.advance(300);
    assertEquals([pool.streams, pool.connections], [80, 2]);
    await acquire(50);
  });

  it("waits for a connection that is being made, 700 ms at most", async () => {
    connectMs = 699;
    const soon = pool.acquire();
    await clock.advance(699);
    (await soon).release();
    await clock.advance(60_000);

    connectMs = 5_000;
    const never = failureOf(pool.acquire());
    await clock.advance(700);
    const { kind, code, message } = await never;
    assertEquals([kind, code], ["timeout", "DEADLINE_EXCEEDED (4)"]);
    assert(message.includes("within 700 ms"), message);
  });

  it("gives whoever waits a place that was given back meanwhile, the first one first", async () => {
    await pool.open(1);
    connectMs = 5_000;
    const places = await acquire(80);
    const order: string[] = [];
    const waiting = ["first", "second"].map((name) => pool.acquire().then(() => order.push(name)));
    await settle();
    release(places.slice(0, 1));
    await settle();
    assertEquals(order, ["first"]);
    release(places.slice(1, 2));
    await Promise.all(waiting);
    assertEquals([order, pool.streams], [["first", "second"], 80]);
  });

  it("tells all who wait why a connection could not be made, and tries anew for the next", async () => {
    const cause = failure("credentials");
    answersCheck = () => Promise.reject(cause);
    const failed = await Promise.all([1, 2, 3].map(() => failureOf(pool.acquire())));
    assert(failed.every((told) => told === cause));
    assertEquals([made.length, made[0]!.isClosed, pool.connections], [1, true, 0]);

    answersCheck = () => Promise.resolve();
    await pool.acquire();
    assertEquals([pool.streams, pool.connections], [1, 1]);
  });

  it("gives out no connection that failed its check, and closes it after its last stream", async () => {
    await pool.open(2);
    const places = await acquire(2);
    await clock.advance(1_000);
    const [kept, lost] = made;
    lost!.answersCheck = () => Promise.reject(failure("unreachable"));
    const onLost = places.find(({ connection }) => {
      connection.stream(config, { onResponse() {}, onEnd() {} });
      return lost!.handlers.length === 1;
    })!;
    await failureOf(onLost.connection.check(400));
    assertEquals(loads(await acquire(5)), [5]);
    assertEquals([pool.connections, lost!.isClosed, kept!.isClosed], [2, false, false]);
    onLost.release();
    assertEquals([pool.connections, lost!.isClosed], [1, true]);
  });

  it("gives out no connection of which a stream broke off, but one whose stream was refused", async () => {
    await pool.open(1);
    const place = await pool.acquire();
    const ended: unknown[] = [];
    place.connection.stream(config, { onResponse() {}, onEnd: (why) => ended.push(why) });
    made[0]!.handlers[0]!.onEnd(failure("credentials"));
    await pool.acquire();
    assertEquals(made.length, 1);
    place.connection.stream(config, { onResponse() {}, onEnd: (why) => ended.push(why) });
    made[0]!.handlers[1]!.onEnd(failure("unreachable"));
    await pool.acquire();
    assertEquals([made.length, ended.length], [2, 2]);
  });
});

describe("StreamPlace.release()", () => {
  it("does nothing the second time", async () => {
    const [first] = await acquire(2);
    first!.release();
    first!.release();
    assertEquals(pool.streams, 1);
  });
});

describe("ConnectionPool.open()", () => {
  it("makes and checks connections before the first call", async () => {
    await pool.open(2);
    assertEquals([pool.connections, made.map(({ checks }) => checks)], [2, [1, 1]]);
    await pool.open(2);
    assertEquals(made.length, 2);
  });

  it("fails when none can be made in time, and closes what comes later", async () => {
    connectMs = 3_200;
    const opened = failureOf(pool.open(2));
    await clock.advance(3_000);
    assertEquals((await opened).kind, "timeout");
    await clock.advance(200);
    assertEquals(made.map(({ isClosed }) => isClosed), [true, true]);
  });

  it("is content with one", async () => {
    const answers = [() => Promise.reject(failure("unreachable")), () => Promise.resolve()];
    answersCheck = () => answers.shift()!();
    await pool.open(2);
    assertEquals(pool.connections, 1);
  });
});

describe("ConnectionPool, when streams become fewer", () => {
  it("closes connections beyond the opened ones after 60 s without a stream", async () => {
    await pool.open(1);
    const places = await acquire(130);
    assertEquals(pool.connections, 2);
    release(places);
    await clock.advance(59_999);
    assertEquals(pool.connections, 2);
    await clock.advance(1);
    assertEquals(pool.connections, 1);
    await clock.advance(600_000);
    assertEquals(pool.connections, 1);
  });

  it("keeps a connection that is used again", async () => {
    const first = await pool.acquire();
    first.release();
    await clock.advance(59_000);
    const again = await pool.acquire();
    await clock.advance(60_000);
    assertEquals(pool.connections, 1);
    again.release();
  });
});

describe("ConnectionPool.check()", () => {
  it("asks once for all who ask, and a good answer holds for 200 ms", async () => {
    await pool.open(1);
    const { connection } = await pool.acquire();
    await clock.advance(1_000);
    const answer = Promise.withResolvers<void>();
    made[0]!.answersCheck = () => answer.promise;
    const asked = Promise.all([pool.check(400), connection.check(400), pool.check(400)]);
    answer.resolve();
    await asked;
    assertEquals(made[0]!.checks, 2);
    await clock.advance(199);
    await connection.check(400);
    assertEquals(made[0]!.checks, 2);
    await clock.advance(1);
    await connection.check(400);
    assertEquals(made[0]!.checks, 3);
  });

  it("gives up at its deadline, and the next one asks a new connection", async () => {
    await pool.open(1);
    await clock.advance(1_000);
    made[0]!.answersCheck = () => new Promise(() => {});
    const checked = failureOf(pool.check(400));
    await clock.advance(400);
    assertEquals((await checked).kind, "timeout");
    assertEquals([pool.connections, made[0]!.isClosed], [0, true]);
    await pool.check(400);
    assertEquals(pool.connections, 1);
  });
});

describe("ConnectionPool.close()", () => {
  it("refuses whoever waits, and whoever comes later", async () => {
    connectMs = 500;
    const waiting = failureOf(pool.acquire());
    await settle();
    const closed = pool.close();
    assertEquals((await waiting).code, "CANCELLED (1)");
    await clock.advance(500);
    await closed;
    assertEquals((await failureOf(pool.acquire())).code, "CANCELLED (1)");
    assertEquals(made.map(({ isClosed }) => isClosed), [true]);
  });
});
