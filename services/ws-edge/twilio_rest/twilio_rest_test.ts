import { assert, assertEquals, assertMatch } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { Metrics } from "shared/runtime/metrics.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { callTo } from "shared/testing/fake_twilio/scripted_call.ts";
import { type ApiMood, TwilioApi } from "shared/testing/twilio_api/twilio_api.ts";
import { eventually } from "../testing/edge_bench.ts";
import { RecordedLog } from "../testing/fixtures.ts";
import { dialTwiml } from "../twilio/twiml.ts";
import type { RestResult } from "./call_control.ts";
import { TwilioRest } from "./twilio_rest.ts";

const ACCOUNT = { accountSid: `AC${"0".repeat(32)}`, authToken: "token-that-stays-here" };

describe("TwilioRest", () => {
  let api: TwilioApi;
  let clock: FakeClock;
  let log: RecordedLog;
  let metrics: Metrics;
  let rest: TwilioRest;
  beforeEach(() => {
    api = new TwilioApi(ACCOUNT);
    clock = new FakeClock();
    log = new RecordedLog();
    metrics = new Metrics();
    rest = new TwilioRest({ ...ACCOUNT, apiUrl: api.origin, clock, log, metrics });
  });
  afterEach(async () => {
    await rest.stop();
    await api[Symbol.asyncDispose]();
    assertEquals(clock.sleeping, 0);
    for (const line of log.lines) assert(!line.includes(ACCOUNT.authToken), line);
  });

  const counted = async (action: string, result: string) =>
    (await metrics.text()).includes(
      `kav_twilio_rest_total{action="${action}",result="${result}"} 1\n`,
    );

  it("end() completes a call, by the real package", async () => {
    const { server, call } = await callTo(() => {});
    await using _ = server;
    api.know(call);
    assertEquals(await rest.end(call.callSid), { ok: true });
    assertEquals((await call.ended).reason, "completed");
    assert(await counted("end", "ok"));
    assertEquals(await rest.end(call.callSid), { ok: false, reason: "not_found", status: 400 });
    assertMatch(log.lines[0]!, /^warn twilio_rest_not_found: Cannot end a call by Twilio's REST/);
    assert(await counted("end", "not_found"));
  });

  it("redirect() gives a call other TwiML", async () => {
    const { server, call } = await callTo(() => {});
    await using _ = server;
    api.know(call);
    assertEquals(await rest.redirect(call.callSid, dialTwiml("+15550107777")), { ok: true });
    const { verbs } = await call.ended;
    assertEquals(verbs.slice(1), [{ verb: "Dial", number: "+15550107777" }, { verb: "Hangup" }]);
    assertEquals(log.lines, []);
  });

  const refusals: readonly [what: string, mood: ApiMood, result: RestResult, says: RegExp][] = [
    [
      "the token is refused",
      { kind: "answers", status: 401, body: '{"code":20003,"message":"Authenticate"}' },
      { ok: false, reason: "unauthorized", status: 401 },
      /TWILIO_AUTH_TOKEN/,
    ],
    [
      "the call is unknown",
      { kind: "works" },
      { ok: false, reason: "not_found", status: 404 },
      /TWILIO_ACCOUNT_SID/,
    ],
    [
      "Twilio fails",
      { kind: "answers", status: 500, body: "<html>" },
      { ok: false, reason: "failed", status: 500 },
      /"status":500/,
    ],
    [
      "Twilio sends us elsewhere",
      { kind: "answers", status: 307, body: "" },
      { ok: false, reason: "failed", status: 307 },
      /"status":307/,
    ],
    [
      "the answer is garbage",
      { kind: "answers", status: 200, body: "no JSON" },
      { ok: false, reason: "failed" },
      /"error":"SyntaxError/,
    ],
  ];
  for (const [what, mood, result, says] of refusals) {
    it(`end() says so, once, when ${what}`, async () => {
      api.mood = mood;
      assertEquals(await rest.end("CA1"), result);
      assertEquals([log.lines.length, api.requests, api.updates], [1, 1, []]);
      assertMatch(log.lines[0]!, says);
      assert(!result.ok && await counted("end", result.reason));
    });
  }

  it("end() gives up after 1 s, and lets the request go", async () => {
    api.mood = { kind: "hangs" };
    const ended = rest.end("CA1");
    await eventually(() => api.requests === 1, "the request");
    await clock.advance(999);
    assertEquals(log.lines, []);
    await clock.advance(1);
    assertEquals(await ended, { ok: false, reason: "timeout" });
    assertMatch(log.lines[0]!, /^warn twilio_rest_timeout: .* within 1000 ms/);
    await eventually(() => api.abandoned === 1, "the end of the request");
  });

  it("end() tells of a server that is not there", async () => {
    await api[Symbol.asyncDispose]();
    assertEquals(await rest.end("CA1"), { ok: false, reason: "failed" });
    assertMatch(log.lines[0]!, /"error":"TypeError/);
    api = new TwilioApi(ACCOUNT);
  });

  it("stop() gives up what is under way, and says nothing of it", async () => {
    api.mood = { kind: "hangs" };
    const ended = rest.end("CA1");
    await eventually(() => api.requests === 1, "the request");
    await rest.stop();
    assertEquals(await ended, { ok: false, reason: "failed" });
    assertEquals(log.lines, []);
  });
});
