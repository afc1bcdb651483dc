import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { FaultScript } from "./faults.ts";
import { ReplyGate, type ReplyQueue } from "./reply_queue.ts";

let clock: FakeClock;
let faults: FaultScript;
let gate: ReplyGate;
let queue: ReplyQueue;
let sent: string[];
const reply = (name: string) => () => void sent.push(`${clock.now()}: ${name}`);

beforeEach(() => {
  clock = new FakeClock();
  faults = new FaultScript();
  gate = new ReplyGate(clock, faults);
  queue = gate.openQueue();
  sent = [];
});

describe("ReplyQueue.send()", () => {
  it("sends at once when nothing is wrong", () => {
    queue.send(reply("a"));
    assertEquals([sent, clock.sleeping], [["0: a"], 0]);
  });

  it("sends later by the script's delay and its own", async () => {
    faults.replyDelayMs = 100;
    queue.send(reply("a"), 50);
    await clock.advance(1_000);
    assertEquals(sent, ["150: a"]);
  });

  it("keeps the order when the delay shrinks", async () => {
    faults.replyDelayMs = 100;
    queue.send(reply("a"));
    faults.replyDelayMs = 0;
    queue.send(reply("b"));
    await clock.advance(1_000);
    assertEquals(sent, ["100: a", "100: b"]);
  });
});

describe("ReplyQueue.hang()", () => {
  it("holds its own replies for good, and no other's", () => {
    queue.hang();
    queue.send(reply("a"));
    gate.openQueue().send(reply("b"));
    gate.resume();
    assertEquals(sent, ["0: b"]);
  });
});

describe("ReplyQueue.close()", () => {
  it("drops what waits and what comes, and leaves no timer", async () => {
    queue.send(reply("a"), 100);
    queue.close();
    queue.send(reply("b"));
    assertEquals(clock.sleeping, 0);
    await clock.advance(1_000);
    assertEquals(sent, []);
  });

  it("may be called by a reply: the next one is not sent", () => {
    gate.hang();
    queue.send(() => queue.close());
    queue.send(reply("b"));
    gate.resume();
    assertEquals(sent, []);
  });
});

describe("ReplyGate.hang()", () => {
  it("holds all replies, which resume() sends in their order", async () => {
    gate.hang();
    queue.send(reply("a"));
    queue.send(reply("b"));
    await clock.advance(500);
    assertEquals(sent, []);
    gate.resume();
    queue.send(reply("c"));
    assertEquals(sent, ["500: a", "500: b", "500: c"]);
  });

  it("holds what becomes due meanwhile", async () => {
    queue.send(reply("a"), 100);
    gate.hang();
    await clock.advance(200);
    assertEquals([sent, clock.sleeping], [[], 0]);
    gate.resume();
    assertEquals(sent, ["200: a"]);
  });
});
