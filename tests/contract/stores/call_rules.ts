import { assertEquals } from "@std/assert";
import { it } from "@std/testing/bdd";
import type { CallRecord, NextAction } from "shared/store/stores.ts";
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
