import type { CallRecord } from "shared/store/stores.ts";
import { textTable } from "../text_table.ts";
import { durationText, timeText } from "./call_times.ts";

/** What others have written comes last: letters may run from right to left, or be two columns wide. */
const HEAD = ["time", "call", "business", "duration", "turns", "interrupted", "ended"];

/** A line for each call. */
export function callList(records: readonly CallRecord[]): string[] {
  if (records.length === 0) return ["no calls"];
  return textTable(
    HEAD,
    records.map((record) => [
      timeText(record.startedAt),
      record.call,
      record.businessId,
      durationText(record.durationMs),
      String(record.turns.length),
      String(record.turns.filter(({ interrupted }) => interrupted).length),
      record.endReason ?? "-",
    ]),
  );
}
