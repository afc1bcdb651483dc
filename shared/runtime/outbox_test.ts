import { assertEquals, assertThrows } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { Outbox } from "./outbox.ts";

interface Item {
  readonly key: string;
  readonly value: number;
}

/** What answers the sends: it takes, refuses, fails, or says nothing. */
type Mood = "takes" | "refuses" | "fails" | "throws" | "hangs";

let clock: FakeClock;
let outbox: Outbox<Item>;
let mood: Mood;
let moodOf: Map<string, Mood>;
let tries: { readonly text: string; readonly atMs: number }[];
let taken: string[];
let lost: number[];
let retries: string[];

const text = ({ key, value }: Item) => `${key}${value}`;
const push = (...items: string[]) => {
  for (const each of items) outbox.push({ key: each.slice(0, 1), value: Number(each.slice(1)) });
  return settle();
};

function send(item: Item): Promise<boolean | void> {
  tries.push({ text: text(item), atMs: clock.now() });
  const now = moodOf.get(item.key) ?? mood;
  if (now === "throws") throw new Error("thrown");
  if (now === "hangs") return new Promise(() => {});
  if (now === "fails") return Promise.reject(new Error("away"));
  if (now === "takes") taken.push(text(item));
  return Promise.resolve(now === "takes" ? undefined : false);
}

function open(capacity?: number): void {
  outbox = new Outbox<Item>({
    clock,
    key: ({ key }) => key,
    write: send,
    onLost: (count) => lost.push(count),
    onRetry: (cause) => retries.push(String(cause)),
    ...(capacity === undefined ? {} : { capacity }),
  });
}

beforeEach(() => {
  clock = new FakeClock();
  mood = "takes";
  moodOf = new Map();
  tries = [];
  taken = [];
  lost = [];
  retries = [];
  open();
});

describe("Outbox.push()", () => {
  it("hands items over at once and in order", async () => {
    await push("a1", "b1", "c1");
    assertEquals([taken, outbox.size, clock.sleeping], [["a1", "b1", "c1"], 0, 0]);
    await push("a2");
    assertEquals(taken, ["a1", "b1", "c1", "a2"]);
  });

  it("tries again after 200 ms, then twice as long up to 5 s, without end", async () => {
    mood = "fails";
    await push("a1");
    await clock.advance(20_000);
    assertEquals(
      tries.map(({ atMs }) => atMs),
      [0, 200, 600, 1_400, 3_000, 6_200, 11_200, 16_200],
    );
    mood = "takes";
    await clock.advance(1_200);
    assertEquals([taken, lost, outbox.size, clock.sleeping], [["a1"], [], 0, 0]);
    assertEquals(retries, Array(8).fill("Error: away"));
  });

  it("begins with short pauses anew after a success", async () => {
    mood = "fails";
    await push("a1");
    await clock.advance(3_100);
    mood = "takes";
    await clock.advance(3_100);
    mood = "fails";
    tries = [];
    await push("b1");
    await clock.advance(200);
    assertEquals(tries.map(({ atMs }) => atMs), [6_200, 6_400]);
    outbox.stop();
  });

  it("takes a send that throws, or says nothing for 5 s, as one that failed", async () => {
    mood = "throws";
    await push("a1");
    mood = "hangs";
    await clock.advance(200);
    mood = "takes";
    await clock.advance(5_000);
    assertEquals(taken, []);
    await clock.advance(400);
    assertEquals([taken, retries], [["a1"], ["Error: thrown", "no answer in 5000 ms"]]);
  });

  it("lets a newer item replace the one of its key that waits, in its place", async () => {
    mood = "fails";
    await push("a1", "b1", "a2", "c1", "b2");
    mood = "takes";
    await clock.advance(200);
    assertEquals([taken.toSorted(), lost], [["a2", "b2", "c1"], []]);
    assertEquals(tries.filter(({ text }) => text === "a1").length, 1);
  });

  it("sends a newer item of the key that is on its way only afterwards", async () => {
    mood = "hangs";
    await push("a1", "a2");
    mood = "takes";
    assertEquals([tries.length, outbox.size], [1, 2]);
    await clock.advance(5_200);
    assertEquals([taken, lost, outbox.size], [["a2"], [], 0]);
  });

  it("lets one that is never taken hold nobody up", async () => {
    moodOf.set("a", "fails");
    await push("a1", "b1", "c1");
    await clock.advance(200);
    assertEquals(taken, ["b1", "c1"]);
    await push("d1");
    await clock.advance(5_000);
    assertEquals([taken, outbox.size, lost], [["b1", "c1", "d1"], 1, []]);
    outbox.stop();
  });

  it("gives up what is refused for the fifth time", async () => {
    moodOf.set("a", "refuses");
    await push("a1");
    await clock.advance(60_000);
    assertEquals(tries.map(({ atMs }) => atMs), [0, 200, 600, 1_400, 3_000]);
    assertEquals([lost, outbox.size, clock.sleeping], [[1], 0, 0]);
  });

  it("gives up the oldest when it is full, one that was tried in between included", async () => {
    open(3);
    mood = "fails";
    await push("a1", "b1", "c1", "d1");
    assertEquals([lost, outbox.size], [[1], 3]);
    await clock.advance(200);
    await push("e1");
    assertEquals(lost, [1, 1]);
    mood = "takes";
    await clock.advance(1_000);
    assertEquals([taken.toSorted(), lost], [["c1", "d1", "e1"], [1, 1]]);
  });

  it("never holds more than its capacity and the one on its way", async () => {
    mood = "hangs";
    for (let i = 0; i < 1_500; i++) {
      outbox.push({ key: `${i}`, value: i });
    }
    await settle();
    assertEquals([outbox.size, lost.length], [1_001, 499]);
    outbox.stop();
  });
});

