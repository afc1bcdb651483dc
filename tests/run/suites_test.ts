import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { sourceFiles } from "../source/repository.ts";
import { PLANS, type Step, type Suite } from "./suites.ts";

const suitesOf = (plan: readonly Step[]): Suite[] => plan.filter((step) => step.kind === "suite");
const all = new Set([...suitesOf(PLANS.test), ...suitesOf(PLANS.soak)]);
const tests = sourceFiles().filter((path) => path.endsWith("_test.ts"));
const testsIn = (suite: Suite) =>
  tests.filter((path) => suite.paths.some((folder) => path.startsWith(`${folder}/`)));

describe("PLANS", () => {
  it("run every test file of the repository exactly once", () => {
    const run = [...all].flatMap(testsIn);
    assertEquals(tests.filter((path) => !run.includes(path)), [], "never run");
    assertEquals(run.filter((path, i) => run.indexOf(path) !== i), [], "run twice");
  });

  it("name no folder in which there is nothing to run", () => {
    const empty = [...all].flatMap(({ paths }) => paths)
      .filter((folder) => !tests.some((path) => path.startsWith(`${folder}/`)));
    assertEquals(empty, []);
  });

  it("give no suite everything, and none more than it needs to name", () => {
    const flags = [...all].flatMap(({ flags }) => flags);
    const bare = [
      "-A",
      "--allow-all",
      "--allow-run",
      "--allow-write",
      "--allow-net",
      "--allow-env",
    ];
    assertEquals(flags.filter((flag) => bare.includes(flag)), []);
  });

  it("have a name for each step, for its report", () => {
    for (const plan of Object.values(PLANS)) {
      const names = plan.map(({ name }) => name);
      assertEquals(names.length, new Set(names).size);
    }
  });

  it("leave the stand-ins out on jsr, and nothing else", () => {
    const left = suitesOf(PLANS.test).filter((suite) => !suitesOf(PLANS.jsr).includes(suite));
    assertEquals(left.map(({ name }) => name), ["stand-ins"]);
  });
});
