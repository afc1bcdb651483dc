import type { Business } from "shared/store/business.ts";
import { parseBusinessFile } from "shared/store/business_file.ts";
import { type ApiProblem, problemLines } from "../api/api_problem.ts";
import { type ApiSession, sayProblem } from "../api/session.ts";
import { importDecision } from "./import_decision.ts";
import { type SetOptions, storedText } from "./set_business.ts";

const OUTCOMES = ["created", "replaced", "unchanged", "left alone", "refused"] as const;
type Outcome = typeof OUTCOMES[number];

type Imported =
  | { readonly outcome: Outcome; readonly text: string }
  /** No other business would fare better. */
  | { readonly outcome: "no api"; readonly problem: ApiProblem };

/** `business import`: each in turn, one that is refused does not stop the others. @returns the exit code */
export async function importBusinesses(session: ApiSession, options: SetOptions): Promise<number> {
  const { note, print } = session;
  const file = parseBusinessFile(options.text, options.path);
  if (!file.ok) {
    for (const problem of file.problems) note(problem);
    return 1;
  }
  const counts = new Map<Outcome, number>();
  for (const [i, business] of file.businesses.entries()) {
    const imported = await importOne(session, business, options.force);
    if (imported.outcome === "no api") {
      sayProblem(session, "Cannot import", imported.problem);
      note(`${file.businesses.length - i} of ${file.businesses.length} businesses not stored`);
      return 1;
    }
    const { outcome, text } = imported;
    counts.set(outcome, 1 + (counts.get(outcome) ?? 0));
    print(`${business.id}: ${text}`);
  }
  print(summary(counts, file.businesses.length));
  return counts.has("left alone") || counts.has("refused") ? 1 : 0;
}

async function importOne(
  { client }: ApiSession,
  business: Business,
  force: boolean,
): Promise<Imported> {
  const { id, version } = business;
  const found = await client.get(id);
  if (found.kind !== "done" && found.kind !== "unknown_business") return failed(found);
  const stored = found.kind === "done" ? found.value : undefined;
  const decision = importDecision(business, stored, force);
  if (decision.do === "nothing") {
    return { outcome: "unchanged", text: `unchanged, version ${stored?.version}` };
  }
  if (decision.do === "leave") {
    const text = `left alone: version ${stored?.version} is stored, the file has version ` +
      `${version} (--force writes over it)`;
    return { outcome: "left alone", text };
  }
  const over = decision.do === "replace" ? decision.over : version;
  const put = await client.put(business, over);
  // It was deleted as a later version: the API knows which one comes after it.
  const wasDeleted = decision.do === "create" && put.kind === "version" && put.current === null;
  const done = wasDeleted ? await client.put(business, undefined) : put;
  if (done.kind !== "done") return failed(done);
  const isSame = done.value.business.version === over && !done.value.created;
  const outcome = isSame ? "unchanged" : done.value.created ? "created" : "replaced";
  return { outcome, text: storedText(done.value, over) };
}

function failed(problem: ApiProblem): Imported {
  if (problem.kind === "unreachable" || problem.kind === "unauthorized") {
    return { outcome: "no api", problem };
  }
  return { outcome: "refused", text: `refused: ${problemLines(problem).join("; ")}` };
}

function summary(counts: ReadonlyMap<Outcome, number>, all: number): string {
  const parts = OUTCOMES.flatMap((outcome) =>
    counts.has(outcome) ? [`${counts.get(outcome)} ${outcome}`] : []
  );
  return `${all} ${all === 1 ? "business" : "businesses"}: ${parts.join(", ")}`;
}