describe("Outbox.drain()", () => {
  it("ends at once when there is nothing, and leaves no timer", async () => {
    assertEquals(await outbox.drain(clock.now() + 1_000), 0);
    assertEquals([lost, clock.sleeping], [[], 0]);
  });

  it("does not wait for the pause, and ends as soon as everything is handed over", async () => {
    mood = "fails";
    await push("a1", "b1");
    await clock.advance(6_300);
    mood = "takes";
    assertEquals(await outbox.drain(clock.now() + 1_000), 0);
    assertEquals([taken.toSorted(), lost, clock.sleeping], [["a1", "b1"], [], 0]);
  });

  it("tries every 200 ms until its deadline, then counts the rest as lost", async () => {
    mood = "fails";
    await push("a1", "b1");
    tries = [];
    let given: number | undefined;
    outbox.drain(clock.now() + 1_000).then((count) => given = count);
    await clock.advance(999);
    assertEquals(given, undefined);
    await clock.advance(1);
    assertEquals([given, lost, clock.sleeping], [2, [2], 0]);
    assertEquals(tries.map(({ atMs }) => atMs), [0, 200, 400, 600, 800]);
  });

  it("takes a refusal as final", async () => {
    mood = "refuses";
    await push("a1", "b1");
    assertEquals(await outbox.drain(clock.now() + 1_000), 0);
    assertEquals([lost, outbox.size, clock.sleeping, clock.now()], [[1, 1], 0, 0, 0]);
  });

  it("counts as lost what is on its way without an answer", async () => {
    mood = "hangs";
    await push("a1");
    const drained = outbox.drain(clock.now() + 1_000);
    await clock.advance(1_000);
    assertEquals([await drained, lost, clock.sleeping], [1, [1], 0]);
  });
});

describe("Outbox.stop()", () => {
  it("counts what waits as lost, once, and whatever is pushed afterwards", async () => {
    mood = "fails";
    await push("a1", "b1");
    assertEquals([outbox.stop(), outbox.stop()], [2, 0]);
    await push("c1");
    await clock.advance(10_000);
    assertEquals([lost, outbox.size, clock.sleeping], [[2, 1], 0, 0]);
    assertEquals(tries.length, 1);
  });
});

describe("new Outbox()", () => {
  it("refuses a capacity of nothing", () => {
    assertThrows(() => open(0), TypeError, "received 0");
  });
});
