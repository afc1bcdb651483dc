import { type ApiProblem, connectionText, problemLines } from "./api_problem.ts";
import type { ApiClient } from "./client.ts";
import type { ApiAddress } from "./target.ts";

/** What a command line has at hand. */
export interface ApiSession {
  readonly client: ApiClient;
  readonly address: Omit<ApiAddress, "token">;
  /** A line of the result. */
  readonly print: (line: string) => void;
  /** A line about how it goes, or why it does not. */
  readonly note: (line: string) => void;
}

/** Says why something could not be done. @returns the exit code */
export function sayProblem(
  { address, note }: Pick<ApiSession, "address" | "note">,
  what: string,
  problem: ApiProblem,
): 1 {
  const connection = connectionText(problem, address);
  if (connection !== undefined) note(connection);
  else for (const line of problemLines(problem)) note(`${what}: ${line}`);
  return 1;
}
