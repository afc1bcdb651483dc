import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { assertGo } from "../end_to_end/demo_program.ts";

describe("deno task demo --engines google-emulator", () => {
  it("ends with GO, in Hebrew", async () => {
    const { stdout } = await assertGo("--engines", "google-emulator");
    const said = stdout.join("\n");
    for (const text of ["מה שעות הפתיחה שלכם", "סליחה, לא הבנתי"]) assertStringIncludes(said, text);
    assertEquals(said.includes("google-stt"), false, said);
  });
});
