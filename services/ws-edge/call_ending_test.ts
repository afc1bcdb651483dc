import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { NextAction } from "shared/store/stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { CallEnding } from "./call_ending.ts";
import { NextActions } from "./next_actions.ts";
import { FakeNextActionStore, RecordedLog } from "./testing/fixtures.ts";
import { dialTwiml } from "./twilio/twiml.ts";
import type { CallControl, RestResult } from "./twilio_rest/call_control.ts";

const HANGUP: NextAction = { do: "hangup" };
const DIAL: NextAction = { do: "dial", number: "+15550107777" };
const FALLBACK: NextAction = { do: "fallback", businessId: "demo" };

/** Answers when it is told to. */
class HeldControl implements CallControl {
  readonly asked: string[] = [];
  #answer: (result: RestResult) => void = () => {};

  end = (callSid: string) => this.#hold(`end ${callSid}`);
  redirect = (callSid: string, twiml: string) => this.#hold(`redirect ${callSid} ${twiml}`);

  answer(result: RestResult): void {
    this.#answer(result);
  }

  #hold(asked: string): Promise<RestResult> {
    this.asked.push(asked);
    return new Promise((resolve) => this.#answer = resolve);
  }
}

describe("CallEnding.carryOut()", () => {
  let clock: FakeClock;
  let store: FakeNextActionStore;
  let nextActions: NextActions;
  let control: HeldControl;
  let over: AbortController;
  /** When each call's stream was to be closed. */
  let closedMs: number[];
  beforeEach(() => {
    clock = new FakeClock();
    store = new FakeNextActionStore();
    nextActions = new NextActions({ store, clock, log: new RecordedLog() });
    control = new HeldControl();
    over = new AbortController();
    closedMs = [];
  });

  function carryOut(next: NextAction) {
    const startMs = clock.now();
    const ending = new CallEnding({ nextActions, control, clock });
    ending.carryOut("CA1", next, over.signal).then(() => closedMs.push(clock.now() - startMs));
    return clock.advance(0);
  }

  it("writes what follows before it asks Twilio, and asks for what it wrote", async () => {
    store.mood.hang();
    await carryOut(HANGUP);
    assertEquals(await nextActions.get("CA1"), { found: true, action: HANGUP });
    assertEquals(control.asked, []);
    store.mood.release();
    await clock.advance(0);
    assertEquals(control.asked, ["end CA1"]);
    await carryOut(DIAL);
    assertEquals(control.asked[1], `redirect CA1 ${dialTwiml("+15550107777")}`);
    assertEquals(await nextActions.get("CA1"), { found: true, action: DIAL });
    over.abort();
  });

  it("waits 2 s for Twilio to end the stream, which it does", async () => {
    await carryOut(HANGUP);
    await clock.advance(300);
    control.answer({ ok: true });
    await clock.advance(1_000);
    assertEquals(closedMs, []);
    over.abort();
    await clock.advance(0);
    assertEquals(closedMs, [1_300]);
    assertEquals(clock.sleeping, 0);
  });

  it("has the stream closed when Twilio has not ended it 2 s after its word", async () => {
    await carryOut(DIAL);
    control.answer({ ok: true });
    await clock.advance(1_999);
    assertEquals(closedMs, []);
    await clock.advance(1);
    assertEquals(closedMs, [2_000]);
  });

  it("has the stream closed at once when Twilio refuses", async () => {
    await carryOut(DIAL);
    await clock.advance(40);
    control.answer({ ok: false, reason: "unauthorized", status: 401 });
    await clock.advance(0);
    assertEquals(closedMs, [40]);
    assertEquals(control.asked.length, 1);
  });

  it("waits for nothing when the caller hangs up while Twilio is asked", async () => {
    await carryOut(HANGUP);
    over.abort();
    await clock.advance(0);
    assertEquals(closedMs, [0]);
    control.answer({ ok: true });
    await clock.advance(0);
    assertEquals(clock.sleeping, 0);
  });

  it("asks nothing of a call that was over before", async () => {
    over.abort();
    await carryOut(HANGUP);
    assertEquals([control.asked, closedMs], [[], [0]]);
  });

  it("leaves everything else to TwiML, and all of it without Twilio's REST", async () => {
    await carryOut(FALLBACK);
    assertEquals([control.asked, closedMs], [[], [0]]);
    const ending = new CallEnding({ nextActions, control: undefined, clock });
    await ending.carryOut("CA1", DIAL, over.signal);
    assertEquals(await nextActions.get("CA1"), { found: true, action: DIAL });
  });
});
