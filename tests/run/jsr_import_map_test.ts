import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import config from "../../deno.json" with { type: "json" };
import { jsrImportMap } from "./jsr_import_map.ts";

describe("jsrImportMap()", () => {
  it("replaces each stand-in by the original, and makes folders absolute", () => {
    const { imports } = JSON.parse(jsrImportMap(config.imports, "file:///kav/"));
    assertEquals(imports["@std/assert"], "jsr:@std/assert@1");
    assertEquals(imports["@std/testing/bdd"], "jsr:@std/testing@1/bdd");
    assertEquals(imports["@std/testing/time"], "jsr:@std/testing@1/time");
    assertEquals(imports["shared/"], "file:///kav/shared/");
    assertEquals(imports.zod, config.imports.zod);
    assertEquals(Object.keys(imports), Object.keys(config.imports));
  });

  it("leaves no stand-in behind", () => {
    assertEquals(jsrImportMap(config.imports, "file:///kav/").includes("tests/std"), false);
  });
});
