/** A process that calls, and measures. Ends when its standard input does. */
import type { LoadSize } from "./call_plan.ts";
import type { LoadProgress, LoadResult } from "./call_result.ts";
import { callAll } from "./calling.ts";
import { eachLine } from "../lines.ts";

/** A line it is asked with. */
export interface LoadRequest {
  readonly size: LoadSize;
  readonly webhook: string;
}

/** A line it answers with: progress while it goes on, then the result. */
export type LoadAnswer =
  | { readonly kind: "ready" }
  | ({ readonly kind: "progress" } & LoadProgress)
  | ({ readonly kind: "done" } & LoadResult);

const answer = (line: LoadAnswer) => console.log(JSON.stringify(line));

if (import.meta.main) {
  answer({ kind: "ready" });
  for await (const line of eachLine(Deno.stdin.readable)) {
    const { size, webhook } = JSON.parse(line) as LoadRequest;
    const result = await callAll(
      size,
      webhook,
      (progress) => answer({ kind: "progress", ...progress }),
    );
    answer({ kind: "done", ...result });
  }
  Deno.exit(0);
}
