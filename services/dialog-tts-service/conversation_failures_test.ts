import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { SynthesisError } from "shared/speech/synthesizer.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import { RECORDED_TEXTS } from "./greeting/recorded_texts.ts";
import { CallKit, type CallKitOptions } from "./testing/call_kit.ts";

const APOLOGY = RECORDED_TEXTS.get("en")!.apology;
/** 13 words. */
const APOLOGY_FRAMES = 130;
const HOURS = "We open at nine. We close at five every day.";
const FIRST_PIECE_FRAMES = 40;

let kit: CallKit;

async function start(options?: CallKitOptions): Promise<void> {
  kit = await CallKit.start(options);
}

beforeEach(() => start());

afterEach(async () => {
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

/** From now on texts that begin so cannot be spoken; default: none can. */
function failFrom(start = ""): void {
  const { synthesize } = kit.synthesizer;
  kit.synthesizer.synthesize = async function* (request, signal) {
    if (request.text.startsWith(start)) {
      throw new SynthesisError("Cannot speak: every engine is away");
    }
    yield* synthesize.call(kit.synthesizer, request, signal);
  };
}

/** What was told, and what follows. */
async function told(): Promise<unknown[]> {
  return (await kit.turns()).map(({ pieces, then }) => [pieces.join(" "), then.do]);
}

const GREETED = ["Hello this is the shop. How are you?", "none"];

describe("Conversation when nothing can be spoken", () => {
  it("apologises from the recording, and then gives the call to the fallback verb", async () => {
    await kit.greeted();
    failFrom();
    await kit.says("when do you open");
    await kit.clock.advance(3_500);
    const begin = kit.applied("utterance_begin").at(-1);
    assertEquals([begin?.role, begin?.interruptible, begin?.turn], ["prompt", false, 1]);
    assertEquals([kit.frames(2), kit.frames(3)], [0, APOLOGY_FRAMES]);
    const fallback = kit.edge.applied.at(-1);
    assertEquals([fallback?.request.kind, fallback?.framesBefore], [
      "fallback",
      kit.edge.sent.length,
    ]);
    assertEquals(kit.applied("fallback").map(({ reason }) => reason), ["no_speech"]);
    assertEquals(await told(), [GREETED, [APOLOGY, "fallback"]]);
    assertEquals(await kit.metric("kav_tts_failures_total"), 1);
    assertEquals(await kit.metric("kav_apologies_total"), 1);
    assertEquals(await kit.metric("kav_dialog_turns_total"), 0);
  });

  it("apologises behind what was sent of an answer that breaks off in its middle", async () => {
    await kit.greeted();
    failFrom("We close");
    await kit.says("when do you open");
    await kit.clock.advance(4_500);
    const last = kit.edge.sent.slice(-APOLOGY_FRAMES).map(({ utterance }) => utterance);
    assertEquals(new Set(last), new Set([3]));
    assertEquals([kit.frames(2), kit.frames(3)], [FIRST_PIECE_FRAMES, APOLOGY_FRAMES]);
    assertEquals(kit.applied("fallback").length, 1);
    assertEquals(await told(), [GREETED, [HOURS, "none"], [APOLOGY, "fallback"]]);
  });

  it("hears neither keys nor speech over the apology", async () => {
    await kit.greeted();
    failFrom();
    await kit.says("when do you open");
    await kit.clock.advance(300);
    kit.edge.press("1");
    await kit.says("where are you");
    await kit.clock.advance(3_000);
    assertEquals([kit.applied("clear"), kit.frames(3)], [[], APOLOGY_FRAMES]);
    assertEquals(kit.applied("fallback").length, 1);
  });

  it("hangs up all the same when the goodbye cannot be spoken", async () => {
    await kit.greeted();
    failFrom();
    await kit.says("goodbye");
    await kit.clock.advance(1_000);
    assertEquals([kit.applied("hangup").length, kit.applied("fallback").length], [1, 0]);
    assertEquals(await kit.metric("kav_apologies_total"), 0);
  });

  it("asks for the fallback until the edge has heard it", async () => {
    await kit.greeted();
    failFrom();
    let times = 3;
    kit.dialogBus.drop = (_, data) =>
      new TextDecoder().decode(data).includes('"fallback"') && times-- > 0;
    await kit.says("when do you open");
    await kit.clock.advance(5_000);
    assertEquals([kit.dialogBus.dropped, kit.applied("fallback").length], [3, 1]);
  });

  it("apologises in the business's language", async () => {
    assertEquals(await kit.stop(), 0);
    await start({ business: sampleBusiness({ language: "he-IL" }) });
    await kit.greeted();
    failFrom();
    await kit.says("when do you open");
    await kit.clock.advance(3_500);
    assertEquals((await told()).at(-1), [RECORDED_TEXTS.get("he")!.apology, "fallback"]);
  });

  it("apologises for the rest that a successor cannot speak", async () => {
    await kit.asked("tell me the story", 1_500);
    failFrom("One two");
    await kit.kill();
    await kit.clock.advance(3_500);
    assertEquals([kit.frames(3), kit.frames(4)], [0, APOLOGY_FRAMES]);
    assertEquals(kit.applied("fallback").length, 1);
  });
});

describe("Conversation taken over in an apology", () => {
  /** The apology plays for so long; then its worker is gone, and the synthesizer still is. */
  async function killedAfter(ms: number): Promise<void> {
    await kit.greeted();
    failFrom("We open");
    await kit.says("when do you open");
    await kit.clock.advance(ms);
    await kit.kill();
    await kit.clock.advance(4_000);
  }

  it("is begun again from the recording, and ends in the fallback verb", async () => {
    await killedAfter(1_000);
    assert(kit.frames(3) < APOLOGY_FRAMES, `${kit.frames(3)} frames of the first one`);
    assertEquals(kit.frames(4), APOLOGY_FRAMES);
    const begins = kit.applied("utterance_begin").map(({ turn, role }) => [turn, role]);
    assertEquals(begins, [[0, "greeting"], [1, "prompt"], [1, "prompt"]]);
    assertEquals(kit.applied("fallback").length, 1);
    assertEquals((await told()).slice(1), [[APOLOGY, "fallback"]]);
  });

  it("is not said again when all of it was sent: the fallback verb follows at once", async () => {
    kit.dialogBus.drop = (_, data) => new TextDecoder().decode(data).includes('"fallback"');
    await killedAfter(3_000);
    assertEquals([kit.frames(3), kit.frames(4)], [APOLOGY_FRAMES, 0]);
    assertEquals(kit.applied("fallback").length, 1);
  });
});
