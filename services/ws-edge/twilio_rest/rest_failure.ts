import type { RestFailure } from "./call_control.ts";

/** Twilio's code for an update of a call that is over; it comes with status 400. */
const NOT_IN_PROGRESS = 21220;

/** What an error of the package means: its exceptions have HTTP's status and Twilio's own code. */
export function restFailure(
  error: unknown,
): { readonly reason: RestFailure; readonly status?: number } {
  const { status, code } = (error ?? {}) as { readonly status?: unknown; readonly code?: unknown };
  if (typeof status !== "number") return { reason: "failed" };
  return { reason: reasonOf(status, code), status };
}

function reasonOf(status: number, code: unknown): RestFailure {
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 404 || code === NOT_IN_PROGRESS) return "not_found";
  return "failed";
}
