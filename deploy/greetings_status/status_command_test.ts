import { assertEquals, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { problem } from "../api/testing/fake_api.ts";
import { FakeSession } from "../api/testing/fake_session.ts";
import { greetingsStatus } from "./status_command.ts";

const greeting = (state: "fresh" | "stale" | "missing") => ({
  business_id: "shop",
  name: "Shop",
  state,
  bytes: null,
  updated_at: null,
  last_error: null,
});
const GREETINGS = "GET /api/greetings";

describe("greetingsStatus()", () => {
  let session: FakeSession;
  let clock: FakeClock;
  beforeEach(() => {
    session = new FakeSession();
    clock = new FakeClock();
  });

  const status = (waitSeconds: number, json = false) =>
    greetingsStatus(session, { json, waitSeconds }, { clock, wallMs: () => 0 });

  it("ends with 0 when all are fresh, with 1 when not", async () => {
    session.api.greetings.push([greeting("fresh")], [greeting("fresh"), greeting("stale")]);
    assertEquals([await status(0), await status(0)], [0, 1]);
    assertEquals(session.printed.at(-1), "2 businesses: 1 fresh, 1 stale");
    assertEquals(session.noted, []);
  });

  it("prints JSON where it is asked to", async () => {
    session.api.greetings.push([greeting("fresh")]);
    assertEquals(await status(0, true), 0);
    assertEquals(JSON.parse(session.printed.join("\n")), { greetings: [greeting("fresh")] });
  });

  it("looks again each second until all are fresh", async () => {
    const { greetings, instead, asked } = session.api;
    instead.set(GREETINGS, () => problem(503, { detail: "starting" }));
    greetings.push([greeting("missing")], [greeting("missing")], [greeting("fresh")]);
    const waited = status(10);
    await clock.advance(3_000);
    assertEquals(await waited, 0);
    assertEquals([asked.length, clock.sleeping], [4, 0]);
    assertEquals(session.noted, [
      "waiting: it answers 503: starting",
      "waiting: 1 business: 1 missing",
    ]);
  });

  it("gives up after its time, and shows what is missing then", async () => {
    session.api.greetings.push([greeting("missing")]);
    const waited = status(2);
    await clock.advance(2_000);
    assertEquals(await waited, 1);
    assertEquals(session.api.asked.length, 3);
    assertEquals(session.printed.at(-1), "1 business: 1 missing");
  });

  it("does not wait for a token to become right", async () => {
    session = new FakeSession("another");
    assertEquals(await status(60), 1);
    assertStringIncludes(session.noted[0]!, "token of ADMIN_TOKEN");
  });
});
