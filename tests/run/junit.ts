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

const CASE = /<testcase name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g;
/** What Deno says of a group in which something has failed. */
const STEPS_FAILED = /<failure message="\d+ test steps? failed"/;

/**
 * Each `it` counts once. A group (a test or step with steps in it) counts only when it failed by itself, as by
 * a hook; steps have the name of their group and ` > ` before their own.
 */
export function countCases(xml: string): Report {
  const cases = [...xml.matchAll(CASE)].map(([, name = "", body = ""]) => ({ name, body }));
  const groups = new Set<string>();
  for (const { name } of cases) {
    const parts = name.split(" &gt; ");
    for (let depth = 1; depth < parts.length; depth++) {
      groups.add(parts.slice(0, depth).join(" &gt; "));
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
