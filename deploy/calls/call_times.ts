/** Times of a call, for people. */

/** Local time, to the second: `2026-01-02 03:04:05`. `?` where it is no time. */
export function timeText(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "?";
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `1:05`, minutes and seconds. `-`: it is not known. */
export function durationText(ms: number | null): string {
  if (ms === null) return "-";
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** `1.20-3.45 s` since the call's start; empty where neither end is known. */
export function spanText(fromMs: number | null, toMs: number | null): string {
  if (fromMs === null && toMs === null) return "";
  const seconds = (ms: number | null) => ms === null ? "?" : (ms / 1_000).toFixed(2);
  return `${seconds(fromMs)}-${seconds(toMs)} s`;
}
