import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readSettings } from "shared/runtime/env.ts";
import { dialogSettings } from "./config.ts";

describe("dialogSettings", () => {
  const read = (env: Record<string, string>) => readSettings(dialogSettings, (name) => env[name]);

  it("has the defaults of the design", () => {
    assertEquals(read({}), {
      ok: true,
      values: { replyRefractoryMs: 1_100, dialogCapacity: 200 },
      warnings: [],
    });
  });

  it("refuses what is outside of its ranges", () => {
    const result = read({ REPLY_REFRACTORY_MS: "5001", DIALOG_CAPACITY: "0" });
    assertEquals(result.ok ? 0 : result.problems.length, 2);
  });
});
