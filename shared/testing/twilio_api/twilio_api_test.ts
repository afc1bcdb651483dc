import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { callTo } from "shared/testing/fake_twilio/scripted_call.ts";
import { TwilioApi } from "./twilio_api.ts";

const ACCOUNT = { accountSid: "AC1", authToken: "token-1" };

/** Posts a form as Twilio's customers do. */
async function post(
  api: TwilioApi,
  call: Pick<FakeCall, "callSid">,
  form: Record<string, string> = { Status: "completed" },
  { accountSid, authToken }: typeof ACCOUNT = ACCOUNT,
) {
  const response = await fetch(
    `${api.origin}/2010-04-01/Accounts/AC1/Calls/${call.callSid}.json`,
    {
      method: "POST",
      headers: {
        authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams(form).toString(),
    },
  );
  const { code, status } = await response.json();
  return [response.status, code ?? status];
}

describe("TwilioApi", () => {
  it("completes a call: the stream gets `stop` and ends, and nothing behind it runs", async () => {
    await using api = new TwilioApi(ACCOUNT);
    const { server, call, stream } = await callTo(() => {});
    await using _ = server;
    api.know(call);
    assertEquals(await post(api, call), [200, "completed"]);
    const { by, reason, code, verbs } = await call.ended;
    assertEquals([by, reason, code], ["kav", "completed", 1000]);
    assertEquals(verbs.map(({ verb }) => verb), ["Connect"]);
    assertEquals(stream.received.at(-1)!.event, "stop");
    assertEquals(api.updates, [{ callSid: call.callSid, update: { kind: "completed" } }]);
    // It is over now.
    assertEquals(await post(api, call), [400, 21220]);
    assertEquals([api.updates.length, api.requests], [1, 2]);
  });

  it("gives a call other TwiML in the place of what is left", async () => {
    await using api = new TwilioApi(ACCOUNT);
    const { server, call } = await callTo(() => {});
    await using _ = server;
    api.know(call);
    const Twiml = "<Response><Dial>+15550107777</Dial><Hangup/></Response>";
    assertEquals(await post(api, call, { Twiml }), [200, "in-progress"]);
    const { verbs } = await call.ended;
    assertEquals(verbs.map(({ verb }) => verb), ["Connect", "Dial", "Hangup"]);
  });

  it("refuses strangers, unknown calls and what is no update", async () => {
    await using api = new TwilioApi(ACCOUNT);
    const { server, call } = await callTo(() => {});
    await using _ = server;
    api.know(call);
    const stranger = { ...ACCOUNT, authToken: "token-2" };
    assertEquals(await post(api, call, {}, stranger), [401, 20003]);
    assertEquals(await post(api, { callSid: "CA2" }), [404, 20404]);
    assertEquals(await post(api, call, { Status: "canceled" }), [400, 20001]);
    assertEquals([api.updates, call.over], [[], false]);
    await call.hangUp();
  });
});
