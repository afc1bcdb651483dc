import { assertEquals, assertLess } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import { failureOf, indexesIn, RecognitionRig } from "shared/testing/recognition_rig.ts";
import type { FailureKind } from "shared/speech/engine_failure.ts";

let rig: RecognitionRig;

/** With its first stream open. */
async function begin(): Promise<void> {
  rig = new RecognitionRig();
  await rig.clock.advance(0);
}

/** Every stream from now on ends with its beginning. */
function breakStreams(kind: FailureKind): void {
  rig.speech.onStream = (stream) => queueMicrotask(() => stream.end(failureOf(kind)));
}

afterEach(async () => {
  rig.recognition.close();
  await rig.clock.advance(60_000);
  assertEquals([rig.clock.sleeping, rig.speech.openStreams, rig.speech.places], [0, 0, 0]);
});

describe("GoogleRecognition, when its stream fails", () => {
  for (const [how, failure] of [["error", failureOf("broken")], ["end", undefined]] as const) {
    it(`opens another at once after a sudden ${how}, and replays what no final covers`, async () => {
      await begin();
      await rig.write(10);
      await rig.write(40, true);
      rig.speech.last.final("שלום", 600);
      rig.speech.last.end(failure);
      await rig.clock.advance(0);
      assertEquals(rig.renewals, [how]);
      assertEquals(indexesIn(rig.speech.last.written[0]!), range(30, 50));
      rig.speech.last.final("דני", 400);
      const error = failure ? ["error broken"] : [];
      assertEquals(rig.told, ["final שלום @29", ...error, "final דני @49"]);
    });
  }

  it("tries again after 0, 100 and 300 ms while there are answers between", async () => {
    await begin();
    const { clock, speech } = rig;
    const openedMs: number[] = [];
    speech.onStream = (stream) => {
      openedMs.push(clock.now());
      queueMicrotask(() => {
        stream.respond({ voice: "begin" });
        stream.end(failureOf("broken"));
      });
    };
    speech.last.end(failureOf("broken"));
    await clock.advance(1_100);
    assertEquals(openedMs, [0, 100, 400, 700, 1_000]);
    assertEquals(rig.modes, []);
  });

  for (const kind of ["credentials", "quota", "unreachable"] as const) {
    it(`gives up at once when the first answer is ${kind}`, async () => {
      rig = new RecognitionRig({}, ({ speech }) => {
        speech.onStream = (stream) => queueMicrotask(() => stream.end(failureOf(kind)));
      });
      await rig.clock.advance(0);
      assertEquals([rig.told, rig.recognition.ready], [[`failed ${kind}`], false]);
      await rig.clock.advance(10_000);
      assertEquals([rig.told.length, rig.speech.streams.length], [1, 1]);
    });
  }

  it("gives up in mid-call as well when quota is the reason", async () => {
    await begin();
    await rig.write(100);
    rig.speech.last.end(failureOf("quota"));
    assertEquals(rig.told, ["failed quota"]);
  });

  it("gives one that is unreachable in mid-call one more attempt", async () => {
    await begin();
    await rig.write(100);
    breakStreams("unreachable");
    rig.speech.last.end(failureOf("unreachable"));
    await rig.clock.advance(0);
    assertEquals(rig.told, ["error unreachable", "failed unreachable"]);
    assertEquals(rig.speech.streams.length, 2);
  });

  it("goes on after a GOAWAY, however often they come", async () => {
    await begin();
    for (let i = 0; i < 5; i++) {
      await rig.write(100);
      rig.speech.last.respond({ voice: "begin" });
      rig.speech.last.end(failureOf("unreachable"));
    }
    await rig.clock.advance(300);
    assertEquals(rig.told, new Array(5).fill("error unreachable"));
    assertEquals(rig.speech.openStreams, 1);
  });

  it("gives up when no place can be had within 800 ms", async () => {
    rig = new RecognitionRig({}, ({ speech, clock }) => {
      speech.onAcquire = async () => void await clock.sleepUntil(5_000);
    });
    await rig.clock.advance(799);
    assertEquals(rig.told, []);
    await rig.clock.advance(1);
    assertEquals(rig.told, ["failed unreachable"]);
  });

  it("gives up on a refusal when there is no other place", async () => {
    rig = new RecognitionRig({}, ({ speech }) => {
      speech.onStream = (stream) => queueMicrotask(() => stream.end(failureOf("refused")));
    });
    await rig.clock.advance(0);
    assertEquals(rig.told, ["failed refused"]);
  });

  it("may be closed by who hears of it", async () => {
    await begin();
    rig.onTold = () => rig.recognition.close();
    rig.speech.last.end(failureOf("broken"));
    await rig.clock.advance(1_000);
    assertEquals([rig.told, rig.speech.streams.length], [["error broken"], 1]);
  });
});

