import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { CallEnd, FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { type ApiMood, TwilioApi } from "shared/testing/twilio_api/twilio_api.ts";
import { EdgeBench, endOf, eventually } from "./testing/edge_bench.ts";

const ACCOUNT = { accountSid: `AC${"0".repeat(32)}`, authToken: "token-1" };
const TRANSFER = { kind: "transfer", to: "+15550107777" } as const;
const HANGUP = { kind: "hangup", reason: "goodbye" } as const;

const verbsOf = ({ verbs }: CallEnd) => verbs.map(({ verb }) => verb).join(" ");

/** An edge with Twilio's credentials, and a call that both workers have. */
class RestBench implements AsyncDisposable {
  readonly api = new TwilioApi(ACCOUNT);
  readonly edge = new EdgeBench({
    settings: {
      twilioAccountSid: ACCOUNT.accountSid,
      twilioAuthToken: ACCOUNT.authToken,
      twilioApiUrl: this.api.origin,
    },
  });

  constructor(mood: ApiMood = { kind: "works" }) {
    this.api.mood = mood;
  }

  /** @param known whether Twilio's REST knows the call. */
  async talk(known = true): Promise<FakeCall> {
    const call = await this.edge.talk({ authToken: ACCOUNT.authToken });
    if (known) this.api.know(call);
    return call;
  }

  counted(action: string, result: string): Promise<number> {
    return this.edge.sample(`kav_twilio_rest_total{action="${action}",result="${result}"}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.edge[Symbol.asyncDispose]();
    await this.api[Symbol.asyncDispose]();
  }
}

describe("An edge with Twilio's credentials", () => {
  it("has a call that hangs up completed, once the audio before it has played", async () => {
    await using bench = new RestBench();
    const call = await bench.talk();
    const line = bench.edge.dialog.line(call);
    await line.speak(1, 20);
    await line.control(HANGUP);
    const end = await endOf(call);
    assertEquals([end.by, end.reason, verbsOf(end)], ["kav", "completed", "Connect"]);
    assertEquals(call.audibleMs(call.startedMs, call.nowMs), 20 * 20);
    assertEquals(line.event("ended")?.reason, "goodbye");
    assertEquals(await bench.edge.sample('kav_calls_total{reason="hangup"}'), 1);
    await eventually(() => bench.counted("end", "ok"), "the answer");
    await eventually(() => bench.edge.edge.calls === 0, "the end of the stream");
  });

  it("has a call that is transferred dialled, once", async () => {
    await using bench = new RestBench();
    const call = await bench.talk();
    await bench.edge.dialog.line(call).control(TRANSFER);
    const end = await endOf(call);
    assertEquals(verbsOf(end), "Connect Dial Hangup");
    assertEquals(end.verbs[1], { verb: "Dial", number: TRANSFER.to });
    await eventually(() => bench.counted("redirect", "ok"), "the answer");
  });

  it("has it dialled once where Twilio does it and never answers", async () => {
    await using bench = new RestBench({ kind: "works_silently" });
    const call = await bench.talk();
    await bench.edge.dialog.line(call).control(TRANSFER);
    assertEquals(verbsOf(await endOf(call)), "Connect Dial Hangup");
    await eventually(() => bench.edge.edge.calls === 0, "the end of the stream");
  });

  it("leaves a fallback to TwiML", async () => {
    await using bench = new RestBench();
    const call = await bench.talk();
    await bench.edge.dialog.line(call).control({ kind: "fallback", reason: "no_speech" });
    assertEquals(verbsOf(await endOf(call)), "Connect Redirect Say Hangup");
    assertEquals(bench.api.requests, 0);
  });

  it("tells the workers and leaves the bus before Twilio has answered", async () => {
    await using bench = new RestBench({ kind: "hangs" });
    const call = await bench.talk();
    const line = bench.edge.dialog.line(call);
    await line.control(HANGUP);
    await eventually(() => bench.api.requests === 1, "the request");
    assertEquals(line.event("ended")?.reason, "goodbye");
    assertEquals(bench.edge.edge.calls, 1);
    await assertRejects(() => line.speak(1, 5), Error, "no_responders");
    // The caller hangs up first: nothing is left behind.
    const end = await call.hangUp();
    assertEquals([end.by, verbsOf(end)], ["caller", "Connect"]);
    await eventually(() => bench.edge.edge.calls === 0, "the end of the stream");
  });

  const failures: readonly [what: string, mood: ApiMood, result: string][] = [
    ["refuses its token", { kind: "answers", status: 401, body: "{}" }, "unauthorized"],
    ["does not know the call", { kind: "works" }, "not_found"],
    ["fails", { kind: "answers", status: 500, body: "{}" }, "failed"],
    ["answers garbage", { kind: "answers", status: 200, body: "?" }, "failed"],
    ["does not answer in 1 s", { kind: "hangs" }, "timeout"],
  ];
  for (const [what, mood, result] of failures) {
    it(`ends calls by TwiML, each once, when Twilio's REST ${what}`, async () => {
      await using bench = new RestBench(mood);
      const [first, second] = await Promise.all([bench.talk(false), bench.talk(false)]);
      await bench.edge.dialog.line(first).control(HANGUP);
      await bench.edge.dialog.line(second).control(TRANSFER);
      assertEquals(verbsOf(await endOf(first)), "Connect Redirect Hangup");
      assertEquals(verbsOf(await endOf(second)), "Connect Redirect Dial Hangup");
      assertEquals(await bench.counted("end", result), 1);
      assertEquals(await bench.counted("redirect", result), 1);
      assertEquals([bench.api.requests, bench.api.updates], [2, []]);
      assert(!bench.edge.log.join().includes(ACCOUNT.authToken));
    });
  }

  it("that stops while Twilio is asked leaves the call its verb, and does not continue it", async () => {
    await using bench = new RestBench({ kind: "hangs" });
    const call = await bench.talk();
    await bench.edge.dialog.line(call).control(TRANSFER);
    await eventually(() => bench.api.requests === 1, "the request");
    await bench.edge.edge.stop();
    assertEquals(await bench.edge.stores.nextActions.get(call.callSid), {
      do: "dial",
      number: TRANSFER.to,
    });
    await eventually(() => call.timeline.last("stream_ended"), "the close");
  });
});
