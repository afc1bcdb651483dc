import { assertEquals } from "@std/assert";
import { hearingOf } from "../heard.ts";
import { eventually, type KavBench, LONG_MS } from "../kav_bench.ts";
import { together } from "../together.ts";

const ADMIN_TOKEN = "the token of this test";
const CHANGED = "Something new.";

async function ask(bench: KavBench, path: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
  const response = await fetch(`${bench.origin}/api/${path}`, { headers, ...init });
  return { status: response.status, body: await response.json() };
}

together("The API of businesses beside Twilio", { settings: { ADMIN_TOKEN } }, {
  "gives the next caller another greeting, for who has the token": async (bench) => {
    const path = `businesses/${bench.business.id}`;
    assertEquals((await ask(bench, path, { headers: {} })).status, 401);
    const { body: read } = await ask(bench, path);
    const changed = { ...read, greeting: { text: CHANGED } };
    const put = await ask(bench, path, { method: "PUT", body: JSON.stringify(changed) });
    assertEquals([put.status, put.body.version], [200, read.version + 1]);
    await eventually(async () => {
      const { body } = await ask(bench, "greetings");
      return body.greetings[0].state === "fresh";
    }, "the new greeting");
    const { call } = await bench.place();
    await call.untilMark("greeting_end", LONG_MS);
    hearingOf(call.heardTrack(), await bench.speech(CHANGED));
  },
});
