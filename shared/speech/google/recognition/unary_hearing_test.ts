import { assertEquals } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import { failureOf, indexesIn, RecognitionRig } from "shared/testing/recognition_rig.ts";

let rig: RecognitionRig;

/** Without streaming; utterances are answered after 200 ms by their number. */
function beginUnary(): void {
  rig = new RecognitionRig({ streaming: false }, answerAll);
}

function answerAll({ speech, clock }: RecognitionRig): void {
  speech.onRecognize = async () => {
    const text = `text${speech.utterances.length}`;
    await clock.sleepUntil(clock.now() + 200);
    return text;
  };
}

/** Three failures in a row: streaming is given up. */
async function giveUpStreaming(): Promise<void> {
  rig.speech.onStream = (stream) => queueMicrotask(() => stream.end(failureOf("broken")));
  rig.speech.last.end(failureOf("broken"));
  await rig.clock.advance(150);
}

/** From the first frame to the last. */
function spans(): number[][] {
  return rig.speech.utterances.map(({ audio }) => {
    const indexes = indexesIn(audio);
    return [indexes[0]!, indexes.at(-1)!];
  });
}

afterEach(async () => {
  rig.recognition.close();
  await rig.clock.advance(60_000);
  assertEquals([rig.clock.sleeping, rig.speech.openStreams, rig.speech.places], [0, 0, 0]);
});

describe("UnaryHearing", () => {
  it("hears an utterance with 300 ms before it and 200 ms behind it", async () => {
    beginUnary();
    await rig.write(50);
    await rig.write(40, true);
    await rig.write(19);
    assertEquals(rig.speech.utterances, []);
    await rig.write(12);
    assertEquals(spans(), [[35, 99]]);
    assertEquals(rig.speech.utterances[0]!.config.language, "he-IL");
    assertEquals([rig.told, rig.speech.streams], [["final text1 @89"], []]);
  });

  it("does not cut at a pause of less than 300 ms", async () => {
    beginUnary();
    await rig.write(40, true);
    await rig.write(14);
    await rig.write(40, true);
    await rig.write(40);
    assertEquals([spans(), rig.told], [[[0, 103]], ["final text1 @93"]]);
  });

  it("cuts when no more frames come", async () => {
    beginUnary();
    await rig.speak(40);
    await rig.clock.advance(1_000);
    assertEquals(rig.told, ["final text1 @39"]);
  });

  it("rejects what it cannot make out", async () => {
    beginUnary();
    rig.speech.onRecognize = () => Promise.resolve("");
    await rig.speak(40);
    await rig.write(20);
    assertEquals(rig.told, ["rejected @39"]);
  });

  it("cuts after 55 s, and goes on behind it", async () => {
    beginUnary();
    await rig.write(2_800, true);
    await rig.write(30);
    assertEquals(spans(), [[0, 2_749], [2_750, 2_809]]);
    assertEquals(rig.told, ["final text1 @2749", "final text2 @2799"]);
  });

  it("hears one after the other; of too many that wait the oldest is rejected", async () => {
    beginUnary();
    let busy = 0;
    rig.speech.onRecognize = async () => {
      assertEquals(busy++, 0);
      await rig.clock.sleepUntil(rig.clock.now() + 4_700);
      busy--;
      return `text${rig.speech.utterances.length}`;
    };
    for (let i = 0; i < 6; i++) {
      await rig.write(20, true);
      await rig.write(25);
    }
    await rig.clock.advance(30_000);
    assertEquals(rig.told.filter((line) => line.startsWith("rejected")), ["rejected @64"]);
    assertEquals(rig.told.length, 6);
  });

  it("is over when a request fails", async () => {
    beginUnary();
    rig.speech.onRecognize = () => Promise.reject(failureOf("timeout"));
    await rig.speak(40);
    await rig.write(20);
    assertEquals([rig.told, rig.recognition.ready], [["failed timeout"], false]);
  });

  it("finds out before the end of the speech that nobody is there", async () => {
    beginUnary();
    rig.speech.onCheck = () => Promise.reject(failureOf("unreachable"));
    await rig.write(30, true);
    assertEquals(rig.told, ["failed unreachable"]);
  });

  it("says nothing after it was closed", async () => {
    beginUnary();
    await rig.speak(40);
    await rig.write(12);
    assertEquals(rig.speech.utterances.length, 1);
    rig.recognition.close();
    await rig.clock.advance(10_000);
    assertEquals(rig.told, []);
  });
});

describe("GoogleRecognition, whose streams fail three times in a row", () => {
  it("hears what waited for an answer as an utterance", async () => {
    rig = new RecognitionRig({}, answerAll);
    await rig.write(20);
    await rig.write(40, true);
    await rig.write(9);
    await giveUpStreaming();
    await rig.clock.advance(400);
    assertEquals(rig.modes, ["unary"]);
    assertEquals(rig.told, [...new Array(3).fill("error broken"), "final text1 @59"]);
    assertEquals(spans(), [[5, 68]]);
  });

  it("goes on with an utterance in progress", async () => {
    rig = new RecognitionRig({}, answerAll);
    await rig.write(20);
    await rig.write(20, true);
    await giveUpStreaming();
    await rig.write(20, true);
    await rig.write(30);
    assertEquals([spans(), rig.told.at(-1)], [[[5, 69]], "final text1 @59"]);
  });

  it("tries streaming again after 30 s, when nobody speaks, and is back with an answer", async () => {
    rig = new RecognitionRig({}, answerAll);
    await rig.write(2);
    await giveUpStreaming();
    rig.speech.onStream = () => {};
    const failed = rig.speech.streams.length;
    await rig.write(1_480);
    await rig.write(100, true);
    assertEquals(rig.speech.streams.length, failed);
    await rig.write(30);
    assertEquals(rig.speech.streams.length, failed + 1);
    assertEquals([rig.told.at(-1), rig.modes], ["final text1 @1581", ["unary"]]);
    await rig.write(20, true);
    const { last } = rig.speech;
    last.respond({ voice: "begin" });
    assertEquals(rig.modes, ["unary", "streaming"]);
    const base = indexesIn(last.written[0]!)[0]!;
    last.final("שלום", 20 * (1_630 - base + 1));
    assertEquals([rig.told.at(-1), rig.speech.utterances.length], ["final שלום @1630", 1]);
  });

  it("goes back to utterances at the first failure of the stream that was to be tried", async () => {
    rig = new RecognitionRig({}, answerAll);
    await rig.write(2);
    await giveUpStreaming();
    const failed = rig.speech.streams.length;
    await rig.write(1_600);
    assertEquals(rig.speech.streams.length, failed + 1);
    assertEquals([rig.modes, rig.recognition.ready], [["unary"], true]);
    await rig.speak(30);
    await rig.write(20);
    assertEquals(rig.told.at(-1), "final text1 @1631");
  });
});
