import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { indexesIn, RecognitionRig } from "shared/testing/recognition_rig.ts";

let rig: RecognitionRig;

afterEach(async () => {
  rig.recognition.close();
  await rig.clock.advance(60_000);
  assertEquals([rig.clock.sleeping, rig.speech.openStreams, rig.speech.places], [0, 0, 0]);
});

/** With its first stream open. */
async function begin(...options: ConstructorParameters<typeof RecognitionRig>): Promise<void> {
  rig = new RecognitionRig(...options);
  await rig.clock.advance(0);
}

/** A place takes 700 ms. */
function slowly({ speech, clock }: RecognitionRig): void {
  speech.onAcquire = async () => void await clock.sleepUntil(clock.now() + 700);
}

/** After one word of 40 frames, at frames 10 to 49. */
async function afterOneWord(): Promise<void> {
  await begin();
  await rig.write(10);
  await rig.speak(40);
}

describe("GoogleRecognition, streaming", () => {
  it("sends audio in whole batches, as it was written and where it was configured to", async () => {
    await begin({ batchMs: 60 });
    await rig.write(8);
    const { config, written } = rig.speech.last;
    assertEquals(config, {
      language: "he-IL",
      model: "default",
      useEnhanced: true,
      phrases: ["שלום"],
    });
    assertEquals(written.map(indexesIn), [[0, 1, 2], [3, 4, 5]]);
  });

  it("takes audio before its stream is open, and sends it then in chunks of up to 1 s", async () => {
    rig = new RecognitionRig({}, slowly);
    const { clock, speech } = rig;
    for (let i = 0; i < 110; i++) {
      assertEquals(rig.recognition.ready, true);
      rig.writeOne(new Uint8Array(FRAME_BYTES), false);
    }
    await clock.advance(699);
    assertEquals(speech.streams, []);
    await clock.advance(1);
    assertEquals(speech.last.written.map(({ length }) => length / FRAME_BYTES), [50, 50, 10]);
  });

  it("tells interims with their parts joined, and where they end", async () => {
    await afterOneWord();
    rig.speech.last.respond({
      results: [
        { text: "איפה אתם", endMs: 800, isFinal: false },
        { text: " נמצאים", endMs: 990, isFinal: false },
      ],
    });
    assertEquals(rig.told, ["partial איפה אתם נמצאים @49"]);
  });

  it("takes an interim back, but not one that was never told", async () => {
    await afterOneWord();
    const stream = rig.speech.last;
    stream.interim("", 900);
    stream.interim("שלום", 900);
    stream.interim("", 940);
    assertEquals(rig.told, ["partial שלום @44", "partial  @46"]);
  });

  it("tells several finals of one response as one, and what comes behind them", async () => {
    await afterOneWord();
    rig.speech.last.respond({
      results: [
        { text: "שלום", endMs: 500, isFinal: true },
        { text: "לך", endMs: 700, isFinal: true },
        { text: "מה", endMs: 900, isFinal: false },
      ],
    });
    assertEquals(rig.told, ["final שלום לך @34", "partial מה @44"]);
  });

  it("never goes back with its finals, however an engine rounds", async () => {
    await afterOneWord();
    const stream = rig.speech.last;
    stream.final("שלום", 800);
    stream.final("לך", 800);
    stream.final("דני", 5_000);
    assertEquals(rig.told, ["final שלום @39", "final לך @40", "final דני @57"]);
  });

  it("takes an empty final for a rejection only where somebody spoke", async () => {
    await afterOneWord();
    rig.speech.last.final("", 100);
    assertEquals(rig.told, []);
    rig.speech.last.final("", 1_000);
    assertEquals(rig.told, ["rejected @49"]);
  });

  it("takes no audio while the transport takes none, and goes on when it does again", async () => {
    await begin();
    await rig.write(2);
    rig.speech.last.pendingWrites = 101;
    await rig.write(2);
    assertEquals(rig.recognition.ready, false);
    rig.speech.last.pendingWrites = 50;
    await rig.clock.advance(500);
    assertEquals([rig.recognition.ready, rig.told], [false, []]);
    rig.speech.last.pendingWrites = 49;
    await rig.clock.advance(50);
    assertEquals([rig.recognition.ready, rig.told], [true, ["ready"]]);
  });

  it("gives a stream up whose transport takes nothing for 2 s", async () => {
    await begin();
    await rig.write(2);
    const stuck = rig.speech.last;
    stuck.pendingWrites = 101;
    await rig.write(2);
    await rig.clock.advance(2_100);
    assertEquals([stuck.state, rig.speech.streams.length], ["cancelled", 2]);
    assertEquals([rig.recognition.ready, rig.told], [true, ["error timeout", "ready"]]);
    assertEquals(indexesIn(rig.speech.last.written[0]!), [0, 1, 2, 3]);
  });

  it("says nothing after it was closed, and takes nothing", async () => {
    await afterOneWord();
    const stream = rig.speech.last;
    const { bytes } = stream;
    const { checks } = rig.speech;
    rig.recognition.close();
    assertEquals([stream.state, rig.recognition.ready], ["cancelled", false]);
    await rig.write(10, true);
    await rig.clock.advance(10_000);
    assertEquals([rig.told, stream.bytes, rig.speech.checks], [[], bytes, checks]);
  });

  it("gives back a place that it gets after it was closed", async () => {
    rig = new RecognitionRig({}, slowly);
    const { clock, speech } = rig;
    await clock.advance(100);
    rig.recognition.close();
    await clock.advance(1_000);
    assertEquals([speech.streams.length, speech.places], [0, 0]);
  });
});

