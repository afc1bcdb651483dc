import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SETTING_GROUPS } from "deploy/configuration.ts";
import config from "../../deno.json" with { type: "json" };

const SETTING_NAMES = Object.values(SETTING_GROUPS)
  .flatMap((spec) => Object.values(spec))
  .flatMap(({ name, aliases }) => [name, ...aliases]);

describe("tasks of deno.json", () => {
  it("never grant everything", () => {
    for (const { command } of Object.values(config.tasks)) {
      assertEquals(/(^|\s)(-\w*A\w*|--allow-all)(\s|$)/.test(command), false, command);
      assertEquals(/--allow-(run|write|net|env)(\s|$)/.test(command), false, command);
    }
  });

  for (const task of ["demo", "start", "config"] as const) {
    it(`let ${task} read every setting and no other variable`, () => {
      const { command } = config.tasks[task];
      const granted = /--allow-env=(\S+) --ignore-env /.exec(command)?.[1]?.split(",") ?? [];
      assertEquals(granted.toSorted(), SETTING_NAMES.toSorted());
    });
  }
});
