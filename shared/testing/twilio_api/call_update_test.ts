import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readUpdate } from "./call_update.ts";

describe("readUpdate()", () => {
  const twiml = (verbs: string) => `Twiml=${encodeURIComponent(`<Response>${verbs}</Response>`)}`;

  it("reads the end of a call, and other TwiML", () => {
    assertEquals(readUpdate("Status=completed"), { ok: true, update: { kind: "completed" } });
    assertEquals(readUpdate(twiml("<Hangup/>")), {
      ok: true,
      update: { kind: "verbs", verbs: [{ verb: "Hangup" }] },
    });
  });

  const refused: readonly [what: string, form: string][] = [
    ["nothing", ""],
    ["JSON", '{"Status":"completed"}'],
    ["both at once", `Status=completed&${twiml("<Hangup/>")}`],
    ["another status", "Status=canceled"],
    ["another parameter", "Url=https%3A%2F%2Fexample.com"],
    ["TwiML that Twilio does not know", twiml("<Fly/>")],
    ["TwiML over 4,000 characters", twiml(`<Say>${"a".repeat(4_000)}</Say>`)],
  ];
  for (const [what, form] of refused) {
    it(`refuses ${what}`, () => assert(!readUpdate(form).ok));
  }
});
