import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { exists, messagesOf } from "./testing.ts";

const fires = (path: string, source = "console.log(1);") =>
  messagesOf("no-console", path, source).length > 0;

describe("kav/no-console", () => {
  for (
    const path of [
      "shared/runtime/line_log.ts",
      "shared/bus/memory_bus.ts",
      "services/ws-edge/tx/writer.ts",
    ]
  ) {
    it(`fires in ${path}, which exists`, () =>
      assertEquals([exists(path), fires(path)], [true, true]));
  }

  for (
    const path of [
      "services/ws-edge/main.ts",
      "services/ws-edge/tx/writer_test.ts",
      "deploy/demo.ts",
      "tests/run.ts",
    ]
  ) {
    it(`is silent in ${path}`, () => assertEquals(fires(path), false));
  }

  it("fires when console is handed on", () => {
    assertEquals(fires("shared/runtime/line_log.ts", "const write = console.error;"), true);
    assertEquals(fires("shared/runtime/line_log.ts", "newLog({ console });"), true);
  });

  it("is silent at a property of that name", () => {
    assertEquals(fires("shared/runtime/line_log.ts", "options.console; ({ console: 1 });"), false);
  });
});
