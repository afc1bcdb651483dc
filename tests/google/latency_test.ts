import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { LatencyTelemetry } from "shared/bus/telemetry.ts";
import { type BenchCall, LONG_MS } from "../end_to_end/kav_bench.ts";
import { undisturbed } from "../end_to_end/undisturbed.ts";
import { GoogleBench } from "./google_bench.ts";

/** What batches, the ways between, and a machine with other work may add to Google's own time. */
const MIN_MS = -60;
const MAX_MS = 80;
/** Answers that are over soon; each question lasts longer than any partial takes. */
const QUESTIONS = [
  { id: "hours", phrasings: ["מה שעות הפתיחה שלכם"], answer: "מתשע עד שש." },
  { id: "rental", phrasings: ["כמה עולה לשכור אופניים ליום"], answer: "ארבעים שקלים." },
  { id: "tours", phrasings: ["ספרו לי על הטיולים המודרכים"], answer: "בכל יום שישי." },
];
/**
 * Kav waits for Google's final as long as it takes here. As it is set in production, a final that comes later than
 * 500 ms after the last word is not waited for: the partial is promoted, and the LATENCY line tells of that.
 */
const SETTINGS = { STT_TIMEOUT_MS: "2000" };

interface Scripted {
  readonly partialAfterMs: number;
  readonly finalAfterMs: number;
}

/** One question after the other is asked and answered. */
async function askAll(bench: GoogleBench, { call, telemetry }: BenchCall) {
  for (const [i, { phrasings: [question] }] of QUESTIONS.entries()) {
    await call.say(question!);
    await call.untilMark(`u${i + 2}:end`, LONG_MS);
  }
  const turns = await bench.kav.turns(call);
  assertEquals(
    turns.slice(1).map(({ asked, told }) => [asked, told]),
    QUESTIONS.map(({ phrasings, answer }) => [phrasings[0]!, answer]),
  );
  assertEquals(telemetry.latency.map(({ turn }) => turn), [1, 2, 3]);
  return telemetry.latency;
}

/** What does not lie within the limits around what the emulator was told. */
function strayOf(latencies: readonly LatencyTelemetry[], scripted: Scripted): string[] {
  return latencies.flatMap(({ turn, stt_partial_ms, stt_final_ms }) =>
    ([
      ["stt_partial", stt_partial_ms, scripted.partialAfterMs],
      ["stt_final", stt_final_ms, scripted.finalAfterMs],
    ] as const)
      .filter(([, ms, wanted]) => ms === null || ms < wanted + MIN_MS || ms > wanted + MAX_MS)
      .map(([name, ms, wanted]) => `turn=${turn} ${name}=${ms}ms instead of ${wanted}`)
  );
}

async function assertFollows(scripted: Scripted): Promise<void> {
  await using bench = await GoogleBench.start({
    emulator: scripted,
    settings: SETTINGS,
    business: { questions: QUESTIONS, keypad: {} },
  });
  const stray = await undisturbed(async () => {
    const placed = await bench.greeted();
    const latencies = await askAll(bench, placed);
    await placed.call.hangUp();
    const line = bench.kav.printed.filter((each) => each.startsWith("[LATENCY] "));
    console.log(line.slice(-QUESTIONS.length).join("\n"));
    return strayOf(latencies, scripted);
  }, (found) => found.length === 0);
  assertEquals(stray, []);
}

describe("The LATENCY line", () => {
  it("shows a partial that comes 600 ms after onset, and a final 400 ms after the last word", () =>
    assertFollows({ partialAfterMs: 600, finalAfterMs: 400 }));

  it("shows a partial that comes 900 ms after onset, and a final 700 ms after the last word", () =>
    assertFollows({ partialAfterMs: 900, finalAfterMs: 700 }));
});
