import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { placeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { SETTING_GROUPS } from "deploy/configuration.ts";
import { eventually, LONG_MS } from "../kav_bench.ts";
import { Program } from "../program.ts";

/** Until the engines are open, on a machine with other work. */
const READY_MS = 30_000;
const BAD_BUSINESS = "tests/end_to_end/fixtures/bad_business.yaml";

/** A port that nobody listens on now. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.status;
}

/** Lines that name something wrong. */
const problemsOf = (program: Program) => program.stderr.filter((line) => line.startsWith("- "));

describe("deno task start", () => {
  it("says where Twilio reaches it, answers, and ends after its last call when told to", async () => {
    const port = freePort();
    const origin = `http://127.0.0.1:${port}`;
    await using program = new Program("start", { PORT: String(port) });
    const line = await program.untilLine((line) => line.includes("/twilio/voice"), READY_MS);
    assert(line.endsWith(` ${origin}/twilio/voice`), line);
    await program.untilLine((line) => line.includes("- STREAM_TOKEN_SECRET: "), LONG_MS);
    const notes = program.stdout.join("\n");
    for (const missing of ["PUBLIC_URL", "TWILIO_AUTH_TOKEN"]) {
      assertStringIncludes(notes, `\n  - ${missing}: `);
    }
    assertEquals(await statusOf(`${origin}/readyz`), 200);

    const call = await placeCall({ webhook: origin, to: "+15555550100" });
    await call.untilHeardSpeech(LONG_MS);
    program.terminate();
    await eventually(async () => await statusOf(`${origin}/readyz`) === 503, "draining");
    const late = await placeCall({ webhook: origin, to: "+15555550100" });
    assertEquals((await late.ended).verbs.map(({ verb }) => verb), ["Say", "Hangup"]);
    await call.untilMark("greeting_end", LONG_MS);
    call.press("2");
    await call.untilMark("u2:end", LONG_MS);
    assertEquals((await call.hangUp()).by, "caller");
    assertEquals(await program.exit(), 0);
    assert(program.stdout.some((line) => line.startsWith("[TX] greeting_end call=")));
  });

  it("refuses bad settings, and names every one of them", async () => {
    await using program = new Program("start", {
      TX_QUEUE_FRAMES: "500",
      STT_TIMEOUT_MS: "soon",
      TWILIO_VALIDATE: "off",
      PUBLIC_URL: "https://voice.example.com",
    });
    assertEquals(await program.exit(), 2);
    const problems = problemsOf(program);
    assertEquals(problems.length, 3, program.stderr.join("\n"));
    const all = problems.join("\n");
    assertStringIncludes(all, "- TX_QUEUE_FRAMES: 100 to 150 frames, received 500");
    assertStringIncludes(all, "- STT_TIMEOUT_MS: 0 to 5000 ms, received soon");
    assertStringIncludes(all, "- TWILIO_VALIDATE may be off only while PUBLIC_URL is loopback");
  });

  it("refuses a bad business file, and names every problem with its place and field", async () => {
    await using program = new Program("start", { BUSINESS_FILE: BAD_BUSINESS });
    assertEquals(await program.exit(), 2);
    const named = problemsOf(program).map((line) => line.replace(/^- ([^ ]+ [^ ]+): .*/, "$1"));
    assertEquals(named, [
      `${BAD_BUSINESS}:5:22 businesses[0].called_numbers[0]`,
      `${BAD_BUSINESS}:8:7 businesses[0].greeting.text`,
      `${BAD_BUSINESS}:8:7 businesses[0].greeting.txet`,
      `${BAD_BUSINESS}:30:36 businesses[1].keypad.1.question`,
    ]);
  });
});

describe("deno task config", () => {
  it("prints every setting, and no secret", async () => {
    const secrets = {
      TWILIO_AUTH_TOKEN: "token-0123456789",
      STREAM_TOKEN_SECRET: "path-9876543210",
    };
    await using program = new Program("config", { ...secrets, TX_WINDOW_FRAMES: "12" });
    assertEquals(await program.exit(), 0);
    const text = program.stdout.join("\n");
    for (const { name } of Object.values(SETTING_GROUPS).flatMap((of) => Object.values(of))) {
      assert(program.stdout.some((line) => line.startsWith(name)), name);
    }
    for (const [name, secret] of Object.entries(secrets)) {
      assert(!text.includes(secret), name);
      assert(program.stdout.some((line) => line.startsWith(name) && line.includes("****")), name);
    }
    const window = program.stdout.find((line) => line.startsWith("TX_WINDOW_FRAMES"));
    assertEquals(window?.split(/\s+/).slice(1, 3), ["9", "12"]);
  });
});
