import { assertArrayIncludes, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Ended, type Runner, runSteps } from "./run_steps.ts";
import type { Step, Suite } from "./suites.ts";

const LINT: Step = {
  kind: "check",
  name: "lint",
  args: ["lint"],
  limitMinutes: 1,
  meanwhile: false,
};
const TYPES: Step = { ...LINT, name: "types", args: ["check"], meanwhile: true };
const CORE: Suite = {
  kind: "suite",
  name: "core unit",
  paths: ["shared/clock"],
  flags: ["--allow-read=."],
  limitMinutes: 2,
  filesTogether: 1,
  failedRunAgain: false,
};
const LIVE: Suite = {
  ...CORE,
  name: "live",
  filesTogether: 2,
  failedRunAgain: true,
};
const OK: Ended = { code: 0, timedOut: false };
const FAILED: Ended = { code: 1, timedOut: false };
const PASSED_CASE = '<testcase name="a"></testcase>';
const FAILED_CASE = '<testcase name="b"><failure message="no">no</failure></testcase>';

interface Run {
  readonly code: number;
  readonly lines: string[];
  readonly commands: string[][];
  /** Of each command. */
  readonly jobs: number[];
}

/** Runs the steps where each `deno` command ends as given, having written the given report. */
async function run(
  steps: Step[],
  ends: Ended[],
  reports?: string | string[],
  flags?: string[],
  beside: Runner["denoBeside"] = () => Promise.reject(new Error("nothing runs beside")),
): Promise<Run> {
  const lines: string[] = [];
  const commands: string[][] = [];
  const jobs: number[] = [];
  const code = await runSteps(steps, {
    deno(args, _limitMs, filesTogether = 1) {
      commands.push([...args]);
      jobs.push(filesTogether);
      return Promise.resolve(ends[commands.length - 1]!);
    },
    denoBeside: beside,
    report: (path) => {
      if (!/^\.kav\/junit\/(core-unit|live)\.xml$/.test(path)) return undefined;
      return Array.isArray(reports) ? reports[commands.length - 1] : reports;
    },
    print: (line) => void lines.push(line),
    nowMs: () => 0,
  }, flags);
  return { code, lines, commands, jobs };
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

  describe("with a check that others do not wait for", () => {
    it("runs the next steps beside it, shows its output when it has ended, and counts it", async () => {
      for (
        const [code, counts] of [[0, "2 passed, 0 failed"], [1, "1 passed, 1 failed"]] as const
      ) {
        const types = Promise.withResolvers<Ended & { output: string }>();
        const asked: string[][] = [];
        const { lines, commands } = await run([TYPES, CORE], [OK], PASSED_CASE, [], (args) => {
          asked.push([...args]);
          // When the suite beside it has ended.
          setTimeout(() => types.resolve({ code, timedOut: false, output: "Check a.ts" }), 0);
          return types.promise;
        });
        assertEquals([asked, commands.length], [[["check"]], 1]);
        assertEquals(lines.slice(0, 2), ["\n== core unit", "\n== types, meanwhile\nCheck a.ts"]);
        assertEquals(lines.at(-1), counts);
      }
    });

    it("lets no suite in real time begin before it has ended", async () => {
      const { lines } = await run([TYPES, LIVE], [OK], PASSED_CASE, [], async () => {
        await new Promise((resolve) => setTimeout(resolve, 0));
        return { ...OK, output: "" };
      });
      assertEquals(lines.slice(0, 2), ["\n== types, meanwhile\n", "\n== live"]);
    });
  });

  describe("with a suite in real time", () => {
    const first = `${PASSED_CASE}<testcase name="Calls (10)">
        <failure message="1 test step failed"></failure></testcase>
      <testcase name="Calls (10) &gt; end"><failure message="no">no</failure></testcase>
      <testcase name="Calls (10) &gt; begin"></testcase>`;
    const leftOut = '<testcase name="a"><skipped></skipped></testcase>';
    const again = first.replaceAll(/<failure.*?<\/failure>/g, "").replace(PASSED_CASE, leftOut);

    it("runs the tests that failed once more, alone, and says so", async () => {
      const { code, lines, commands, jobs } = await run([LIVE], [FAILED, OK], [first, again]);
      assertEquals([code, commands.length], [0, 2]);
      assertEquals(commands.map((args) => args.includes("--parallel")), [true, false]);
      assertEquals(jobs, [2, 1]);
      const filter = commands[1]!.find((flag) => flag.startsWith("--filter=/"))!;
      const pattern = new RegExp(filter.slice("--filter=/".length, -1));
      assertEquals([pattern.test("Calls (10)"), pattern.test("a")], [true, false]);
      assertEquals(lines.slice(-2), [
        "passed when it ran again, alone: live: Calls (10) > end",
        "3 passed, 0 failed",
      ]);
    });

    it("counts what fails twice, and what fails only then", async () => {
      const other = again.replace(
        / begin"><\/testcase>/,
        ' begin"><failure message="x"/></testcase>',
      );
      for (const [second, failure] of [[first, "end"], [other, "begin"]] as const) {
        const { code, lines } = await run([LIVE], [FAILED, FAILED], [first, second]);
        assertEquals([code, lines.at(-1)], [1, "2 passed, 1 failed"]);
        assertArrayIncludes(lines, [`failed: live: Calls (10) > ${failure}`]);
      }
    });

    it("counts a failure when the tests are not found again, or that run breaks", async () => {
      for (const [end, second] of [[OK, ""], [FAILED, again]] as const) {
        const { code, lines } = await run([LIVE], [FAILED, end], [first, second]);
        assertEquals([code, lines.at(-1)!.endsWith("1 failed")], [1, true]);
      }
    });

    it("does not run again what broke as a whole, nor a suite that does not ask for it", async () => {
      const killed = { code: 137, timedOut: true };
      for (const [suite, end] of [[LIVE, killed], [CORE, FAILED]] as const) {
        const { code, commands } = await run([suite], [end], first);
        assertEquals([code, commands.length], [1, 1]);
      }
    });
  });
});
