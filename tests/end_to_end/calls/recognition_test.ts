import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { SystemClock } from "shared/clock/system_clock.ts";
import { FRAME_BYTES, FRAME_MS, MULAW_SILENCE } from "shared/media/frame.ts";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import { ScriptedRecognizer } from "shared/testing/scripted_recognizer.ts";
import { hearingOf } from "../heard.ts";
import { type BenchCall, eventually, type KavBench, LONG_MS } from "../kav_bench.ts";
import { together } from "../together.ts";

const OPEN_MS = 3_000;
const CATCH_UP_MS = 4_000;
/** 8 s: through the opening and the catching up. */
const NUMBERED_FRAMES = 400;

const slow = new ScriptedRecognizer({ clock: new SystemClock(), openMs: OPEN_MS });

/** Frames that can be told apart by their first byte; otherwise silence. */
function numberedFrames(count: number): Uint8Array {
  const audio = new Uint8Array(count * FRAME_BYTES).fill(MULAW_SILENCE);
  for (let i = 0; i < count; i++) audio[i * FRAME_BYTES] = i % MULAW_SILENCE;
  return audio;
}

together("A recognizer that needs 3 s to open", { recognizer: slow }, {
  "gets every frame of the caller, in order, and has caught up 4 s later": async (bench) => {
    const { call, telemetry } = await bench.place();
    const { atMs: startMs } = await call.untilEvent("stream_started", LONG_MS);
    await call.play(numberedFrames(NUMBERED_FRAMES));
    const { written } = slow.of(call.callSid);
    await eventually(() => written.length >= NUMBERED_FRAMES, "the last frame");

    assertEquals(written.map(({ seq }) => seq), written.map((_, i) => i), "one after the other");
    const numbers = written.map(({ byte }) => byte).filter((byte) => byte !== MULAW_SILENCE);
    assertEquals(numbers, Array.from({ length: NUMBERED_FRAMES }, (_, i) => i % MULAW_SILENCE));

    const openedMs = written[0]!.atMs;
    assertGreater(openedMs - startMs, OPEN_MS - 50);
    const lagMs = written.map(({ atMs, streamMs }) => atMs - startMs - streamMs);
    assertGreater(lagMs[0]!, OPEN_MS - 100, "there was a backlog");
    const later = lagMs.filter((_, i) => written[i]!.atMs > openedMs + CATCH_UP_MS);
    assertGreater(later.length, 10);
    // Beside a machine's own hiccups: half of them on arrival.
    assertLess(later.toSorted((a, b) => a - b)[later.length >> 1]!, 2 * FRAME_MS, "lag");
    const caughtUp = written[lagMs.findIndex((lag) => lag < 2 * FRAME_MS)]!;
    console.log(`backlog of 3 s gone after ${Math.round(caughtUp.atMs - openedMs)} ms`);
    assertLess(caughtUp.atMs - openedMs, CATCH_UP_MS);
    assertEquals(telemetry.rx.filter(({ drops }) => drops > 0), []);
    assert(telemetry.rx.some(({ q }) => q > 100), "the backlog shows in [RX] q");
  },
});

const available = PocketSphinxRecognizer.available();
if (available !== true) console.log(`SKIP tests of speech recognition: ${available}`);

async function greeted(bench: KavBench): Promise<BenchCall> {
  const placed = await bench.place();
  await placed.call.untilMark("greeting_end", LONG_MS);
  return placed;
}

/** Kav says `expected` from now on, to its end. */
async function hears(
  bench: KavBench,
  { call }: BenchCall,
  utterance: number,
  expected: string,
): Promise<void> {
  const fromMs = call.nowMs - call.startedMs;
  await call.untilMark(`u${utterance}:end`, 2 * LONG_MS);
  hearingOf(call.heardTrack(), await bench.speech(expected), fromMs);
}

together(
  "PocketSphinx",
  () => ({ recognizer: new PocketSphinxRecognizer({ decoders: 3 }) }),
  {
    "understands a question, whose answer is repeated on demand": async (bench) => {
      const placed = await greeted(bench);
      const { call, telemetry } = placed;
      await call.say("can i pay by credit card");
      await hears(bench, placed, 2, bench.textOfKey("5"));
      await call.say("say that again");
      await hears(bench, placed, 3, bench.textOfKey("5"));
      assertEquals((await bench.turns(call)).map(({ asked }) => asked), [
        null,
        "can i pay by credit card",
        "say that again",
      ]);
      const [first] = telemetry.latency;
      assert(first);
      console.log(`latency: ${JSON.stringify({ ...first, call: undefined })}`);
      assertLess(first.stt_final_ms!, 1_400);
      assertLess(first.total_ms!, 2_200);
      assert(bench.printed.some((line) => line.startsWith("[LATENCY] turn=1 stt_partial=")));
    },

    "rejects speech outside of the dialog, and Kav asks again": async (bench) => {
      const placed = await greeted(bench);
      const { call, telemetry } = placed;
      await call.say("seven purple elephants are dancing on the frozen ocean tonight");
      await hears(bench, placed, 2, bench.business.not_understood);
      assertEquals((await bench.turns(call)).at(-1)?.asked, null);
      assert(telemetry.call.some(({ event }) => event === "rejected"));
    },

    "listens before the greeting is over": async (bench) => {
      const placed = await bench.place();
      const { call, telemetry } = placed;
      await call.say("where are you located");
      const final = await call.until(
        () => telemetry.call.find(({ event }) => event === "final"),
        "the final",
        LONG_MS,
      );
      await hears(bench, placed, 2, bench.textOfKey("2"));
      const [greetingEnd] = call.timeline.of("echoed").filter(({ name }) =>
        name === "greeting_end"
      );
      assertLess(final.atMs, greetingEnd!.atMs);
      assertEquals(greetingEnd!.cleared, false);
    },
  },
  { ignore: available !== true },
);
