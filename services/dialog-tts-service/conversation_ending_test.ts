import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { heardTextOf } from "shared/store/heard_text.ts";
import type { Conversation } from "shared/store/stores.ts";
import { CallKit } from "./testing/call_kit.ts";
import { wordsSent } from "./testing/words_sent.ts";

const GREETING = "Hello this is the shop. How are you?";

let kit: CallKit;

afterEach(async () => {
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

/** The caller hangs up; what is stored then. */
async function hungUp(): Promise<Conversation> {
  kit.edge.end();
  await kit.clock.advance(0);
  return (await kit.stores.conversations.get("CA1"))!;
}

function said(utterance: number, unplayed = 0): string {
  const frames = kit.edge.sent.slice(0, kit.edge.sent.length - unplayed)
    .filter((frame) => frame.utterance === utterance);
  return wordsSent(frames, kit.synthesizer.requests).join(" ");
}

describe("Conversation of a caller who hangs up", () => {
  beforeEach(async () => {
    kit = await CallKit.start();
  });

  for (const ms of [100, 250, 850, 1_000, 1_900]) {
    it(`tells how far the answer was heard, at ${ms} ms of it, and is closed`, async () => {
      await kit.asked("when do you open", ms);
      const { turns, closed } = await hungUp();
      assertEquals(turns.map(heardTextOf), [GREETING, said(2)]);
      assertEquals([closed, turns[1]?.interrupted, turns[1]?.pieces.length], [true, false, 2]);
      assert(turns[1]?.heard, "it was cut off");
    });
  }

  it("has not told what was sent and not yet played", async () => {
    kit.edge.unplayed = 4;
    await kit.asked("when do you open", 1_060);
    const { turns } = await hungUp();
    assertEquals(heardTextOf(turns[1]!), said(2, 4));
    assert(said(2, 4) !== said(2), "a word lies between");
  });

  it("tells how far the greeting was heard", async () => {
    kit.edge.offer("shop");
    await kit.clock.advance(700);
    const { turns, closed } = await hungUp();
    const words = GREETING.split(" ").slice(0, Math.floor(kit.frames(1) / 10));
    assertEquals([turns.map(heardTextOf), closed], [[words.join(" ")], true]);
  });

  it("has nothing cut off after the answer has played", async () => {
    await kit.asked("when do you open", 3_000);
    const { turns, closed } = await hungUp();
    assertEquals([turns.map(({ heard }) => heard), closed], [[null, null], true]);
  });

  it("knows of no turn that was only thought of", async () => {
    const { synthesize } = kit.synthesizer;
    kit.synthesizer.synthesize = async function* (request, signal) {
      await kit.clock.sleepUntil(kit.clock.now() + 500, signal);
      yield* synthesize.call(this, request, signal);
    };
    await kit.asked("when do you open", 300);
    const { turns, closed } = await hungUp();
    assertEquals([turns.map(({ turn }) => turn), closed], [[0], true]);
  });

  it("tells how far an answer was heard that was silenced in the same moment", async () => {
    await kit.asked("when do you open", 1_000);
    kit.edgeBus.drop = (subject) => subject.endsWith(".credit");
    kit.sustains(kit.begins());
    await kit.clock.advance(0);
    const { turns } = await hungUp();
    assertEquals([turns[1]?.interrupted, heardTextOf(turns[1]!)], [true, said(2)]);
  });

  it("is closed by the worker that has taken the call over", async () => {
    await kit.asked("when do you open", 1_000);
    await kit.kill();
    await kit.clock.advance(1_500);
    const { turns, closed, epoch } = await hungUp();
    assertEquals([epoch, closed], [1, true]);
    assert(heardTextOf(turns[1]!).startsWith("We open at nine."), heardTextOf(turns[1]!));
  });
});

describe("Conversation of a caller who stays silent", () => {
  const PROMPT_MS = 2_000;
  const PROMPTS = ["Are you still there?", "I can't hear you. Are you there?"];

  beforeEach(async () => {
    kit = await CallKit.start({ settings: { idlePromptMs: PROMPT_MS } });
    await kit.greeted();
  });

  it("asks, asks again, says goodbye and hangs up", async () => {
    await kit.clock.advance(PROMPT_MS * 3 + 3_500);
    const told = (await kit.turns()).map(({ asked, pieces }) => [asked, pieces.join(" ")]);
    assertEquals(told, [
      [null, GREETING],
      ...PROMPTS.map((prompt) => [null, prompt]),
      [null, "Thank you and goodbye."],
    ]);
    assertEquals(kit.applied("hangup").length, 1);
    const ended = (utterance: number) =>
      kit.edge.sent.findLast((frame) => frame.utterance === utterance)!.atMs;
    for (const utterance of [2, 3, 4]) {
      const silentMs = kit.beganMs(utterance)! - ended(utterance - 1);
      assert(silentMs >= PROMPT_MS && silentMs <= PROMPT_MS + 60, `${silentMs} ms`);
    }
  });

  it("begins anew when the caller has said something", async () => {
    await kit.clock.advance(PROMPT_MS + 1_500);
    await kit.says("where are you");
    await kit.clock.advance(PROMPT_MS + 1_500);
    assertEquals((await kit.turns()).map(({ pieces }) => pieces.join(" ")), [
      GREETING,
      PROMPTS[0],
      "Two Main Road.",
      PROMPTS[0],
    ]);
  });
});
