import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parse, stringify } from "yaml";
import { parseBusinessFile } from "shared/store/business_file.ts";

const read = (path: string) => Deno.readTextFileSync(new URL(path, import.meta.url));

describe("README.md", () => {
  it("shows tools, transfers, digits and notes as a business file has them", () => {
    const yaml = /```yaml\n(transfers:[^]*?)```/.exec(read("../../README.md"))?.[1];
    assert(yaml);
    const { businesses: [demo] } = parse(read("./demo.yaml"));
    const example = parse(yaml);
    const file = parseBusinessFile(
      stringify({ businesses: [{ ...demo, ...example }] }),
      "README.md",
    );
    assertEquals(file.ok ? [] : file.problems, []);
    assertEquals(example.idle.prompts.length, 2);
  });
});
