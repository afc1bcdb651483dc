import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { CallRecord, Conversation } from "shared/store/stores.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { CallCompletion, type EndedCall } from "./call_completion.ts";
import { RecordedLog, StoreMood } from "./testing/fixtures.ts";

let clock: FakeClock;
let mood: StoreMood;
let stored: Map<string, Conversation>;
let kept: [record: CallRecord, atMs: number][];
let log: RecordedLog;
let completion: CallCompletion;

const ENDED_AT = "2026-01-01T00:00:10.000Z";

function ended(call: string, leg = 0): EndedCall {
  return {
    record: {
      ...{ call, businessId: "shop", leg, startedAt: "2026-01-01T00:00:00.000Z" },
      ...{ endedAt: ENDED_AT, durationMs: 10_000, endReason: "hangup", framesIn: 1, framesOut: 2 },
    },
    times: [{
      ...{ turn: 1, askedFromMs: null, askedToMs: null, toldFromMs: 30, toldToMs: 40 },
      ...{ latency: null, bargeInMs: null },
    }],
  };
}

function conversation(call: string, closed: boolean, leg = 0): Conversation {
  return {
    ...{ call, businessId: "shop", leg, epoch: leg * 256, takenThroughSeq: -1 },
    turns: [{
      ...{ turn: 1, asked: "When?", pieces: ["Now."], isWhole: true, piecesSent: 1 },
      ...{ interrupted: false, heard: null, interruptible: true, then: { do: "none" }, tools: [] },
      spoken: { utterance: 1, from: { piece: 0, word: 0 }, pieceEnds: [9] },
    }],
    notes: ["Call back."],
    closed,
  };
}

/** Of each record kept: its call, when, the words of its turns, its notes. */
const told = () =>
  kept.map(([{ call, turns, notes }, atMs]) => [
    ...[call, atMs],
    turns.map(({ told, toldToMs }) => `${told} ${toldToMs}`).join(),
    notes.join(),
  ]);

beforeEach(() => {
  clock = new FakeClock();
  mood = new StoreMood();
  stored = new Map();
  kept = [];
  log = new RecordedLog();
  completion = new CallCompletion({
    clock,
    conversations: { get: (call) => mood.answer(() => stored.get(call)) },
    keep: (record) => kept.push([record, clock.now()]),
    log,
  });
});

afterEach(async () => {
  await completion.drain(clock.now());
  assertEquals([clock.sleeping, completion.size], [0, 0]);
});

describe("CallCompletion.complete()", () => {
  it("adds the words and notes of the conversation as soon as that is closed", async () => {
    stored.set("CA1", { ...conversation("CA1", false), notes: [] });
    completion.complete(ended("CA1"));
    await clock.advance(120);
    assertEquals(kept, []);
    stored.set("CA1", conversation("CA1", true));
    await clock.advance(80);
    assertEquals(told(), [["CA1", 200, "Now. 40", "Call back."]]);
    const { record } = ended("CA1");
    const { turns: _, notes: __, ...facts } = kept[0]![0];
    assertEquals(facts, record);
  });

  it("takes what there is after 2 s, and no conversation as none", async () => {
    stored.set("CA1", conversation("CA1", false));
    for (const call of ["CA1", "CA2"]) completion.complete(ended(call));
    await clock.advance(1_999);
    assertEquals([kept, mood.asked], [[], 12]);
    await clock.advance(1);
    assertEquals(told(), [["CA1", 2_000, "Now. 40", "Call back."], ["CA2", 2_000, " 40", ""]]);
  });

  it("does not take the end of an earlier leg for its own, nor wait for a leg before the newest", async () => {
    stored.set("CA1", conversation("CA1", true, 0));
    completion.complete(ended("CA1", 1));
    await clock.advance(1_000);
    assertEquals(kept, []);
    stored.set("CA2", conversation("CA2", false, 1));
    completion.complete(ended("CA2", 0));
    await clock.advance(1_000);
    assertEquals(told().map(([call, atMs]) => [call, atMs]), [["CA2", 1_050], ["CA1", 2_000]]);
  });

  it("keeps the record without its words when the store fails or hangs, and says so", async () => {
    mood.state = "fails";
    completion.complete(ended("CA1"));
    await clock.advance(1_700);
    mood.hang();
    await clock.advance(600);
    assertEquals(told(), [["CA1", 2_300, " 40", ""]]);
    assertStringIncludes(log.lines.join("\n"), "conversation not read");
    mood.release();
  });

  it("keeps what it has read when the store goes away before the end", async () => {
    stored.set("CA1", conversation("CA1", false));
    completion.complete(ended("CA1"));
    await clock.advance(50);
    mood.state = "fails";
    await clock.advance(1_950);
    assertEquals(told(), [["CA1", 2_000, "Now. 40", "Call back."]]);
  });

  it("lets 1,000 calls wait, and beyond the oldest no longer", async () => {
    for (let i = 0; i < 1_002; i++) completion.complete(ended(`CA${i}`));
    await settle();
    assertEquals(completion.size, 1_000);
    assertEquals(kept.map(([{ call }]) => call), ["CA0", "CA1"]);
    await completion.drain(clock.now());
    assertEquals(kept.length, 1_002);
  });
});

describe("CallCompletion.drain()", () => {
  it("waits for conversations that are open, until its deadline, and not where there is none", async () => {
    for (const call of ["CA1", "CA2"]) stored.set(call, conversation(call, false));
    for (const call of ["CA1", "CA2", "CA3"]) completion.complete(ended(call));
    let drained = false;
    const draining = completion.drain(500).then(() => drained = true);
    await settle();
    assertEquals(told(), [["CA3", 0, " 40", ""]]);
    stored.set("CA1", conversation("CA1", true));
    await clock.advance(499);
    assertEquals([kept[1]![0].call, drained], ["CA1", false]);
    assert(kept[1]![1] <= 200);
    await clock.advance(1);
    await draining;
    assertEquals(kept.map(([{ call }]) => call), ["CA3", "CA1", "CA2"]);
  });

  it("takes what ends afterwards as it is", async () => {
    await completion.drain(0);
    stored.set("CA1", conversation("CA1", false));
    completion.complete(ended("CA1"));
    await settle();
    assertEquals(told(), [["CA1", 0, "Now. 40", "Call back."]]);
  });
});