describe("GoogleRecognition, renewing its stream", () => {
  const limits = { calmMs: 20_000, hardMs: 30_000 };

  it("waits for a calm moment, and then replays no more than 3 s of silence", async () => {
    await begin({ limits });
    await rig.write(950);
    await rig.write(100, true);
    await rig.write(9);
    const [first] = rig.speech.streams;
    assertEquals(rig.speech.streams.length, 1);
    first!.interim("שלום", 20_900);
    await rig.write(50);
    assertEquals(rig.speech.streams.length, 1);
    first!.final("שלום", 21_000);
    await rig.write(200);
    assertEquals([first!.state, rig.renewals], ["cancelled", ["age"]]);
    const [replay] = rig.speech.last.written;
    assertEquals(indexesIn(replay!)[0], 1_050);
    assertLess(replay!.length / FRAME_BYTES, 151);
  });

  it("does not wait for ever: what no final covers is heard again, its late results are not", async () => {
    await begin({ limits });
    await rig.write(950);
    await rig.write(600, true);
    const [first, second, ...others] = rig.speech.streams;
    assertEquals([first!.state, others.length, rig.renewals], ["cancelled", 0, ["age"]]);
    first!.final("ישן", 25_000);
    const base = indexesIn(second!.written[0]!)[0]!;
    assertLess(base, 951);
    second!.final("חדש", 20 * (1_500 - base + 1));
    assertEquals(rig.told, ["final חדש @1500"]);
  });

  it("has the new stream before it leaves the old one, whose results count until then", async () => {
    await begin({ limits });
    await rig.write(990);
    const { clock, speech } = rig;
    speech.onAcquire = async () => void await clock.sleepUntil(clock.now() + 500);
    await rig.write(20);
    const [first] = speech.streams;
    assertEquals([first!.state, speech.places], ["open", 1]);
    first!.final("שלום", 20_000);
    assertEquals(rig.told, ["final שלום @999"]);
    await rig.write(30);
    assertEquals([first!.state, speech.openStreams, speech.places], ["cancelled", 1, 1]);
    assertEquals(indexesIn(speech.last.written[0]!)[0], 1_000);
  });

  it("goes on with the old stream while it gets no other, and tries again", async () => {
    await begin({ limits });
    await rig.write(990);
    rig.speech.onAcquire = () => Promise.reject(new Error("none"));
    await rig.write(100);
    assertEquals([rig.speech.openStreams, rig.told], [1, ["error broken"]]);
    rig.speech.onAcquire = () => Promise.resolve();
    await rig.write(300);
    assertEquals([rig.speech.streams.length, rig.speech.openStreams], [2, 1]);
    assertEquals(rig.renewals, ["age"]);
  });

  it("keeps speech without an answer, and of silence 3 s", async () => {
    await begin();
    await rig.write(400);
    await rig.write(100, true);
    await rig.write(50);
    rig.speech.last.end();
    await rig.clock.advance(1);
    const [first] = indexesIn(rig.speech.last.written[0]!);
    assertLess(first!, 400);
    assertGreater(first!, 240);
    assertEquals(rig.renewals, ["end"]);
  });
});