describe("GoogleRecognition, when nobody answers", () => {
  it("asks 400 ms after the onset, and gives up when there is no answer to that either", async () => {
    await begin();
    const { clock, speech } = rig;
    speech.onCheck = async () => {
      await clock.sleepUntil(clock.now() + 400);
      throw failureOf("timeout");
    };
    await rig.write(50);
    const onsetMs = clock.now();
    await rig.write(30, true);
    assertEquals([speech.checks, rig.told], [1, []]);
    while (rig.told.length === 0) await rig.write(1, true);
    assertEquals([rig.told, speech.checks], [["failed timeout"], 1]);
    assertLess(clock.now() - onsetMs, 1_000);
  });

  it("asks nothing when there is an answer in time, or nobody speaks", async () => {
    await begin();
    await rig.write(500);
    await rig.write(15, true);
    rig.speech.last.respond({ voice: "begin" });
    await rig.write(15, true);
    rig.speech.last.final("שלום", 11_000);
    await rig.write(500);
    assertEquals([rig.speech.checks, rig.told.length], [0, 1]);
  });

  it("goes on when the other side is there, and asks again at most once in 600 ms", async () => {
    await begin();
    await rig.write(100, true);
    assertEquals([rig.speech.checks, rig.told], [3, []]);
  });

  it("does not mind a check that fails after an answer came", async () => {
    await begin();
    const { clock, speech } = rig;
    speech.onCheck = async () => {
      await clock.sleepUntil(clock.now() + 400);
      throw failureOf("timeout");
    };
    await rig.write(30, true);
    speech.last.interim("שלום", 500);
    await rig.write(10, true);
    speech.last.final("שלום", 800);
    await rig.write(200);
    assertEquals(rig.told, ["partial שלום @24", "final שלום @39"]);
  });

  it("counts an onset before the opening from the opening", async () => {
    rig = new RecognitionRig({}, ({ speech, clock }) => {
      speech.onAcquire = async () => void await clock.sleepUntil(700);
      speech.onCheck = () => Promise.reject(failureOf("unreachable"));
    });
    await rig.write(54, true);
    assertEquals([rig.speech.checks, rig.told], [0, []]);
    await rig.write(2, true);
    assertEquals([rig.speech.checks, rig.told], [1, ["failed unreachable"]]);
  });

  it("takes a stream for stuck 1.5 s after 600 ms of speech", async () => {
    await begin();
    await rig.speak(30);
    await rig.write(73);
    assertEquals(rig.renewals, []);
    await rig.write(3);
    assertEquals([rig.renewals, rig.told], [["stuck"], ["error timeout"]]);
    rig.speech.last.final("שלום", 600);
    assertEquals(rig.told.slice(1), ["final שלום @29"]);
    await rig.write(400);
    assertEquals(rig.renewals, ["stuck"]);
  });

  it("does not take a cough for speech, and forgets it", async () => {
    await begin();
    await rig.speak(20);
    await rig.write(600);
    assertEquals([rig.renewals, rig.told], [[], []]);
    rig.speech.last.end();
    await rig.clock.advance(0);
    assertEquals(rig.speech.last.written.length, 3);
  });

  it("does not wait for ever for the final of what it was told", async () => {
    await begin();
    await rig.write(30, true);
    rig.speech.last.interim("שלום", 600);
    await rig.write(9);
    await rig.write(160);
    assertEquals(rig.renewals, ["stuck"]);
    assertEquals(indexesIn(rig.speech.last.written[0]!)[0], 0);
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
