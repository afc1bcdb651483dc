/** What callers notice of it when Google's recognition is away from the start: with the real client, in real time. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { afterAll, afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { HearingKit, UNREACHABLE } from "./hearing_kit.ts";
import { RETRY_MS } from "./product_parts.ts";
import { attemptsRunOut, pause } from "./speech_client.ts";

let kit: HearingKit;

beforeEach(async () => {
  kit = await HearingKit.start();
});

afterEach(async () => {
  await kit.close();
});

/** As many checks as fit: the rests are 1, 2, 4 ... s. */
const mostChecks = (ms: number) => Math.ceil(Math.log2(1 + ms / RETRY_MS));

describe("Google's recognition, down when the process starts", () => {
  afterAll(attemptsRunOut);

  it("refused: every call is the next engine's at once, until Google is back", async () => {
    await kit.emulator.goDown();
    await kit.chain.open();
    await kit.assertCallDoesWithoutGoogle();
    kit.assertToldOnce(UNREACHABLE);
    assertEquals(await kit.parts.sample('kav_engine_open{engine="google-stt"}'), 1);
    await kit.assertGoogleHearsAgain();
  });

  it("in a black hole: the process waits 3 s for it, calls do not, and checks become rare", async () => {
    await kit.emulator.blackHole();
    const beganMs = performance.now();
    await kit.chain.open();
    const openMs = performance.now();
    assertLess(openMs - beganMs, 5_000);
    assertEquals(kit.emulator.connections, 2);
    while (performance.now() - openMs < 3.5 * RETRY_MS) {
      await kit.assertCallDoesWithoutGoogle();
      await pause(100);
    }
    const checks = (kit.emulator.connections - 2) / 2;
    assert(checks >= 1 && checks <= mostChecks(performance.now() - openMs), `${checks}`);
    kit.assertToldOnce(UNREACHABLE);
  });
});
