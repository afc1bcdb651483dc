/** Counts the tests in a report of `deno test --junit-path`. */

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Report extends Counts {
  /** The names of what failed. */
  readonly failures: readonly string[];
}

interface Case {
  /** Still escaped. */
  readonly name: string;
  readonly body: string;
}

const CASE = /<testcase name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g;
/** What Deno says of a group in which something has failed. */
const STEPS_FAILED = /<failure message="\d+ test steps? failed"/;
/** Between the name of a group and that of a step in it. */
const INSIDE = " &gt; ";

/** By the name of each test that is no step, as `--filter` knows it: what it and its steps came to. */
export function countTests(xml: string): Map<string, Report> {
  const cases = [...xml.matchAll(CASE)].map(([, name = "", body = ""]) => ({ name, body }));
  const tests = Map.groupBy(cases, ({ name }) => unescaped(name.split(INSIDE, 1)[0]!));
  return new Map([...tests].map(([name, its]) => [name, countCases(its)]));
}

export function sumOf(reports: Iterable<Report>): Report {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  for (const report of reports) {
    sum.passed += report.passed;
    sum.failed += report.failed;
    sum.skipped += report.skipped;
    failures.push(...report.failures);
  }
  return { ...sum, failures };
}

/** Each `it` counts once. A group (with steps in it) counts only when it failed by itself, as by a hook. */
function countCases(cases: readonly Case[]): Report {
  const groups = new Set<string>();
  for (const { name } of cases) {
    const parts = name.split(INSIDE);
    for (let depth = 1; depth < parts.length; depth++) {
      groups.add(parts.slice(0, depth).join(INSIDE));
    }
  }
  const failures: string[] = [];
  const counts = { passed: 0, skipped: 0 };
  for (const { name, body } of cases) {
    if (/<(failure|error)\b/.test(body)) {
      if (!STEPS_FAILED.test(body)) failures.push(unescaped(name));
    } else if (!groups.has(name)) {
      if (body.includes("<skipped")) counts.skipped++;
      else counts.passed++;
    }
  }
  return { ...counts, failed: failures.length, failures };
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function unescaped(text: string): string {
  return text.replace(/&(\w+);/g, (entity, name) => ENTITIES[name] ?? entity);
}
