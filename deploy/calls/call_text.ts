import type { CallRecord, CallTurn, ToolUse } from "shared/store/stores.ts";
import { oneLine } from "../text_table.ts";
import { durationText, spanText, timeText } from "./call_times.ts";
import type { Paint } from "./paint.ts";
import { scaleOf, waterfall } from "./waterfall.ts";

/** One call, for people. Words come last in their lines: letters may run from right to left, or be two columns wide. */
export function callText(record: CallRecord, paint: Paint): string[] {
  const scaleMs = scaleOf(record.turns.map(({ latency }) => latency));
  return [
    ...header(record, paint),
    ...record.notes.map((note) => `note      ${oneLine(note)}`),
    ...record.turns.flatMap((turn) => ["", ...turnLines(turn, scaleMs, paint)]),
  ];
}

function header(record: CallRecord, paint: Paint): string[] {
  const { call, businessId, leg, turns } = record;
  const interrupted = turns.filter((turn) => turn.interrupted).length;
  const many = turns.length === 1 ? "1 turn" : `${turns.length} turns`;
  const state = record.endedAt === null ? "not ended" : durationText(record.durationMs);
  return [
    `${paint("bold", call)}  ${businessId}  ${timeText(record.startedAt)}  ${state}`,
    `${many}, ${interrupted} interrupted; leg ${leg}; ` +
    `${record.framesIn} frames in, ${record.framesOut} out`,
    ...record.endReason === null ? [] : [`ended     ${oneLine(record.endReason)}`],
  ];
}

function turnLines(turn: CallTurn, scaleMs: number, paint: Paint): string[] {
  const dim = (text: string) => paint("dim", text);
  const asked = turn.asked === null ? [] : [
    `${dim("caller")}  ${timed(turn.askedFromMs, turn.askedToMs)} ${oneLine(turn.asked)}`,
  ];
  const told = turn.interrupted ? `${turn.told} …` : turn.told;
  return [
    paint("bold", turn.turn === 0 ? "turn 0, greeting" : `turn ${turn.turn}`) +
    interruption(turn, paint),
    ...asked,
    ...turn.tools.map((tool) => `${dim("tool")}    ${toolText(tool)}`),
    `${dim("heard")}   ${timed(turn.toldFromMs, turn.toldToMs)} ${oneLine(told)}`,
    ...turn.latency === null
      ? []
      : waterfall(turn.latency, scaleMs, paint).map((line) => `  ${line}`),
  ];
}

function interruption({ interrupted, bargeInMs }: CallTurn, paint: Paint): string {
  if (!interrupted) return "";
  const after = bargeInMs === null ? "" : ` after ${bargeInMs} ms of speech`;
  return paint("yellow", `, interrupted${after}`);
}

function toolText({ name, ms, outcome }: ToolUse): string {
  return `${oneLine(name)} ${Math.round(ms)} ms ${outcome}`;
}

/** As wide as those of calls up to 1,000 s, so that texts begin in one column. */
const SPAN_WIDTH = 15;

function timed(fromMs: number | null, toMs: number | null): string {
  return spanText(fromMs, toMs).padEnd(SPAN_WIDTH);
}
