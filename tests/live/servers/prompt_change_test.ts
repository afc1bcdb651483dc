/** A prompt that changes through the API while all services run, each a process of its own. */
import { assertEquals, assertThrows } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import type { GreetingSourceName } from "shared/bus/telemetry.ts";
import type { Business } from "shared/store/business.ts";
import type { FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { hearingOf } from "../../end_to_end/heard.ts";
import { eventually, LiveKav, LONG_MS, SHORT_GREETING } from "../live_kav.ts";

const EMERGENCY = "Hello, thank you for calling. How can I help you?";
/** Has the lease, so that nobody builds. */
const NOBODY = "the-test";

let kav: LiveKav;

async function api(method: string, path: string, body?: unknown): Promise<Response> {
  const { api, admin_token } = kav.up.info;
  return await fetch(`${api}/api/${path}`, {
    method,
    headers: { authorization: `Bearer ${admin_token}`, "content-type": "application/json" },
    ...body !== undefined && { body: JSON.stringify(body) },
  });
}

/** Gives the business another greeting, as a person does: reads it, changes it, writes it. */
async function greetWith(text: string): Promise<void> {
  const path = `businesses/${kav.business.id}`;
  const business: Business = await (await api("GET", path)).json();
  const response = await api("PUT", path, {
    ...business,
    greeting: { ...business.greeting, text },
  });
  const stored: Business = await response.json();
  assertEquals([response.status, stored.version], [200, business.version + 1]);
}

const isFresh = async () => {
  const { greetings } = await (await api("GET", "greetings")).json();
  return greetings[0].state === "fresh";
};

/** Hears the greeting to its end. @returns where it was found, as telemetry says */
async function greeted(): Promise<{ call: FakeCall; source: GreetingSourceName | undefined }> {
  const { call, telemetry } = await kav.place();
  await call.untilMark("greeting_end", LONG_MS);
  const event = telemetry.call.find(({ event }) => event === "greeting");
  await call.hangUp();
  return { call, source: event?.greeting_source };
}

describe("A prompt that changes", () => {
  beforeAll(async () =>
    void (kav = await LiveKav.start({ businessFile: SHORT_GREETING, instances: { stt: 0 } }))
  );
  afterAll(() => kav?.[Symbol.asyncDispose]());

  it("is heard by the next call after its greeting is built, and its old words by none", async () => {
    const oldWords = await kav.speech(kav.business.greeting.text);
    const text = "We have moved! You find us at the harbor now.";
    const newWords = await kav.speech(text);
    const before = await greeted();
    hearingOf(before.call.heardTrack(), oldWords);
    assertEquals(before.source, "redis");

    const { greetingBuilds } = kav.stores;
    const { id } = kav.business;
    await eventually(() => greetingBuilds.lease(id, NOBODY, 10_000), "the lease");
    await greetWith(text);
    const during = await greeted();
    hearingOf(during.call.heardTrack(), await kav.speech(EMERGENCY));
    assertThrows(() => hearingOf(during.call.heardTrack(), oldWords));
    assertEquals([during.source, await isFresh()], ["emergency", false]);

    await greetingBuilds.release(id, NOBODY, 0);
    await eventually(isFresh, "the new greeting");
    const sources: (GreetingSourceName | undefined)[] = [];
    for (let i = 0; i < 2; i++) {
      const { call, source } = await greeted();
      hearingOf(call.heardTrack(), newWords);
      sources.push(source);
    }
    assertEquals(sources, ["redis", "memory"]);
  });
});
