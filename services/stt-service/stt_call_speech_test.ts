import { assertEquals } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import { SttKit, type SttKitOptions } from "./testing/stt_kit.ts";

let kit: SttKit;

/** A service that has taken the call. */
async function taken(options?: SttKitOptions): Promise<void> {
  kit = await SttKit.start(options);
  await kit.taken();
}

afterEach(async () => {
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

describe("SttCall speech", () => {
  const kinds = () => kit.speech.map(({ kind }) => kind);

  it("starts at the first voiced frame and ends at the hangover", async () => {
    await taken();
    await kit.silence(10);
    await kit.speaks(40);
    await kit.silence(20);
    assertEquals(kit.speech, [
      { atMs: 1_280, epoch: 0, kind: "speech_started", speech: 1, onset_ms: 200, seq: 10 },
      { atMs: 1_380, epoch: 0, kind: "speech_sustained", speech: 1, onset_ms: 200 },
      { atMs: 2_160, epoch: 0, kind: "speech_ended", speech: 1, last_voiced_ms: 980 },
    ]);
    assertEquals(kit.recognition.voice, [
      { kind: "started", seq: 10, streamMs: 200, writtenSeq: 13 },
      { kind: "ended", seq: 49, streamMs: 980, writtenSeq: 57 },
    ]);
  });

  it("is published with partials debounced, then the final", async () => {
    await taken();
    await kit.speaks(20);
    const toldMs: number[] = [];
    for (const text of ["a", "a b", "a b c", "a b c d"]) {
      toldMs.push(kit.clock.now());
      kit.recognition.partial(text);
      await kit.speaks(2);
    }
    await kit.speaks(5);
    kit.recognition.partial("a b c d e");
    kit.recognition.final("a b c d e f");
    await kit.speaks(10);
    const texts = kit.speech.flatMap((event) =>
      event.kind === "partial" || event.kind === "final"
        ? [[event.kind, event.text, event.atMs - toldMs[0]!]]
        : []
    );
    assertEquals(
      texts,
      [
        ["partial", "a", 0],
        ["partial", "a b c", 90],
        ["partial", "a b c d", 180],
        ["final", "a b c d e f", 260],
      ].slice(0, 4),
    );
    assertEquals(await kit.metric('kav_stt_finals_total{promoted="false"}'), 1);
  });

  it("is promoted 500 ms after the last voiced frame, and never answered twice", async () => {
    await taken();
    await kit.speaks(40);
    kit.recognition.partial("when are you open");
    await kit.silence(60);
    const final = kit.speech.find(({ kind }) => kind === "final");
    assertEquals(final, {
      atMs: 1_000 + 39 * 20 + 500,
      epoch: 0,
      kind: "final",
      speech: 1,
      text: "when are you open",
      promoted: true,
      from_seq: 0,
      to_seq: 39,
      onset_ms: 0,
      last_voiced_ms: 780,
    });
    kit.recognition.final("when are they open", 39);
    await kit.silence(10);
    assertEquals(kinds().filter((kind) => kind === "final").length, 1);
    assertEquals(await kit.metric('kav_stt_finals_total{promoted="true"}'), 1);
    assertEquals(await kit.metric("kav_stt_promoted_differs_total"), 1);
  });

  it("is promoted even if no more frames come", async () => {
    await taken();
    await kit.speaks(40);
    await kit.silence(10);
    kit.recognition.partial("goodbye");
    await kit.clock.advance(500);
    assertEquals(kinds(), [
      "speech_started",
      "speech_sustained",
      "speech_ended",
      "partial",
      "final",
    ]);
  });

  it("that is not understood is published as rejected", async () => {
    await taken({ recognizer: { script: [{ kind: "rejected", atSeq: 55, toSeq: 39 }] } });
    await kit.speaks(40);
    await kit.silence(20);
    assertEquals(kinds(), ["speech_started", "speech_sustained", "speech_ended", "rejected"]);
    assertEquals(await kit.metric("kav_stt_rejected_total"), 1);
  });

  it("ends at a jump of the stream time over 200 ms, where the detector is reset", async () => {
    await taken();
    await kit.speaks(20);
    kit.streamMs += 200;
    await kit.speaks(1);
    assertEquals([kinds(), kit.vads.resets], [["speech_started", "speech_sustained"], 0]);
    kit.streamMs += 201;
    await kit.silence(1);
    assertEquals([kinds(), kit.vads.resets], [[
      "speech_started",
      "speech_sustained",
      "speech_ended",
    ], 1]);
  });

  it("is counted as unsent while the bus is away", async () => {
    await taken();
    kit.sttBus.setConnected(false);
    await kit.clock.advance(200);
    assertEquals(await kit.metric("kav_bus_unsent_total"), 1);
  });
});

describe("SttCall ack", () => {
  const last = () => {
    const { written_seq, covered_seq, q, drops } = kit.acks.at(-1)!;
    return [written_seq, covered_seq, q, drops];
  };

  it("goes out every 200 ms, -1 before the first frame", async () => {
    await taken();
    await kit.clock.advance(600);
    assertEquals(kit.acks.map(({ atMs }) => atMs), [1_200, 1_400, 1_600]);
    assertEquals(kit.acks[0], {
      atMs: 1_200,
      epoch: 0,
      written_seq: -1,
      covered_seq: -1,
      q: 0,
      drops: 0,
      write_ms: 0,
    });
  });

  it("tells that silence is covered, and speech only when a final is over it", async () => {
    await taken();
    await kit.silence(30);
    assertEquals(last(), [29, 29, 0, 0]);
    await kit.speaks(31);
    assertEquals(last(), [59, 29, 0, 0]);
    await kit.silence(20);
    assertEquals(last(), [79, 29, 0, 0]);
    kit.recognition.final("yes", 60);
    await kit.silence(10);
    assertEquals(last(), [89, 89, 0, 0]);
  });

  it("does not cover what may turn out to be speech", async () => {
    await taken();
    await kit.silence(28);
    await kit.speaks(2);
    assertEquals(last(), [29, 27, 0, 0]);
  });
});

/** At -18.5 dBFS; the bar lies at -17 dBFS where Kav is as loud as can be. */
const SOFT = 0x30;

describe("SttCall while Kav speaks", () => {
  it("hears nothing below the bar, and drops what only the engine makes of it", async () => {
    await taken();
    kit.loudness = 15;
    await kit.speaks(40, SOFT);
    kit.recognition.final("welcome to the shop");
    await kit.silence(1);
    assertEquals(kit.speech, []);
    kit.loudness = 0;
    await kit.silence(60);
    await kit.speaks(20, SOFT);
    kit.recognition.final("yes");
    await kit.silence(1);
    const kinds = kit.speech.map(({ kind }) => kind);
    assertEquals(kinds, ["speech_started", "speech_sustained", "final"]);
  });
});
