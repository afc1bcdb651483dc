import { bytesToMs } from "shared/media/frame.ts";
import { GREETING_STATES, type GreetingStatus } from "../api/answers.ts";
import { shortened, textTable } from "../text_table.ts";

const ERROR_LENGTH = 50;
const HEAD = ["business", "state", "bytes", "audio", "age", "last error"];

/** A line for each business, then how many there are of each state. `nowMs`: wall clock. */
export function statusTable(greetings: readonly GreetingStatus[], nowMs: number): string[] {
  if (greetings.length === 0) return ["no businesses"];
  const rows = greetings.map(({ business_id, state, bytes, updated_at, last_error }) => [
    business_id,
    state,
    bytes === null ? "-" : String(bytes),
    bytes === null ? "-" : `${(bytesToMs(bytes) / 1_000).toFixed(1)} s`,
    updated_at === null ? "-" : ageText(updated_at, nowMs),
    last_error === null
      ? "-"
      : `${shortened(last_error.error, ERROR_LENGTH)} (${
        ageText(last_error.failed_at, nowMs)
      } ago)`,
  ]);
  return [...textTable(HEAD, rows), countsText(greetings)];
}

/** `3 businesses: 2 fresh, 1 stale`. */
export function countsText(greetings: readonly GreetingStatus[]): string {
  const counts = GREETING_STATES.flatMap((state) => {
    const count = greetings.filter((greeting) => greeting.state === state).length;
    return count > 0 ? [`${count} ${state}`] : [];
  });
  const all = greetings.length === 1 ? "1 business" : `${greetings.length} businesses`;
  return [all, ...counts.length > 0 ? [counts.join(", ")] : []].join(": ");
}

const UNITS = [["d", 86_400_000], ["h", 3_600_000], ["min", 60_000]] as const;

/** How long ago it was, in its largest unit: `3 min`. `?` when it is no time. */
export function ageText(time: string, nowMs: number): string {
  const ms = nowMs - Date.parse(time);
  if (Number.isNaN(ms)) return "?";
  const [unit, length] = UNITS.find(([, least]) => ms >= least) ?? ["s", 1_000];
  // Clocks of two machines differ a little.
  return `${Math.max(0, Math.floor(ms / length))} ${unit}`;
}
