import { assertEquals, assertMatch } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { NextAction } from "shared/store/stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { NextActions } from "./next_actions.ts";
import { FakeNextActionStore, RecordedLog } from "./testing/fixtures.ts";

const HANGUP: NextAction = { do: "hangup" };
const DIAL: NextAction = { do: "dial", number: "+15551234567" };

describe("NextActions", () => {
  let clock: FakeClock;
  let log: RecordedLog;
  let store: FakeNextActionStore;
  let actions: NextActions;
  beforeEach(() => {
    clock = new FakeClock();
    log = new RecordedLog();
    store = new FakeNextActionStore();
    actions = new NextActions({ store, clock, log, capacity: 3 });
  });

  it("put() writes memory and store; get() asks the memory first", async () => {
    assertEquals(await actions.put("CA1", HANGUP), true);
    assertEquals(store.entries.get("CA1"), HANGUP);
    store.mood.state = "fails";
    assertEquals(await actions.get("CA1"), { found: true, action: HANGUP });
    assertEquals(store.mood.asked, 1);
  });

  it("put() has the memory before the store has answered", async () => {
    store.mood.hang();
    const put = actions.put("CA1", HANGUP);
    assertEquals(await actions.get("CA1"), { found: true, action: HANGUP });
    await clock.advance(60);
    assertEquals(await put, false);
    assertMatch(log.lines[0]!, /^warn next_action_write: .*"call":"CA1","reason":"timeout"/);
  });

  it("put() replaces what the call had", async () => {
    await actions.put("CA1", HANGUP);
    await actions.put("CA1", DIAL);
    assertEquals(await actions.get("CA1"), { found: true, action: DIAL });
    assertEquals(actions.size, 1);
  });

  it("get() finds in the store what another edge has written, or nothing", async () => {
    store.entries.set("CA1", DIAL);
    assertEquals(await actions.get("CA1"), { found: true, action: DIAL });
    assertEquals(await actions.get("CA2"), { found: false, reason: "none" });
  });

  it("get() says unreachable when the store fails or has not answered within 60 ms", async () => {
    store.mood.state = "fails";
    assertEquals(await actions.get("CA1"), { found: false, reason: "unreachable" });
    store.mood.hang();
    const got = actions.get("CA1");
    await clock.advance(60);
    assertEquals(await got, { found: false, reason: "unreachable" });
    assertEquals(log.lines.map((line) => /"reason":"(\w+)"/.exec(line)![1]), ["failed", "timeout"]);
  });

  it("delete() removes from both, and reports a store that fails", async () => {
    await actions.put("CA1", HANGUP);
    assertEquals(await actions.delete("CA1"), true);
    assertEquals(await actions.get("CA1"), { found: false, reason: "none" });
    store.mood.state = "fails";
    assertEquals(await actions.delete("CA1"), false);
    assertMatch(log.lines[0]!, /^warn next_action_delete: /);
  });

  it("forgets after 10 minutes", async () => {
    await actions.put("CA1", HANGUP);
    store.entries.clear();
    await clock.advance(10 * 60_000 - 1);
    assertEquals(await actions.get("CA1"), { found: true, action: HANGUP });
    await clock.advance(1);
    assertEquals(await actions.get("CA1"), { found: false, reason: "none" });
    assertEquals(actions.size, 0);
  });

  it("put() again counts as new: others are forgotten before it", async () => {
    await actions.put("CA1", HANGUP);
    await actions.put("CA2", HANGUP);
    await clock.advance(60_000);
    await actions.put("CA1", DIAL);
    store.entries.clear();
    await clock.advance(9 * 60_000);
    assertEquals(await actions.get("CA1"), { found: true, action: DIAL });
    assertEquals(await actions.get("CA2"), { found: false, reason: "none" });
  });

  it("keeps no more than its capacity: the oldest goes", async () => {
    for (const call of ["CA1", "CA2", "CA3", "CA4"]) await actions.put(call, HANGUP);
    store.entries.clear();
    assertEquals(actions.size, 3);
    assertEquals(await actions.get("CA1"), { found: false, reason: "none" });
    assertEquals(await actions.get("CA2"), { found: true, action: HANGUP });
  });
});
