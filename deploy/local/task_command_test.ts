import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { denoArgsOf } from "./task_command.ts";

describe("denoArgsOf()", () => {
  it("gives what follows deno", () => {
    const command = "deno run  --allow-net=127.0.0.1 main.ts";
    const args = ["run", "--allow-net=127.0.0.1", "main.ts"];
    assertEquals(denoArgsOf({ edge: command }, "edge"), args);
    assertEquals(denoArgsOf({ edge: { command, description: "x" } }, "edge"), args);
  });

  for (
    const [what, task] of [
      ["a task that is not there", undefined],
      ["a task that only depends on others", { dependencies: ["install"] }],
      ["another program", "node main.ts"],
      ["a command for a shell", "deno run a.ts && deno run b.ts"],
      ["a variable", "deno run --allow-read=$HOME a.ts"],
      ["nothing behind deno", "deno"],
    ] as [string, unknown][]
  ) {
    it(`refuses ${what}`, () => {
      assertThrows(() => denoArgsOf({ edge: task }, "edge"), TypeError, "Cannot run task edge");
    });
  }
});
