import { assertEquals, assertNotMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { read } from "./repository.ts";

const lock = read("deno.lock");

describe("deno.lock", () => {
  it("names no host: it works behind any registry", () => {
    assertNotMatch(lock, /https?:/);
    assertNotMatch(lock, /registry\.|npmjs|jsr\.io|"(tarball|remote|redirects)"/);
  });

  it("pins every package that the import map names", () => {
    const { imports } = JSON.parse(read("deno.json")) as { imports: Record<string, string> };
    const { specifiers, npm } = JSON.parse(lock) as {
      specifiers: Record<string, string>;
      npm: Record<string, { integrity?: string }>;
    };
    const named = Object.values(imports).filter((target) => target.startsWith("npm:"));
    assertEquals(named.filter((target) => !specifiers[target]), []);
    assertEquals(named.length > 0, true);
    assertEquals(Object.entries(npm).filter(([, { integrity }]) => !integrity), []);
  });

  it("lets the import map pin exact versions only", () => {
    const { imports } = JSON.parse(read("deno.json")) as { imports: Record<string, string> };
    const loose = Object.values(imports).filter((target) =>
      target.startsWith("npm:") && !/@\d+\.\d+\.\d+$/.test(target)
    );
    assertEquals(loose, []);
  });
});
