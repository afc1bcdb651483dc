import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { CallKit } from "./testing/call_kit.ts";

/** Frames of these texts, 10 a word. */
const ADDRESS_FRAMES = 30;
const EMERGENCY_FRAMES = 100;

let kit: CallKit;

beforeEach(async () => {
  kit = await CallKit.start();
});

afterEach(async () => {
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

describe("Conversation resumed without the store", () => {
  it("greets in short within 300 ms and asks anew, when more than the greeting was spoken", async () => {
    await kit.asked("when do you open", 1_500);
    kit.stores.conversations.get = () => new Promise(() => {});
    await kit.kill();
    const diedMs = kit.clock.now();
    await kit.clock.advance(6_000);
    const shortly = kit.beganMs(3)! - diedMs;
    assert(shortly >= 280 && shortly <= 400, `${shortly} ms`);
    assertEquals(kit.frames(3), EMERGENCY_FRAMES);
    assertEquals(kit.edge.sent.at(-1)?.utterance, 3);
    assert(await kit.metric("kav_dialog_store_errors_total") > 0);
    await kit.says("where are you");
    await kit.clock.advance(2_000);
    assertEquals(kit.frames(4), ADDRESS_FRAMES);
  });

  it("greets in short, then answers the question, when only the greeting was spoken", async () => {
    await kit.greeted();
    kit.dialogBus.drop = () => true;
    await kit.says("where are you");
    kit.stores.conversations.get = () => Promise.reject(new Error("away"));
    await kit.kill();
    await kit.clock.advance(6_000);
    assertEquals([kit.frames(2), kit.frames(3)], [EMERGENCY_FRAMES, ADDRESS_FRAMES]);
  });

  it("greets within 100 ms where nothing was sent before", async () => {
    kit.stores.conversations.get = () => new Promise(() => {});
    kit.edge.offer("shop", { epoch: 1 });
    await kit.clock.advance(100);
    assert(kit.frames(1) > 0, "it has begun");
  });

  it("keeps what is said while it reads", async () => {
    await kit.asked("when do you open", 3_000);
    kit.slowRead(kit.stores.conversations, 200);
    await kit.kill();
    await kit.clock.advance(50);
    await kit.says("where are you", 50);
    await kit.clock.advance(2_000);
    assertEquals(kit.frames(3), ADDRESS_FRAMES);
  });

  it("leaves nothing behind when the call ends while it reads", async () => {
    await kit.asked("when do you open", 1_500);
    const heal = kit.slowRead(kit.stores.conversations, 200);
    await kit.kill();
    await kit.clock.advance(100);
    kit.edge.end();
    await kit.clock.advance(1_000);
    assertEquals(kit.frames(3), 0);
    heal();
    assertEquals((await kit.stores.conversations.get("CA1"))?.epoch, 0, "nothing is stored");
    assertEquals(await kit.metric("kav_dialog_calls"), 0);
  });
});
