/** Where the time of an answer went, as bars of block characters. */
import type { TurnLatency } from "shared/store/stores.ts";
import type { Paint, Style } from "./paint.ts";

/** The length of the longest answer of a call. */
const WIDTH = 40;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const LABEL_WIDTH = 5;

interface Stage {
  readonly label: string;
  readonly style: Style;
  readonly ms: number | null;
}

/**
 * A line for each stage, one after the other: the recognizer from the last voiced frame to the final, the text, the
 * first frame of speech, and the rest until that frame was sent. Empty where nothing was measured.
 *
 * @param scaleMs what the whole width stands for: the same for all turns of a call.
 */
export function waterfall(latency: TurnLatency, scaleMs: number, paint: Paint): string[] {
  const { sttFinalMs, llmMs, ttsMs, totalMs } = latency;
  const known = (sttFinalMs ?? 0) + (llmMs ?? 0) + (ttsMs ?? 0);
  const stages: readonly Stage[] = [
    { label: "stt", style: "cyan", ms: sttFinalMs },
    { label: "llm", style: "magenta", ms: llmMs },
    { label: "tts", style: "green", ms: ttsMs },
    { label: "send", style: "yellow", ms: totalMs === null ? null : Math.max(0, totalMs - known) },
  ];
  if (stages.every(({ ms }) => ms === null)) return [];
  let fromMs = 0;
  const lines = stages.map(({ label, style, ms }) => {
    const drawn = ms === null ? "" : bar(fromMs, ms, scaleMs);
    fromMs += ms ?? 0;
    return line(label, drawn, ms, (text) => paint(style, text));
  });
  return [...lines, line("total", "", totalMs, (text) => text)];
}

/** What the longest answer took, and so what the width of all stands for. */
export function scaleOf(latencies: readonly (TurnLatency | null)[]): number {
  return Math.max(
    1,
    ...latencies.map((each) =>
      each === null ? 0 : Math.max(
        each.totalMs ?? 0,
        (each.sttFinalMs ?? 0) + (each.llmMs ?? 0) + (each.ttsMs ?? 0),
      )
    ),
  );
}

function line(
  label: string,
  drawn: string,
  ms: number | null,
  painted: (text: string) => string,
): string {
  const figure = ms === null ? "-" : `${ms} ms`;
  const filled = painted(drawn) + " ".repeat(WIDTH - drawn.length);
  return `${label.padEnd(LABEL_WIDTH)} ${filled} ${figure.padStart(8)}`;
}

/** Blanks, then blocks: an eighth of a column at least for what took any time. */
function bar(fromMs: number, ms: number, scaleMs: number): string {
  if (ms <= 0) return "";
  const columns = WIDTH / scaleMs;
  const start = Math.min(WIDTH - 1, Math.floor(fromMs * columns));
  const eighths = Math.min((WIDTH - start) * 8, Math.max(1, Math.round(ms * columns * 8)));
  const blocks = "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
  return " ".repeat(start) + blocks;
}
