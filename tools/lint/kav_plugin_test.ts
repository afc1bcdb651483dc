import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import config from "../../deno.json" with { type: "json" };
import plugin from "./kav_plugin.ts";
import { exists, filesUnder } from "./testing.ts";

describe("kav plugin", () => {
  it("is wired in deno.json, by a path that exists", () => {
    assertEquals(config.lint.plugins, ["./tools/lint/kav_plugin.ts"]);
    assertEquals(exists(config.lint.plugins[0]!.slice(2)), true);
  });

  it("has no rule switched off in deno.json", () => {
    const off: string[] = config.lint.rules.exclude;
    assertEquals(off.filter((rule) => rule.startsWith("kav/")), []);
  });

  it("has a test beside every rule", () => {
    const files = filesUnder("tools/lint");
    const rules = files.filter((path) => /Deno\.lint\.Rule = /.test(Deno.readTextFileSync(path)));
    assertEquals(rules.length, Object.keys(plugin.rules).length);
    for (const path of rules) {
      assertEquals(files.includes(path.replace(/\.ts$/, "_test.ts")), true, path);
    }
  });
});
