import type { Clock } from "shared/clock/clock.ts";
import { problemLines } from "../api/api_problem.ts";
import type { GreetingStatus } from "../api/answers.ts";
import type { ApiResult } from "../api/client.ts";
import { type ApiSession, sayProblem } from "../api/session.ts";
import type { StatusRequest } from "./arguments.ts";
import { countsText, statusTable } from "./status_table.ts";

const POLL_MS = 1_000;

export interface Times {
  readonly clock: Clock;
  /** For the ages of what is stored. */
  readonly wallMs: () => number;
}

/** `deno task greetings:status`. @returns the exit code: 0 when every business has its greeting */
export async function greetingsStatus(
  session: ApiSession,
  { json, waitSeconds }: StatusRequest,
  { clock, wallMs }: Times,
): Promise<number> {
  const result = await untilFresh(session, clock, clock.now() + waitSeconds * 1_000);
  if (result.kind !== "done") return sayProblem(session, "Cannot look at the greetings", result);
  const { value } = result;
  if (json) session.print(JSON.stringify({ greetings: value }, null, 2));
  else for (const line of statusTable(value, wallMs())) session.print(line);
  return allFresh(value) ? 0 : 1;
}

/** Looks once at least. What the API says at the end. */
async function untilFresh(
  { client, note }: ApiSession,
  clock: Clock,
  deadlineMs: number,
): Promise<ApiResult<GreetingStatus[]>> {
  for (let said = "";;) {
    const result = await client.greetings();
    if (result.kind === "unauthorized") return result;
    if (result.kind === "done" && allFresh(result.value)) return result;
    if (clock.now() >= deadlineMs) return result;
    const progress = result.kind === "done"
      ? countsText(result.value)
      : problemLines(result).join("; ");
    if (progress !== said) note(`waiting: ${progress}`);
    said = progress;
    await clock.sleepUntil(Math.min(deadlineMs, clock.now() + POLL_MS));
  }
}

function allFresh(greetings: readonly GreetingStatus[]): boolean {
  return greetings.every(({ state }) => state === "fresh");
}
