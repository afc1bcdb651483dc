import { assertEquals, assertRejects } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { MemoryStores } from "shared/store/memory_stores.ts";
import type { CallRecordStore } from "shared/store/stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { runCallsCommand } from "./calls_command.ts";
import { plain } from "./paint.ts";
import { aRecord, aTurn } from "./testing/records.ts";

let store: Pick<CallRecordStore, "get" | "list">;
let printed: string[];
let noted: string[];

const run = (request: Parameters<typeof runCallsCommand>[1]) => {
  printed = [];
  noted = [];
  const print = (line: string) => void printed.push(line);
  const note = (line: string) => void noted.push(line);
  return runCallsCommand({ store, print, note, paint: plain }, request);
};
const list = (limit: number, business?: string, json = false) =>
  run({ command: "list", limit, business, json });
const show = (id: string, json = false) => run({ command: "show", id, json });

beforeEach(async () => {
  const { callRecords } = new MemoryStores({ clock: new FakeClock() });
  const turns = [aTurn(0), aTurn(1, { interrupted: true })];
  await callRecords.put(aRecord("CA10", { turns }));
  await callRecords.put(aRecord("CA11", { businessId: "cafe", endReason: "שלום" }));
  const open = { endedAt: null, durationMs: null, endReason: null };
  await callRecords.put(aRecord("CA2f", open));
  store = callRecords;
});

describe("deno task calls list", () => {
  it("shows the newest calls, a line each", async () => {
    assertEquals(await list(20), 0);
    assertEquals(printed, [
      "time                 call  business  duration  turns  interrupted  ended",
      "2026-01-02 03:04:05  CA2f  shop      -         0      0            -",
      "2026-01-02 03:04:05  CA11  cafe      1:05      0      0            שלום",
      "2026-01-02 03:04:05  CA10  shop      1:05      2      1            goodbye",
    ]);
    await list(1);
    assertEquals(printed.length, 2);
  });

  it("shows those of one business, as many as are asked for", async () => {
    const calls = async (limit: number, business: string) => {
      await list(limit, business, true);
      return JSON.parse(printed.join()).calls.map(({ call }: { call: string }) => call);
    };
    assertEquals(await calls(20, "shop"), ["CA2f", "CA10"]);
    assertEquals(await calls(1, "shop"), ["CA2f"]);
    assertEquals(await calls(20, "zoo"), []);
    await list(20, "zoo");
    assertEquals(printed, ["no calls"]);
  });
});

describe("deno task calls show", () => {
  it("shows one call, named by how its ID begins", async () => {
    assertEquals([await show("CA2"), printed[0]?.slice(0, 4)], [0, "CA2f"]);
    assertEquals([await show("CA11"), printed[0]?.slice(0, 4)], [0, "CA11"]);
    assertEquals([await show("CA10", true), JSON.parse(printed.join()).call], [0, "CA10"]);
  });

  it("says that there is no such call, or more than one", async () => {
    assertEquals(await show("CA3"), 1);
    assertEquals(noted, ["There is no call CA3 (`deno task calls list` tells which there are)"]);
    assertEquals(await show("CA1"), 1);
    assertEquals(noted, ["2 calls begin with CA1, as CA11 and CA10: give more of it"]);
    assertEquals(printed, []);
  });

  it("rejects when the store does", async () => {
    store = { list: () => Promise.resolve([]), get: () => Promise.reject(new Error("away")) };
    await assertRejects(() => show("CA1"), Error, "away");
  });
});
