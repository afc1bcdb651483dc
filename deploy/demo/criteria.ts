import type { LatencyTelemetry } from "shared/bus/telemetry.ts";
import { type Measurements, type ReplyMeasure, sum } from "./measurements.ts";

export interface Row {
  readonly criterion: string;
  readonly required: string;
  readonly measured: string;
  readonly verdict: "PASS" | "FAIL" | "SKIP";
}

/** What one criterion found: undefined when nothing was there to measure, which fails. */
type Finding = { readonly measured: string; readonly passed: boolean } | undefined;

/** Design §7, upper bounds. */
const PARTIAL_MS = 900;
const FINAL_MS = 1_400;
const TOTAL_MS = 2_200;

const SILENCE_FRAMES = 250;
const LONG_ANSWER_MS = 8_000;
/** One hiccup of a machine that has both ends of the call, and other work; a stuttering sender makes more. */
const HOLES_MS = 100;
/** "In 90 % of the seconds". */
const MOST = 0.9;

/** Judges a demo call. What was not measured fails; only rows about recognition may be skipped, without it. */
export function criteria(m: Measurements): Row[] {
  const frames = `${m.media.frames} frames`;
  return [
    row("the call went by the script", "to its end", conversation(m)),
    row("greeting_end", "seen", greetingEnd(m)),
    row("[TX] fps while playing", "49 to 51", txFps(m)),
    row("gaps between frames at Twilio", "mean 19.6 to 20.4 ms", pace(m)),
    row("media at Twilio", "160 bytes each, no warning", {
      measured: m.twilioWarnings[0] ??
        (m.media.odd > 0 ? `${m.media.odd} of ${frames} odd` : frames),
      passed: m.media.frames > 0 && m.media.odd === 0 && m.twilioWarnings.length === 0,
    }),
    row("[TX] q", "< 20 always, < 10 in 90 %", queue(m.tx)),
    row("[RX] q", "< 20 always, < 10 in 90 %", queue(m.rx)),
    row("[TX] drops", "0", drops(m.tx)),
    row("[RX] drops", "0", drops(m.rx)),
    row("full-queue warnings", "0", {
      measured: String(m.fullQueueWarnings),
      passed: m.fullQueueWarnings === 0,
    }),
    row("[RX] fps_in", "45 to 55 always, 49 to 51 in 90 %", rxFps(m)),
    row("[RX] write_ms", "< 1", writeMs(m)),
    row("five seconds of silence", `${SILENCE_FRAMES} frames, nothing heard or lost`, silence(m)),
    row("an answer of eight seconds", `8 s or more, < ${HOLES_MS} ms of holes`, longAnswer(m)),
    ...recognitionRows(m),
  ];
}

/** Whether nothing failed and everything that must be measured was. */
export function isGo(rows: readonly Row[]): boolean {
  const passed = rows.filter(({ verdict }) => verdict === "PASS").length;
  return passed > 0 && rows.every(({ verdict }) => verdict !== "FAIL");
}

function recognitionRows(m: Measurements): Row[] {
  const rows = [
    row("a question that is understood", "answered", understood(m.question)),
    row("speech that is not understood", "asked again", understood(m.nonsense)),
    latency(m, "stt_partial_ms", PARTIAL_MS),
    latency(m, "stt_final_ms", FINAL_MS),
    latency(m, "total_ms", TOTAL_MS),
  ];
  if (m.recognition) return rows;
  return rows.map((one) => ({ ...one, measured: "no speech recognition here", verdict: "SKIP" }));
}

function row(criterion: string, required: string, finding: Finding): Row {
  return {
    criterion,
    required,
    measured: finding?.measured ?? "nothing measured",
    verdict: finding?.passed ? "PASS" : "FAIL",
  };
}

function conversation({ problem, ended }: Measurements): Finding {
  return {
    measured: problem ?? ended,
    passed: problem === undefined && ended.startsWith("by kav"),
  };
}

function greetingEnd({ call }: Measurements): Finding {
  const seen = call.filter(({ event }) => event === "greeting_end").length;
  return { measured: seen === 1 ? "seen" : `seen ${seen} times`, passed: seen === 1 };
}

