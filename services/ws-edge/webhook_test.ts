import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { Metrics } from "shared/runtime/metrics.ts";
import type { NextAction } from "shared/store/stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { BusinessDirectory } from "./business_directory.ts";
import { NextActions } from "./next_actions.ts";
import { StreamGate } from "./stream_gate.ts";
import {
  aBusiness,
  FakeBusinessStore,
  FakeNextActionStore,
  RecordedLog,
} from "./testing/fixtures.ts";
import { expectedSignature } from "./twilio/signature.ts";
import { createWebhook, type WebhookDeps } from "./webhook.ts";

const PUBLIC_URL = "https://kav.example.com";
const AUTH_TOKEN = "auth token";
const FIRST = aBusiness("first", "+15550000001");
const SHOP = aBusiness("shop", "+15550000002", { do: "dial", number: "+15557654321" });
const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const HANGUP = `${XML}<Response><Hangup/></Response>`;
const FIRST_FALLBACK =
  `${XML}<Response><Say language="en-US">first is away.</Say><Hangup/></Response>`;
const SHOP_FALLBACK = `${XML}<Response><Dial>+15557654321</Dial><Hangup/></Response>`;
const CALL = { CallSid: "CA1", From: "+15551112222", To: "+15550000002" };

describe("createWebhook()", () => {
  let clock: FakeClock;
  let log: RecordedLog;
  let metrics: Metrics;
  let businessStore: FakeBusinessStore;
  let nextStore: FakeNextActionStore;
  let nextActions: NextActions;
  let draining: boolean;
  let streams: string[];
  let deps: WebhookDeps;
  beforeEach(() => {
    clock = new FakeClock();
    log = new RecordedLog();
    metrics = new Metrics();
    businessStore = new FakeBusinessStore(FIRST, SHOP);
    nextStore = new FakeNextActionStore();
    nextActions = new NextActions({ store: nextStore, clock, log });
    draining = false;
    streams = [];
    deps = {
      publicUrl: PUBLIC_URL,
      validate: false,
      authToken: AUTH_TOKEN,
      tokenSecret: "secret",
      unixNow: () => 1_780_000_000_000,
      businesses: new BusinessDirectory({ store: businessStore, file: [FIRST], clock, log }),
      nextActions,
      log,
      metrics,
      draining: () => draining,
      onStream: (call) => streams.push(call),
    };
  });

  async function post(path: string, form: Record<string, string>, signature?: string) {
    const response = await createWebhook(deps).request(path, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        ...(signature !== undefined && { "x-twilio-signature": signature }),
      },
      body: new URLSearchParams(form).toString(),
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  /** Posts while 60 ms pass on the fake clock. */
  async function postSlow(path: string, form: Record<string, string>) {
    let answer: Awaited<ReturnType<typeof post>> | undefined;
    post(path, form).then((got) => answer = got);
    await clock.advance(60);
    assert(answer, `no answer after ${clock.now()} ms`);
    return answer;
  }

  /** The stream's URL, its parameters, and where the call goes afterwards. */
  function stream(twiml: string) {
    const url = /<Connect><Stream url="(wss:[^"]+)">/.exec(twiml)?.[1];
    assert(url, twiml);
    const parameters = [...twiml.matchAll(/<Parameter name="(\w+)" value="([^"]*)"\/>/g)];
    const redirect = /<\/Connect><Redirect method="POST">(.+)<\/Redirect><\/Response>$/.exec(twiml);
    return {
      url,
      parameters: Object.fromEntries(parameters.map(([, name, value]) => [name!, value!])),
      redirect: redirect?.[1],
    };
  }

  describe("POST /twilio/voice", () => {
    it("answers a stream with the business of the called number, and a redirect after it", async () => {
      const { status, text, headers } = await post("/twilio/voice", CALL);
      assertEquals([status, headers.get("content-type")], [200, "text/xml; charset=utf-8"]);
      const { url, parameters, redirect } = stream(text);
      assertMatch(url, /^wss:\/\/kav\.example\.com\/twilio\/stream\/CA1\/[A-Za-z0-9_-]{68}$/);
      assertEquals(parameters, {
        business: "shop",
        leg: "0",
        caller: "+15551112222",
        called: "+15550000002",
      });
      assertEquals(redirect, `${PUBLIC_URL}/twilio/next?leg=0`);
      assertMatch(await metrics.text(), /kav_webhook_total\{route="voice",answer="stream"\} 1/);
    });

    it("gives every call a path that the gate takes, and takes once", async () => {
      const gate = new StreamGate(deps);
      for (let i = 0; i < 2; i++) {
        const { url } = stream((await post("/twilio/voice", CALL)).text);
        const request = () =>
          new Request(url.replace("wss:", "http:"), { headers: { upgrade: "websocket" } });
        assertEquals(gate.decide(request()), { ok: true, callSid: "CA1", leg: 0 });
        assertEquals(gate.decide(request()).ok, false);
      }
    });

    it("gives an unknown or missing number the first business, and leaves out what is not known", async () => {
      const unknown = stream((await post("/twilio/voice", { ...CALL, To: "sip:x@e.com" })).text);
      assertEquals(unknown.parameters.business, "first");
      const { parameters } = stream((await post("/twilio/voice", { CallSid: "CA1" })).text);
      assertEquals(parameters, { business: "first", leg: "0" });
    });

    it("answers within 60 ms when the store hangs: the last copy, else the file's first", async () => {
      businessStore.mood.hang();
      assertEquals(
        stream((await postSlow("/twilio/voice", CALL)).text).parameters.business,
        "first",
      );
      businessStore.mood.release();
      await post("/twilio/voice", CALL);
      businessStore.mood.hang();
      assertEquals(
        stream((await postSlow("/twilio/voice", CALL)).text).parameters.business,
        "shop",
      );
    });

    it("refuses a CallSid that is no subject id", async () => {
      for (const CallSid of ["", "CA 1", "CA.1", "C".repeat(65)]) {
        assertEquals((await post("/twilio/voice", { ...CALL, CallSid })).status, 400, CallSid);
      }
      assertEquals((await post("/twilio/voice", { To: CALL.To })).status, 400);
      assertMatch(await metrics.text(), /kav_webhook_total\{route="voice",answer="refused"\} 5/);
    });

    it("answers with the business's fallback while draining", async () => {
      draining = true;
      assertEquals((await post("/twilio/voice", CALL)).text, SHOP_FALLBACK);
      assertEquals((await post("/twilio/voice", { CallSid: "CA1" })).text, FIRST_FALLBACK);
    });

    it("survives a caller's name that no XML can carry", async () => {
      const { text } = await post("/twilio/voice", { ...CALL, From: `\u0001"<x>` });
      assertStringIncludes(text, 'value="&quot;&lt;x>"');
    });

    it("answers with the first business's fallback when something breaks", async () => {
      deps = {
        ...deps,
        unixNow: () => {
          throw new Error("no time");
        },
      };
      const { status, text } = await post("/twilio/voice", CALL);
      assertEquals([status, text], [200, FIRST_FALLBACK]);
      assertMatch(log.lines[0]!, /^error Cannot answer a webhook: .*no time/);
    });
  });

  describe("POST /twilio/next", () => {
    const table: [string, NextAction | "none" | "away", number, string][] = [
      ["hangs up", { do: "hangup" }, 0, HANGUP],
      [
        "dials",
        { do: "dial", number: "+15550001111" },
        1,
        `${XML}<Response><Dial>+15550001111</Dial><Hangup/></Response>`,
      ],
      ["continues", { do: "continue", leg: 3 }, 2, "leg 3"],
      ["falls back", { do: "fallback", businessId: "first" }, 0, FIRST_FALLBACK],
      ["continues without an entry after the first stream", "none", 0, "leg 1"],
      ["falls back without an entry after a later stream", "none", 1, SHOP_FALLBACK],
      ["takes no `continue` twice", { do: "continue", leg: 1 }, 1, SHOP_FALLBACK],
      ["falls back when the store is away", "away", 0, SHOP_FALLBACK],
      ["falls back after the last leg", { do: "continue", leg: 256 }, 255, SHOP_FALLBACK],
    ];

    for (const [title, action, leg, answer] of table) {
      it(title, async () => {
        if (action === "away") nextStore.mood.state = "fails";
        else if (action !== "none") nextStore.entries.set("CA1", action);
        const { status, text } = await post(`/twilio/next?leg=${leg}`, CALL);
        assertEquals(status, 200);
        if (!answer.startsWith("leg ")) return assertEquals(text, answer);
        const nextLeg = answer.slice(4);
        const { url, parameters, redirect } = stream(text);
        assertEquals(redirect, `${PUBLIC_URL}/twilio/next?leg=${nextLeg}`);
        assertEquals([parameters.leg, parameters.business], [nextLeg, "shop"]);
        const headers = { upgrade: "websocket" };
        const request = new Request(url.replace("wss:", "http:"), { headers });
        const gate = new StreamGate(deps);
        assertEquals(gate.decide(request), { ok: true, callSid: "CA1", leg: Number(nextLeg) });
      });
    }

    it("asks this edge's memory before the store", async () => {
      await nextActions.put("CA1", { do: "hangup" });
      nextStore.entries.set("CA1", { do: "dial", number: "+15550001111" });
      assertEquals((await post("/twilio/next?leg=0", CALL)).text, HANGUP);
    });

    it("falls back within 60 ms when the store hangs", async () => {
      nextStore.mood.hang();
      assertEquals((await postSlow("/twilio/next?leg=0", CALL)).text, SHOP_FALLBACK);
    });

    it("answers the same when Twilio asks again", async () => {
      await nextActions.put("CA1", { do: "hangup" });
      assertEquals((await post("/twilio/next?leg=0", CALL)).text, HANGUP);
      assertEquals((await post("/twilio/next?leg=0", CALL)).text, HANGUP);
    });

    it("refuses a leg that is not a whole number from 0 to 255, and a bad CallSid", async () => {
      for (
        const query of ["", "?leg=", "?leg=256", "?leg=-1", "?leg=1.5", "?leg=0x1", "?leg=1e1"]
      ) {
        assertEquals((await post(`/twilio/next${query}`, CALL)).status, 400, query);
      }
      assertEquals((await post("/twilio/next?leg=0", { CallSid: "?" })).status, 400);
    });
  });

  describe("signatures", () => {
    beforeEach(() => {
      deps = { ...deps, validate: true };
    });
    const sign = (url: string, form: Record<string, string>) =>
      expectedSignature(AUTH_TOKEN, url, Object.entries(form));

    it("let pass what is signed over the public URL, path and query, and the form", async () => {
      const form = { ...CALL, CallerName: "Zoë & Co" };
      const voice = sign(`${PUBLIC_URL}/twilio/voice`, form);
      assertEquals((await post("/twilio/voice", form, voice)).status, 200);
      const next = sign(`${PUBLIC_URL}:443/twilio/next?leg=0`, form);
      assertEquals((await post("/twilio/next?leg=0", form, next)).status, 200);
      const text = await metrics.text();
      assertMatch(text, /kav_signature_total\{result="ok",variant="https"\} 1/);
      assertMatch(text, /kav_signature_total\{result="ok",variant="https_port"\} 1/);
    });

    it("refuse with 403 what is signed otherwise, and count it", async () => {
      const byHost = sign("http://localhost/twilio/voice", CALL);
      assertEquals((await post("/twilio/voice", CALL, byHost)).status, 403);
      const otherLeg = sign(`${PUBLIC_URL}/twilio/next?leg=0`, CALL);
      assertEquals((await post("/twilio/next?leg=1", CALL, otherLeg)).status, 403);
      assertEquals((await post("/twilio/voice", CALL)).status, 403);
      assertEquals((await post("/twilio/unknown", CALL)).status, 403);
      const text = await metrics.text();
      assertMatch(text, /kav_signature_total\{result="wrong",variant="none"\} 2/);
      assertMatch(text, /kav_signature_total\{result="missing",variant="none"\} 2/);
      assertEquals([businessStore.mood.asked, nextStore.mood.asked], [0, 0]);
      assert(log.lines.every((line) => line.startsWith("warn signature_webhook: ")));
    });
  });

  describe("bodies", () => {
    const ofBytes = (bytes: number) => {
      const head = "CallSid=CA1&x=";
      return head + "y".repeat(bytes - head.length);
    };
    const send = (body: BodyInit, headers: Record<string, string> = {}) =>
      createWebhook(deps).request("/twilio/voice", { method: "POST", body, headers });

    it("are taken up to 64 KiB, and refused beyond with 413, declared or not", async () => {
      const limit = 64 * 1024;
      assertEquals((await send(ofBytes(limit))).status, 200);
      assertEquals((await send(ofBytes(limit + 1))).status, 413);
      const declared = { "content-length": String(limit + 1) };
      assertEquals((await send(ofBytes(limit + 1), declared)).status, 413);
    });

    it("come by POST only", async () => {
      const response = await createWebhook(deps).request("/twilio/voice?CallSid=CA1");
      assertEquals([response.status, response.headers.get("allow")], [405, "POST"]);
    });
  });
});
