import { assertArrayIncludes, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Ended, runSteps } from "./run_steps.ts";
import type { Step } from "./suites.ts";

const LINT: Step = { kind: "check", name: "lint", args: ["lint"], limitMinutes: 1 };
const CORE: Step = {
  kind: "suite",
  name: "core unit",
  paths: ["shared/clock"],
  flags: ["--allow-read=."],
  limitMinutes: 2,
};
const OK: Ended = { code: 0, timedOut: false };
const FAILED: Ended = { code: 1, timedOut: false };
const PASSED_CASE = '<testcase name="a"></testcase>';
const FAILED_CASE = '<testcase name="b"><failure message="no">no</failure></testcase>';

interface Run {
  readonly code: number;
  readonly lines: string[];
  readonly commands: string[][];
}

/** Runs the steps where each `deno` command ends as given, having written the given report. */
async function run(steps: Step[], ends: Ended[], report?: string, flags?: string[]): Promise<Run> {
  const lines: string[] = [];
  const commands: string[][] = [];
  const code = await runSteps(steps, {
    deno(args) {
      commands.push([...args]);
      return Promise.resolve(ends[commands.length - 1]!);
    },
    report: (path) => path === ".kav/junit/core-unit.xml" ? report : undefined,
    print: (line) => void lines.push(line),
    nowMs: () => 0,
  }, flags);
  return { code, lines, commands };
}

describe("runSteps()", () => {
  it("ends with the sum over all steps, a check counting as one test", async () => {
    const { code, lines } = await run([LINT, CORE], [OK, OK], PASSED_CASE);
    assertEquals([code, lines.at(-1)], [0, "2 passed, 0 failed"]);
  });

  it("gives 1 when a test or a check failed, and still runs the rest", async () => {
    const { code, lines, commands } = await run(
      [LINT, CORE],
      [FAILED, FAILED],
      PASSED_CASE + FAILED_CASE,
    );
    assertEquals([code, commands.length], [1, 2]);
    assertEquals(lines.slice(-3), [
      "failed: lint: deno lint",
      "failed: core unit: b",
      "1 passed, 2 failed",
    ]);
  });

  it("gives 1 when nothing ran", async () => {
    const { code, lines } = await run([CORE], [OK], "");
    assertEquals([code, lines.at(-1)], [1, "0 passed, 0 failed"]);
  });

  it("counts a failure when a run ended badly without naming one, or left no report", async () => {
    for (const report of [PASSED_CASE, undefined]) {
      const { code, lines } = await run([CORE], [FAILED], report);
      assertEquals([code, lines.at(-1)], [1, `${report ? 1 : 0} passed, 1 failed`]);
    }
  });

  it("says when a step was ended at its limit", async () => {
    const killed = { code: 137, timedOut: true };
    const { code, lines } = await run([LINT, CORE], [killed, killed]);
    assertArrayIncludes(lines, [
      "ended after its limit of 1 minutes",
      "ended after its limit of 2 minutes",
    ]);
    assertEquals([code, lines.at(-1)], [1, "0 passed, 2 failed"]);
  });

  it("gives each suite its own permissions and the plan's flags", async () => {
    const { commands } = await run([LINT, CORE], [OK, OK], "", ["--no-lock"]);
    assertEquals(commands, [
      ["lint"],
      [
        ...["test", "--no-check", "--no-prompt", "--ignore-env"],
        ...["--sanitize-ops", "--sanitize-resources"],
        ...["--junit-path=.kav/junit/core-unit.xml", "--allow-read=.", "--no-lock", "shared/clock"],
      ],
    ]);
  });
});
