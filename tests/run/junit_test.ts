import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { countTests, sumOf } from "./junit.ts";

const report = (...cases: string[]) =>
  `<?xml version="1.0"?><testsuites name="deno test" tests="9" failures="2">
    <testsuite name="./a_test.ts">${cases.join("\n")}</testsuite></testsuites>`;

const passed = (name: string) => `<testcase name="${name}" classname="x" time="0.1">\n</testcase>`;
const failed = (name: string, message: string) =>
  `<testcase name="${name}" classname="x"><failure message="${message}">at &lt;x&gt;</failure></testcase>`;
const skipped = (name: string) => `<testcase name="${name}" classname="x"><skipped/></testcase>`;

const countCases = (xml: string) => sumOf(countTests(xml).values());

describe("countTests()", () => {
  it("counts tests without steps, and each step in place of its groups", () => {
    const xml = report(
      passed("alone"),
      passed("Queue"),
      passed("Queue &gt; push"),
      passed("Queue &gt; push &gt; evicts"),
      passed("Queue &gt; push &gt; keeps"),
      passed("Queue &gt; pop"),
      skipped("Queue &gt; peek"),
      '<testcase name="closed at once" classname="x"/>',
    );
    assertEquals(countCases(xml), { passed: 5, failed: 0, skipped: 1, failures: [] });
  });

  it("counts a failed step once, not again for its groups", () => {
    const xml = report(
      failed("Queue", "2 test steps failed"),
      failed("Queue &gt; push", "1 test step failed"),
      failed("Queue &gt; push &gt; evicts", "Uncaught Error: no"),
      failed("Queue &gt; pop &quot;x&quot;", "Uncaught Error: no"),
      passed("Queue &gt; peek"),
    );
    const failures = ["Queue > push > evicts", 'Queue > pop "x"'];
    assertEquals(countCases(xml), { passed: 1, failed: 2, skipped: 0, failures });
  });

  it("counts a group that failed by itself, as by a hook", () => {
    const xml = report(
      failed("Broken before", "Uncaught Error: beforeAll"),
      failed("Broken after", "Uncaught Error: afterAll"),
      passed("Broken after &gt; case"),
    );
    const failures = ["Broken before", "Broken after"];
    assertEquals(countCases(xml), { passed: 1, failed: 2, skipped: 0, failures });
  });

  it("reads what Deno really writes", async () => {
    const path = ".kav/junit_test.xml";
    const fixture = "tests/std/fixtures/failing_cases.ts";
    await new Deno.Command("deno", {
      args: ["test", "--no-check", "--no-prompt", "--no-config", `--junit-path=${path}`, fixture],
      stdin: "null",
    }).output();
    const { failures, ...counts } = countCases(await Deno.readTextFile(path));
    assertEquals(counts, { passed: 2, failed: 4, skipped: 0 });
    assertEquals(failures.toSorted(), [
      "Broken case > fails twice",
      "Broken group",
      "Outer > Inner > fails by rejecting",
      "Outer > fails by throwing",
    ]);
  });

  it("tells one test from another, by the name that --filter knows", () => {
    const xml = report(
      failed("Mom &amp; Pop", "1 test step failed"),
      failed("Mom &amp; Pop &gt; fails", "Uncaught Error: no"),
      passed("Mom &amp; Pop &gt; passes"),
      passed("alone"),
    );
    assertEquals([...countTests(xml)].map(([name, { passed, failed }]) => [name, passed, failed]), [
      ["Mom & Pop", 1, 1],
      ["alone", 1, 0],
    ]);
  });

  it("counts nothing in nothing", () => {
    const nothing = { passed: 0, failed: 0, skipped: 0, failures: [] };
    assertEquals([countCases(""), countCases(report())], [nothing, nothing]);
  });
});
