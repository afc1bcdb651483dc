import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { describeConfiguration } from "./configuration.ts";

const README = Deno.readTextFileSync(new URL("../README.md", import.meta.url));

/** The cells of the row that begins with this setting's name; undefined when there is none. */
function rowOf(name: string): string[] | undefined {
  const line = README.split("\n").find((row) => row.startsWith(`| \`${name}\``));
  return line?.split("|").slice(1, -1).map((cell) => cell.trim());
}

describe("README.md", () => {
  for (const { rows } of describeConfiguration(() => undefined)) {
    for (const { name, aliases, default: preset, range, meaning } of rows) {
      it(`tells ${name} as the program knows it`, () => {
        const shown = name === "BUSINESS_FILE" ? "deploy/businesses/demo.yaml" : preset || "-";
        const alias = aliases.length > 0 ? ` (alias \`${aliases.join("`, `")}\`)` : "";
        assertEquals(rowOf(name), [`\`${name}\`${alias}`, shown, range, meaning]);
      });
    }
  }
});
