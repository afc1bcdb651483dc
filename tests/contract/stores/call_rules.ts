import { assertEquals } from "@std/assert";
import { it } from "@std/testing/bdd";
import type { CallRecord, CallTurn, NextAction } from "shared/store/stores.ts";
import type { OpenStores } from "./open_stores.ts";

export function nextActionRules(opened: () => OpenStores): void {
  const actions: NextAction[] = [
    { do: "hangup" },
    { do: "dial", number: "+15550000001" },
    { do: "continue", leg: 1 },
    { do: "fallback", businessId: "shop" },
  ];

  for (const action of actions) {
    it(`gives back and deletes ${action.do}`, async () => {
      const { stores, second } = opened();
      assertEquals(await stores.nextActions.get("CA1"), undefined);
      await stores.nextActions.put("CA1", { do: "hangup" });
      await stores.nextActions.put("CA1", action);
      assertEquals(await second.nextActions.get("CA1"), action);
      await second.nextActions.delete("CA1");
      assertEquals(await stores.nextActions.get("CA1"), undefined);
    });
  }
}

const HEARD: Partial<CallTurn> = {
  asked: "מתי אתם פתוחים",
  interrupted: true,
  tools: [{ name: "orders", ms: 31.5, outcome: "ok" }],
  askedFromMs: 1_200,
  askedToMs: 2_400.5,
  latency: { sttPartialMs: 310, sttFinalMs: 402.5, llmMs: null, ttsMs: 61, totalMs: 530 },
  bargeInMs: 214,
};

function aTurn(turn: number): CallTurn {
  return {
    ...{ turn, asked: null, told: "Until noon.", interrupted: false, tools: [] },
    ...{ askedFromMs: null, askedToMs: null, toldFromMs: 2_900, toldToMs: null },
    ...{ latency: null, bargeInMs: null },
  };
}

export function callRecordRules(opened: () => OpenStores): void {
  const started = (call: string, second: number): CallRecord => ({
    call,
    businessId: "shop",
    leg: 0,
    startedAt: `2026-01-01T00:00:0${second}.000Z`,
    endedAt: null,
    durationMs: null,
    endReason: null,
    framesIn: 0,
    framesOut: 0,
    turns: [],
    notes: [],
  });

  it("keeps one record per call, the newest call first however records change", async () => {
    const { stores, second } = opened();
    for (const [i, call] of ["CA1", "CA2", "CA3"].entries()) {
      await stores.callRecords.put(started(call, i));
    }
    const ended: CallRecord = {
      ...started("CA1", 0),
      endedAt: "2026-01-01T00:01:00.000Z",
      durationMs: 60_000,
      endReason: "hangup",
      framesIn: 3_000,
      framesOut: 2_000,
      turns: [aTurn(0), { ...aTurn(1), ...HEARD }],
      notes: ["Please call דנה back."],
    };
    await second.callRecords.put(ended);
    const list = await stores.callRecords.list(10);
    assertEquals(list.map((record) => record.call), ["CA3", "CA2", "CA1"]);
    assertEquals(list[2], ended);
    assertEquals(await stores.callRecords.get("CA1"), ended);
    assertEquals(await stores.callRecords.get("CA9"), undefined);
  });

  it("ignores the record of an older leg, which comes late", async () => {
    const { stores, second } = opened();
    await stores.callRecords.put({ ...started("CA1", 5), leg: 1 });
    await second.callRecords.put({ ...started("CA1", 0), endReason: "late" });
    assertEquals((await stores.callRecords.get("CA1"))?.leg, 1);
    await second.callRecords.put({ ...started("CA1", 5), leg: 1, endReason: "hangup" });
    assertEquals((await stores.callRecords.get("CA1"))?.endReason, "hangup");
  });

  it("keeps the newest 500 turns, and of long texts the beginning", async () => {
    const { stores, second } = opened();
    const turns = Array.from({ length: 502 }, (_, i) => aTurn(i));
    turns[501] = { ...turns[501]!, asked: "א".repeat(2_000), told: "b".repeat(2_001) };
    await stores.callRecords.put({ ...started("CA1", 0), turns });
    const stored = (await second.callRecords.get("CA1"))!.turns;
    assertEquals([stored.length, stored[0]], [500, turns[2]]);
    const { asked, told } = stored[499]!;
    assertEquals([asked, told], ["א".repeat(2_000), "b".repeat(1_999) + "…"]);
  });

  it("lists at most as many as asked for", async () => {
    const { stores } = opened();
    assertEquals(await stores.callRecords.list(5), []);
    for (const [i, call] of ["CA1", "CA2", "CA3"].entries()) {
      await stores.callRecords.put(started(call, i));
    }
    const calls = async (limit: number) =>
      (await stores.callRecords.list(limit)).map((record) => record.call);
    assertEquals(await calls(2), ["CA3", "CA2"]);
    assertEquals(await calls(0), []);
  });
}
