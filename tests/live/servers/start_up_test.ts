import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { newSid } from "shared/testing/fake_twilio/fake_twilio.ts";
import { startUp } from "deploy/local/start_up.ts";
import { eventually, LiveKav } from "../live_kav.ts";
import { livingOf } from "../up_program.ts";

const TO = "+15555550100";
const AccountSid = `AC${"0".repeat(32)}`;

/** What the webhook answers to a call that comes over a new connection. */
async function voiceTwiml(origin: string): Promise<string> {
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const response = await fetch(`${origin}/twilio/voice`, {
    client,
    method: "POST",
    body: new URLSearchParams({ CallSid: newSid("CA"), AccountSid, From: TO, To: TO }),
  });
  return await response.text();
}

describe("startUp()", () => {
  it("ends everything when a service cannot start, and tells its last lines", async () => {
    const pids: number[] = [];
    const error = await assertRejects(
      () =>
        startUp({
          settingsOf: { stt: { STT_BATCH_MS: "soon" } },
          onLine: (_, line) =>
            pids.push(...[...line.matchAll(/\[(\d+)\]/g)].map(([, pid]) => +pid!)),
        }),
      Error,
      "Cannot start stt-1: it ended with code 2\n",
    );
    assertStringIncludes(error.message, "- STT_BATCH_MS: ");
    assert(pids.length > 0, "nats-server tells its own");
    assertEquals(await livingOf(pids), []);
  });

  it("spreads calls over several edges, and gives a draining one no new call", async () => {
    await using kav = await LiveKav.start({ instances: { edge: 2, stt: 2, dialog: 2 } });
    assertEquals(kav.up.info.services.filter(({ name }) => name === "haproxy").length, 1);
    const callsOf = (edge: string) => kav.sample(edge, "kav_calls");
    await kav.placeMany(4);
    await eventually(async () => await callsOf("edge-1") + await callsOf("edge-2") === 4, "calls");
    const before = await callsOf("edge-2");
    assert(before > 0 && before < 4, `edge-2 has ${before} of 4 calls`);
    const draining = kav.terminate("edge-1");
    await eventually(async () => await kav.readiness("edge-1") === 503, "draining");
    // Two checks of the balancer.
    await new Promise((resolve) => setTimeout(resolve, 600));
    for (let i = 0; i < 4; i++) {
      assertStringIncludes(await voiceTwiml(kav.up.webhook), "<Stream", `webhook ${i}`);
    }
    assertEquals(await callsOf("edge-1"), 4 - before);
    await kav.hangUpAll();
    assertEquals(await draining, 0);
  });
});
