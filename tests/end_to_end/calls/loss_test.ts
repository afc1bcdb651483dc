import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { decodeAudio } from "shared/bus/audio_codec.ts";
import { decodeJson } from "shared/bus/codec.ts";
import { controlReply } from "shared/bus/messages.ts";
import { FRAME_BYTES, FRAME_MS } from "shared/media/frame.ts";
import { framesHeard, hearingOf } from "../heard.ts";
import { type BenchCall, type KavBench, LONG_MS } from "../kav_bench.ts";
import { controlOf, Losses } from "../losses.ts";
import { together } from "../together.ts";

/** About eight seconds. */
const ANSWER = "A city bicycle is fifteen dollars for a day, and an electric one is thirty. " +
  "A helmet is always included, and so is a lock. Please bring it back by six in the evening.";
const NEXT = "You can pay by card, by phone or in cash.";
const BUSINESS = {
  greeting: { text: "Hello.", interruptible: false },
  keypad: { "1": { do: "say", text: ANSWER }, "2": { do: "say", text: NEXT } },
} as const;
const ANSWER_MS = 20_000;
/** The silence that other work on this machine may bring into an answer. */
const HICCUP_MS = 200;
/** What the dialog may have sent ahead: the window. */
const WINDOW_FRAMES = 9;

const losses = new WeakMap<KavBench, { dialog: Losses; edge: Losses }>();

function lossesOf(bench: KavBench): { dialog: Losses; edge: Losses } {
  const made = losses.get(bench) ?? {
    dialog: new Losses(bench.buses["dialog-tts-service"]),
    edge: new Losses(bench.buses["ws-edge"]),
  };
  losses.set(bench, made);
  return made;
}

/** A call whose greeting is over. */
async function greeted(bench: KavBench): Promise<BenchCall> {
  const placed = await bench.place();
  await placed.call.untilMark("greeting_end", LONG_MS);
  return placed;
}

/** The next question is answered as if nothing had been. */
async function answersOn(bench: KavBench, { call }: BenchCall, utterance: number): Promise<void> {
  const pressedMs = call.nowMs - call.startedMs;
  call.press("2");
  await call.untilMark(`u${utterance}:end`, LONG_MS);
  hearingOf(call.heardTrack(), await bench.speech(NEXT), pressedMs);
}

const lost = ({ telemetry }: BenchCall) =>
  telemetry.tx.reduce((sum, second) => sum + second.lost, 0);

together("A call", { business: BUSINESS }, {
  "plays an utterance to its end when fifteen audio messages of it are lost": async (bench) => {
    const placed = await greeted(bench);
    const { call } = placed;
    let messages = 0;
    let lostFrames = 0;
    lossesOf(bench).dialog.lose(placed, "tx.audio", (data) => {
      messages++;
      if (messages <= 40 || messages > 55) return false;
      const decoded = decodeAudio(data);
      assert(decoded.ok);
      lostFrames += decoded.message.payload.length / FRAME_BYTES;
      return true;
    });
    const before = call.timeline.of("media").length;
    call.press("1");
    await call.untilMark("u2:end", ANSWER_MS);
    const said = await bench.speech(ANSWER);
    const media = call.timeline.of("media").length - before;
    assertGreater(lostFrames, 14);
    assertEquals(media, said.length / FRAME_BYTES - lostFrames);
    // The end is there, behind the gap.
    hearingOf(call.heardTrack(), said.subarray(-50 * FRAME_BYTES));
    await answersOn(bench, placed, 3);
    await call.hangUp();
    assertEquals([lost(placed), await bench.sample("kav_tx_lost_total")], [lostFrames, lostFrames]);
  },

  "ends an utterance whose mark and end are lost three times": async (bench) => {
    const placed = await greeted(bench);
    const { call } = placed;
    const copies = { mark: 0, utterance_end: 0 };
    lossesOf(bench).dialog.lose(placed, "tx.control", (data) => {
      const { kind } = controlOf(data);
      return (kind === "mark" || kind === "utterance_end") && ++copies[kind] <= 3;
    });
    call.press("1");
    const mark = await call.untilMark("u2:end", ANSWER_MS);
    const { holesMs, toMs } = hearingOf(call.heardTrack(), await bench.speech(ANSWER));
    assertEquals(copies, { mark: 4, utterance_end: 4 });
    assertLess(holesMs, HICCUP_MS);
    assertLess(mark.atMs - call.startedMs - toMs, 1_000, "the mark's way");
    await answersOn(bench, placed, 3);
    assertEquals(lost(placed), 0);
  },

  "goes on to the next utterance when the clear of the last is lost": async (bench) => {
    const placed = await greeted(bench);
    const { call } = placed;
    let copies = 0;
    lossesOf(bench).dialog.lose(
      placed,
      "tx.control",
      (data) => controlOf(data).kind === "clear" && ++copies <= 2,
    );
    call.press("1");
    await call.untilHeardSpeech(LONG_MS);
    await call.until(() => call.audibleMs(0, call.nowMs) > 2_000, "two seconds of it", LONG_MS);
    const pressedMs = call.nowMs - call.startedMs;
    await answersOn(bench, placed, 3);
    const answer = await bench.speech(ANSWER);
    const heardFrames = framesHeard(call.heardTrack(), answer);
    const { fromMs } = hearingOf(call.heardTrack(), await bench.speech(NEXT));
    assertGreater(copies, 2);
    assertLess(heardFrames, answer.length / FRAME_BYTES - 50, "the rest of it is not heard");
    assertLess(fromMs - pressedMs, WINDOW_FRAMES * FRAME_MS + 500, "how long it took");
    await answersOn(bench, placed, 4);
    assertEquals(lost(placed), 0);
  },

  "plays an utterance wholly when its credit is lost for a second": async (bench) => {
    const placed = await greeted(bench);
    const { call } = placed;
    let credits = 0;
    let untilMs = 0;
    lossesOf(bench).edge.lose(placed, "credit", () => {
      credits++;
      if (credits === 60) untilMs = call.nowMs + 1_000;
      return call.nowMs < untilMs;
    });
    call.press("1");
    await call.untilMark("u2:end", ANSWER_MS);
    const { holesMs } = hearingOf(call.heardTrack(), await bench.speech(ANSWER));
    assertGreater(untilMs, 0);
    assertGreater(holesMs, 500, "a second without credit, but for the window");
    assertLess(holesMs, 1_500, "and no longer");
    await answersOn(bench, placed, 3);
    assertEquals(lost(placed), 0);
  },

  "carries out a request once when the edge's replies are lost": async (bench) => {
    const placed = await greeted(bench);
    const { call } = placed;
    const replies = new Map<number, number>();
    lossesOf(bench).edge.loseReplies(placed, "tx.control", (data) => {
      const reply = decodeJson(controlReply, data);
      assert(reply.ok);
      const { control_seq } = reply.value;
      const count = (replies.get(control_seq) ?? 0) + 1;
      replies.set(control_seq, count);
      return count <= 3;
    });
    call.press("1");
    await call.untilMark("u2:end", ANSWER_MS);
    await answersOn(bench, placed, 3);
    assertLess(hearingOf(call.heardTrack(), await bench.speech(ANSWER)).holesMs, HICCUP_MS);
    assertGreater(replies.get(4) ?? 0, 3, "the fourth request was repeated");
    const marks = call.timeline.of("mark").map(({ name }) => name);
    assertEquals(marks.filter((name) => !name.startsWith("kp:")), [
      "greeting_end",
      "u2:end",
      "u3:end",
    ]);
    assertEquals(lost(placed), 0);
  },
});
