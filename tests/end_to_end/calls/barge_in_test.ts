import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import type { Bus } from "shared/bus/bus.ts";
import { callSubject } from "shared/bus/subjects.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { FRAME_BYTES } from "shared/media/frame.ts";
import type { FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { ScriptedRecognizer } from "shared/testing/scripted_recognizer.ts";
import { framesHeard, hearingOf } from "../heard.ts";
import { type BenchCall, eventually, type KavBench, LONG_MS } from "../kav_bench.ts";
import { controlOf, Losses } from "../losses.ts";
import { together } from "../together.ts";

const INTERRUPTION = "Excuse me, wait.";
/** From the caller's first word to the end of Kav's: VAD, bus, two processes' work. */
const MAX_REACTION_MS = 1_000;

const recognizer = new ScriptedRecognizer({ clock: new SystemClock() });

/** Marks that take their time from Twilio back to Kav. */
class HeldMarks {
  readonly held: string[] = [];
  #holding = false;

  readonly tamper = (message: string): string | undefined => {
    if (!this.#holding || JSON.parse(message).event !== "mark") return message;
    this.held.push(message);
    return undefined;
  };

  hold(): void {
    this.#holding = true;
  }

  release(): string[] {
    this.#holding = false;
    return this.held.splice(0);
  }
}

/** Keeps a dialog's audio on the bus until it is released. */
class LateAudio {
  released = 0;
  readonly #subject: string;
  readonly #bus: Bus;
  readonly #onTheWay: Uint8Array[] = [];
  #isLate = true;

  constructor(bench: KavBench, placed: BenchCall) {
    this.#bus = bench.kav.bus;
    this.#subject = callSubject(placed.call.callSid, "tx.audio");
    const losses = new Losses(bench.buses["dialog-tts-service"]);
    losses.lose(
      placed,
      "tx.audio",
      (data) => this.#isLate && this.#onTheWay.push(data.slice()) > 0,
    );
    losses.lose(placed, "tx.control", (data) => this.#isLate && controlOf(data).kind === "sync");
  }

  release(): void {
    this.#isLate = false;
    for (const data of this.#onTheWay) this.#bus.publish(this.#subject, data);
    this.released = this.#onTheWay.length;
  }
}

/** The caller speaks. @returns the clear that follows; `cleared` is called with it. */
async function interrupts(
  call: FakeCall,
  cleared: () => void = () => {},
): Promise<{ readonly atMs: number }> {
  const untilClear = async () => {
    const clear = await call.untilEvent("clear", LONG_MS);
    cleared();
    return clear;
  };
  const [clear] = await Promise.all([untilClear(), call.say(INTERRUPTION)]);
  return clear;
}

async function hears(call: FakeCall, ms: number): Promise<void> {
  const { nowMs } = call;
  await call.until(() => call.audibleMs(nowMs, call.nowMs) > ms, "some of the answer", LONG_MS);
}

/** Nothing arrives for a while. */
async function assertNoMedia(call: FakeCall, afterMs: number, forMs: number): Promise<void> {
  await call.until(() => call.nowMs > afterMs + forMs, "a while", LONG_MS);
  const late = call.timeline.of("media").filter(({ atMs }) => atMs > afterMs);
  assertEquals(late.length, 0, "frames after the clear");
}

together("A caller", { recognizer }, {
  "silences an answer by speaking, and none of it comes afterwards": async (bench) => {
    const marks = new HeldMarks();
    const placed = await bench.place({ tamper: marks.tamper });
    const { call, telemetry } = placed;
    await call.untilMark("greeting_end", LONG_MS);
    call.press("1");
    await hears(call, 2_000);
    marks.hold();
    await call.until(() => marks.held.length > 0, "a mark on its way back", LONG_MS);
    const late = new LateAudio(bench, placed);
    const clear = await interrupts(call, () => late.release());
    assertGreater(late.released, 0, "frames still on the bus");
    const [spoke] = call.timeline.of("spoke");
    assertLess(clear.atMs - spoke!.atMs, MAX_REACTION_MS);
    console.log(`barge-in: ${Math.round(clear.atMs - spoke!.atMs)} ms from voice to clear`);
    await assertNoMedia(call, clear.atMs, 1_000);
    assertGreater(call.quietMs(), 950);
    const answer = await bench.speech(bench.textOfKey("1"));
    assertLess(framesHeard(call.heardTrack(), answer), answer.length / FRAME_BYTES / 2);
    const [, turn] = await bench.turns(call);
    assertEquals([turn?.interrupted, turn?.piecesSent], [true, 0]);

    recognizer.of(call.callSid).final("can i pay by credit card");
    await hears(call, 500);
    // What was on its way back when the old utterance was cleared means nothing for the new one.
    for (const mark of marks.release()) call.sendRaw(mark);
    await call.untilMark("u3:end", LONG_MS);
    hearingOf(call.heardTrack(), await bench.speech(bench.textOfKey("5")));
    assertEquals(call.timeline.of("mark").filter(({ name }) => name === "u2:end"), []);
    assertEquals(await bench.sample("kav_tx_stray_marks_total"), 0);
    assertEquals(telemetry.tx.reduce((sum, { drops, lost }) => sum + drops + lost, 0), 0);
  },

  "does not silence a greeting by speaking": async (bench) => {
    const { call } = await bench.place();
    await hears(call, 300);
    await call.say(INTERRUPTION);
    const mark = await call.untilMark("greeting_end", LONG_MS);
    const voice = recognizer.of(call.callSid).voice;
    assert(voice.some(({ kind }) => kind === "started"), "the VAD heard the caller");
    assertLess(call.timeline.of("spoke")[0]!.atMs, mark.atMs);
    assertEquals(call.timeline.of("clear"), []);
    const stored = await bench.kav.stores.greetings.get(bench.business.id);
    hearingOf(call.heardTrack(), stored!.audio);
  },

  "silences a greeting by speaking where the business allows it": async (bench) => {
    const greeting = { text: "Something new.", interruptible: true };
    const called_numbers = ["+15555550113"];
    const { businesses } = bench.kav.stores;
    await businesses.put({ ...bench.business, id: "patient", called_numbers, greeting });
    const { call } = await bench.place({ to: called_numbers[0]! });
    await hears(call, 300);
    const clear = await interrupts(call);
    await assertNoMedia(call, clear.atMs, 500);
    assertEquals(
      call.timeline.of("echoed").filter(({ name, cleared }) => name === "greeting_end" && !cleared),
      [],
    );
  },

  "does not silence an answer by its own echo, but through it": async (bench) => {
    const { call } = await bench.place({ lineEcho: { db: -20, delayMs: 120 } });
    await call.untilMark("greeting_end", LONG_MS);
    call.press("8");
    await call.untilMark("u2:end", LONG_MS);
    assertEquals(recognizer.of(call.callSid).voice, []);
    call.press("1");
    await hears(call, 2_000);
    const clear = await interrupts(call);
    assertLess(clear.atMs - call.timeline.of("spoke")[0]!.atMs, MAX_REACTION_MS);
  },

  "gets the answer to the second of two keys pressed at once": async (bench) => {
    const { call } = await bench.place();
    await call.untilMark("greeting_end", LONG_MS);
    call.press("1");
    const { nowMs } = call;
    await call.until(() => call.nowMs >= nowMs + 100, "100 ms", LONG_MS);
    call.press("5");
    await call.untilMark("u3:end", LONG_MS);
    hearingOf(call.heardTrack(), await bench.speech(bench.textOfKey("5")));
    assertLess(framesHeard(call.heardTrack(), await bench.speech(bench.textOfKey("1"))), 20);
    const ends = call.timeline.of("mark").map(({ name }) => name).filter((name) =>
      name.endsWith(":end")
    );
    assertEquals(ends, ["u3:end"]);
    await eventually(
      async () => (await bench.turns(call)).at(-1)?.asked === "key 5",
      "the last turn",
    );
  },
});
