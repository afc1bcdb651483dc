/** Runs the steps of a plan one after the other and adds up their counts. */
import { type Counts, countTests, type Report, sumOf } from "./junit.ts";
import type { Check, Step, Suite } from "./suites.ts";

/** How a `deno` command ended. */
export interface Ended {
  readonly code: number;
  readonly timedOut: boolean;
}

export interface Runner {
  /** Runs `deno` with these arguments, its output shown as it comes. @param jobs how many with `--parallel` */
  deno(args: readonly string[], limitMs: number, jobs?: number): Promise<Ended>;
  /** The same beside others: its output is kept until it has ended. */
  denoBeside(
    args: readonly string[],
    limitMs: number,
  ): Promise<Ended & { readonly output: string }>;
  /** The content of a file that a run has written; undefined when it has not. */
  report(path: string): string | undefined;
  print(line: string): void;
  nowMs(): number;
}

interface StepReport extends Report {
  /** What failed at first, and passed when it ran again. */
  readonly again?: readonly string[];
}

interface StepResult extends StepReport {
  readonly name: string;
  readonly seconds: number;
}

const REPORTS = ".kav/junit";

/**
 * @param moreFlags further flags of every `deno test`
 * @returns the exit code: 0 when at least one test ran and nothing failed
 */
export async function runSteps(
  steps: readonly Step[],
  runner: Runner,
  moreFlags: readonly string[] = [],
): Promise<number> {
  const results: (StepResult | Promise<StepResult>)[] = [];
  for (const step of steps) {
    const isBeside = step.kind === "check" && step.meanwhile;
    // What runs on the machine's clock has no check beside it.
    if (step.kind === "suite" && step.failedRunAgain) await Promise.all(results);
    const result = runStep(step, runner, moreFlags);
    results.push(isBeside ? result : await result);
  }
  return told(await Promise.all(results), runner);
}

async function runStep(
  step: Step,
  runner: Runner,
  moreFlags: readonly string[],
): Promise<StepResult> {
  const startMs = runner.nowMs();
  const counts = step.kind === "suite"
    ? await runSuite(step, runner, moreFlags)
    : await runCheck(step, runner);
  return { name: step.name, ...counts, seconds: (runner.nowMs() - startMs) / 1_000 };
}

/** @returns the exit code */
function told(results: readonly StepResult[], runner: Runner): number {
  const total = (key: keyof Counts) => results.reduce((sum, result) => sum + result[key], 0);
  runner.print("");
  for (const line of resultLines(results)) runner.print(line);
  for (const { name, failures, again = [] } of results) {
    for (const test of again) runner.print(`passed when it ran again, alone: ${name}: ${test}`);
    for (const failure of failures) runner.print(`failed: ${name}: ${failure}`);
  }
  runner.print(`${total("passed")} passed, ${total("failed")} failed`);
  return total("failed") === 0 && total("passed") > 0 ? 0 : 1;
}

async function runCheck(
  { name, args, limitMinutes, meanwhile }: Check,
  runner: Runner,
): Promise<Report> {
  const limitMs = limitMinutes * 60_000;
  if (!meanwhile) runner.print(`\n== ${name}`);
  const { code, timedOut, output } = meanwhile
    ? await runner.denoBeside(args, limitMs)
    : { ...await runner.deno(args, limitMs), output: "" };
  if (meanwhile) runner.print(`\n== ${name}, meanwhile\n${output}`);
  if (timedOut) runner.print(`ended after its limit of ${limitMinutes} minutes`);
  return code === 0
    ? { passed: 1, failed: 0, skipped: 0, failures: [] }
    : { passed: 0, failed: 1, skipped: 0, failures: [`deno ${args.join(" ")}`] };
}

/** Runs a suite, and what failed in it once more where the suite says so. */
async function runSuite(
  suite: Suite,
  runner: Runner,
  moreFlags: readonly string[],
): Promise<StepReport> {
  runner.print(`\n== ${suite.name}`);
  const first = await runTests(suite, runner, [...suite.flags, ...moreFlags]);
  const failed = [...first.tests].filter(([, { failed }]) => failed > 0).map(([name]) => name);
  if (!suite.failedRunAgain || failed.length === 0 || first.broken) return reportOf(first);
  runner.print(`\n== ${suite.name}, again and alone: ${failed.join(", ")}`);
  const second = await runTests({ ...suite, filesTogether: 1 }, runner, [
    ...suite.flags,
    ...moreFlags,
    `--filter=/^(?:${failed.map(RegExp.escape).join("|")})$/`,
  ]);
  // Those that the filter left out are reported as skipped.
  const ranAgain = [...second.tests].filter(([name]) => failed.includes(name));
  const report = reportOf({ ...second, tests: new Map([...first.tests, ...ranAgain]) });
  const again = sumOf(first.tests.values()).failures
    .filter((name) => !report.failures.includes(name));
  return { ...report, again };
}

interface Run {
  readonly tests: ReadonlyMap<string, Report>;
  /** It ended badly, and no test says why: a file that does not load, or a run that was killed. */
  readonly broken: boolean;
}

async function runTests(suite: Suite, runner: Runner, flags: readonly string[]): Promise<Run> {
  const path = `${REPORTS}/${suite.name.replaceAll(" ", "-")}.xml`;
  const { code, timedOut } = await runner.deno(
    [
      "test",
      "--no-check",
      "--no-prompt",
      // No test depends on the environment: whoever reads it finds nothing set.
      "--ignore-env",
      // Off by default since Deno 2.8: a timer, socket or file that a test leaves behind fails it.
      "--sanitize-ops",
      "--sanitize-resources",
      `--junit-path=${path}`,
      ...suite.filesTogether > 1 ? ["--parallel"] : [],
      ...flags,
      ...suite.paths,
    ],
    suite.limitMinutes * 60_000,
    suite.filesTogether,
  );
  if (timedOut) runner.print(`ended after its limit of ${suite.limitMinutes} minutes`);
  const tests = countTests(runner.report(path) ?? "");
  return { tests, broken: timedOut || (code !== 0 && sumOf(tests.values()).failed === 0) };
}

function reportOf({ tests, broken }: Run): Report {
  const report = sumOf(tests.values());
  if (!broken) return report;
  return {
    ...report,
    failed: report.failed + 1,
    failures: [...report.failures, "the run itself, see above"],
  };
}

function resultLines(results: readonly StepResult[]): string[] {
  const width = Math.max(...results.map(({ name }) => name.length));
  return results.map(({ name, passed, failed, skipped, seconds }) => {
    const counts = `${passed} passed`.padStart(11) + `${failed} failed`.padStart(10) +
      (skipped ? `${skipped} skipped`.padStart(11) : "".padStart(11));
    return `${failed ? "✗" : "✓"} ${name.padEnd(width)}${counts}${
      `${seconds.toFixed(1)} s`.padStart(9)
    }`;
  });
}
