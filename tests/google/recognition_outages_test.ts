/** What callers notice of it when Google's recognition goes away in mid-call: with the real client, in real time. */
import { assertLess } from "@std/assert";
import { afterAll, afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import {
  assertInTime,
  HearingKit,
  HELLO,
  LONG,
  LOOKED_INTO_MS,
  UNREACHABLE,
} from "./hearing_kit.ts";
import { attemptsRunOut, pause } from "./speech_client.ts";

let kit: HearingKit;

beforeEach(async () => {
  kit = await HearingKit.start();
  await kit.chain.open();
});

afterEach(async () => {
  await kit.close();
});

describe("Google's recognition, going away while a caller speaks", () => {
  afterAll(attemptsRunOut);

  for (
    const [how, goAway] of [
      ["its connections break, and its port is closed", () => kit.emulator.goDown()],
      ["its connections break, and a black hole opens", () => kit.emulator.blackHole()],
    ] as const
  ) {
    it(`${how}: the next engine has the call within 1 s, and no word is lost`, async () => {
      const caller = kit.call();
      caller.say(HELLO);
      await caller.untilFinal(HELLO);
      caller.say(LONG);
      await pause(500);
      const goneMs = performance.now();
      await goAway();
      const tookMs = await kit.localAfter(goneMs, caller);
      await caller.untilFinal(`${HELLO} ${LONG}`);
      assertInTime(tookMs);
      await pause(LOOKED_INTO_MS);
      const { connections } = kit.emulator;
      await kit.assertCallDoesWithoutGoogle();
      assertLess(kit.emulator.connections - connections, 3);
      kit.assertToldOnce(UNREACHABLE);
      await kit.assertGoogleHearsAgain();
    });
  }

  it("costs 20 callers who speak at once no more than one, and no line more", async () => {
    const callers = Array.from({ length: 20 }, () => kit.call());
    for (const caller of callers) caller.say(LONG);
    await pause(1_000);
    const goneMs = performance.now();
    await kit.emulator.blackHole();
    const took = await Promise.all(callers.map((caller) => kit.localAfter(goneMs, caller)));
    await Promise.all(callers.map((caller) => caller.untilFinal(LONG)));
    assertInTime(...took);
    kit.assertToldOnce(UNREACHABLE);
  });
});