function txFps({ tx }: Measurements): Finding {
  const playing = tx.map(({ fps }) => fps).filter((fps) => fps !== null);
  return ofRange(playing, (low, high) => ({
    measured: `${range(low, high)} in ${playing.length} s`,
    passed: low >= 49 && high <= 51,
  }));
}

function pace({ pace }: Measurements): Finding {
  return pace && {
    measured: `mean ${pace.meanMs.toFixed(2)} ms, p99 off by ${pace.p99DeviationMs.toFixed(1)} ms`,
    passed: pace.meanMs >= 19.6 && pace.meanMs <= 20.4,
  };
}

function queue(seconds: readonly { readonly q: number }[]): Finding {
  const depths = seconds.map(({ q }) => q);
  return ofRange(depths, (_, high) => {
    const few = share(depths, (q) => q < 10);
    return {
      measured: `at most ${high}, < 10 in ${percent(few)}`,
      passed: high < 20 && few >= MOST,
    };
  });
}

function drops(seconds: readonly { readonly drops: number }[]): Finding {
  if (seconds.length === 0) return undefined;
  const lost = sum(seconds, (second) => second.drops);
  return { measured: `${lost} in ${seconds.length} s`, passed: lost === 0 };
}

function rxFps({ rx }: Measurements): Finding {
  const rates = rx.map((second) => second.fps_in);
  return ofRange(rates, (low, high) => {
    const steady = share(rates, (fps) => fps >= 49 && fps <= 51);
    return {
      measured: `${range(low, high)}, 49 to 51 in ${percent(steady)}`,
      passed: low >= 45 && high <= 55 && steady >= MOST,
    };
  });
}

function writeMs({ rx }: Measurements): Finding {
  const times = rx.map((second) => second.write_ms);
  return ofRange(times, (_, high) => ({
    measured: `at most ${high.toFixed(2)}`,
    passed: high < 1,
  }));
}

function silence({ silence }: Measurements): Finding {
  if (!silence) return undefined;
  const { frames, events, drops, heardMs } = silence;
  return {
    measured: `${frames} frames, ${events} events, ${drops} drops, ${Math.round(heardMs)} ms heard`,
    passed: frames >= SILENCE_FRAMES && events === 0 && drops === 0 && heardMs === 0,
  };
}

function longAnswer({ longAnswer }: Measurements): Finding {
  if (!longAnswer) return undefined;
  const { lengthMs, holesMs, underruns, drops } = longAnswer;
  return {
    measured: `${(lengthMs / 1000).toFixed(1)} s, ${Math.round(holesMs)} ms of holes, ` +
      `${underruns} underruns, ${drops} drops`,
    passed: lengthMs >= LONG_ANSWER_MS && holesMs < HOLES_MS && underruns === 0 && drops === 0,
  };
}

function understood(reply: ReplyMeasure | undefined): Finding {
  if (!reply) return undefined;
  const passed = words(reply.told) === words(reply.expected);
  const asked = reply.asked === null ? "not made out" : `heard "${reply.asked}"`;
  return { measured: passed ? asked : `${asked}, told "${reply.told.slice(0, 30)}"`, passed };
}

type Latency = "stt_partial_ms" | "stt_final_ms" | "total_ms";

function latency(m: Measurements, field: Latency, limitMs: number): Row {
  const times = m.latency.map((turn: LatencyTelemetry) => turn[field]).filter((ms) => ms !== null);
  return row(
    `[LATENCY] ${field.replace("_ms", "")}`,
    `at most ${limitMs} ms`,
    ofRange(times, (_, high) => ({
      measured: `${Math.round(high)} ms at worst of ${times.length}`,
      passed: high <= limitMs,
    })),
  );
}

function ofRange(
  values: readonly number[],
  judge: (low: number, high: number) => Finding,
): Finding {
  return values.length === 0 ? undefined : judge(Math.min(...values), Math.max(...values));
}

function range(low: number, high: number): string {
  return low === high ? round(low) : `${round(low)} to ${round(high)}`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function share(values: readonly number[], fits: (value: number) => boolean): number {
  return values.filter(fits).length / values.length;
}

function percent(part: number): string {
  return `${Math.floor(part * 100)} %`;
}

function words(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}
