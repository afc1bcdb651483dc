/** What callers notice of it when Google's recognition stays connected and falls silent: in real time. */
import { assertEquals } from "@std/assert";
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

describe("Google's recognition, answering nothing any more", () => {
  afterAll(attemptsRunOut);

  it("in the middle of speech is found out, and no word is lost", async () => {
    const caller = kit.call();
    caller.say(HELLO);
    await caller.untilFinal(HELLO);
    caller.say(LONG);
    await pause(500);
    const hungMs = performance.now();
    kit.emulator.hang();
    const tookMs = await kit.localAfter(hungMs, caller);
    await caller.untilFinal(`${HELLO} ${LONG}`);
    assertInTime(tookMs);
    await pause(LOOKED_INTO_MS);
    await kit.assertCallDoesWithoutGoogle();
    kit.assertToldOnce(UNREACHABLE);
    await kit.assertGoogleHearsAgain();
  });

  it("in silence is found out within 1 s of the next onset, and no word is lost", async () => {
    const caller = kit.call();
    await pause(300);
    kit.emulator.hang();
    await pause(300);
    const onsetMs = performance.now();
    caller.say(LONG);
    const tookMs = await kit.localAfter(onsetMs, caller);
    await caller.untilFinal(LONG);
    assertInTime(tookMs);
    await pause(LOOKED_INTO_MS);
    await kit.assertCallDoesWithoutGoogle();
    assertEquals(caller.heard.filter(({ kind }) => kind === "rejected"), []);
    kit.assertToldOnce(UNREACHABLE);
  });

  it("right after another caller's connection was found to be there is found out as soon", async () => {
    kit.emulator.faults.nextStreams({ atFrame: 0, do: "hang" });
    const [first, _idle, second] = [kit.call(), kit.call(), kit.call()];
    // What was found out at the opening is old by then.
    await pause(800);
    const requests = kit.emulator.requests.length;
    first!.say(LONG);
    // Its onset takes the VAD 100 ms; 400 ms later it has no answer, and asks.
    await pause(560);
    assertEquals(kit.emulator.requests.length, requests + 1);
    kit.emulator.hang();
    const onsetMs = performance.now();
    second!.say(HELLO);
    const tookMs = await kit.localAfter(onsetMs, second!);
    await Promise.all([first!.untilFinal(LONG), second!.untilFinal(HELLO)]);
    assertInTime(tookMs);
  });
});
