import { assertEquals, assertGreater } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { read, sourceFiles } from "./repository.ts";

const DECLARED = /metrics\.(?:counter|gauge|histogram)(?:<[^>]*>)?\(\s*"(kav_\w+)"/g;

describe("ARCHITECTURE.md", () => {
  it("lists every metric of the services, and no other", () => {
    const declared = new Set<string>();
    for (const path of sourceFiles()) {
      if (!/^(services|shared\/runtime)\//.test(path) || /_test\.ts$|\/testing\//.test(path)) {
        continue;
      }
      for (const match of read(path).matchAll(DECLARED)) declared.add(match[1]!);
    }
    assertGreater(declared.size, 10);
    const listed = [...read("ARCHITECTURE.md").matchAll(/^\| `(kav_\w+)`/gm)].map((row) => row[1]!);
    assertEquals(listed, [...declared].sort());
  });
});
