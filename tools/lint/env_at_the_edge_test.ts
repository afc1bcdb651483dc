import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { exists, messagesOf } from "./testing.ts";

const fires = (path: string, source: string) => messagesOf("env", path, source).length > 0;

describe("kav/env", () => {
  for (
    const path of [
      "shared/runtime/env.ts",
      "shared/bus/memory_bus.ts",
      "shared/testing/fake_clock.ts",
      "tools/lint/kav_plugin.ts",
      "tests/run.ts",
    ]
  ) {
    it(`fires in ${path}, which exists`, () => {
      assertEquals([exists(path), fires(path, "Deno.env.get('PORT');")], [true, true]);
    });
  }

  it("is silent in deploy/environment.ts, which exists", () => {
    const path = "deploy/environment.ts";
    assertEquals([exists(path), fires(path, "Deno.env.get('PORT');")], [true, false]);
  });

  it("is silent in the main.ts of a service", () => {
    for (const service of ["ws-edge", "stt-service", "dialog-tts-service"]) {
      assertEquals(fires(`services/${service}/main.ts`, "Deno.env.get('PORT');"), false, service);
    }
  });

  it("is not fooled by a main.ts elsewhere", () => {
    assertEquals(fires("shared/runtime/main.ts", "Deno.env;"), true);
    assertEquals(fires("services/ws-edge/tx/main.ts", "Deno.env;"), true);
    assertEquals(fires("services/ws-edge/main_test.ts", "Deno.env;"), true);
  });

  for (
    const source of [
      "const get = Deno.env.get;",
      "Deno['env'].toObject();",
      "globalThis.Deno.env.get('A');",
      "const { env } = Deno;",
      "const { env: e } = globalThis.Deno;",
      "process.env.PORT;",
      "import { env } from 'node:process';",
    ]
  ) {
    it(`fires at ${source}`, () => assertEquals(fires("shared/runtime/log.ts", source), true));
  }

  for (
    const source of [
      "Deno.execPath();",
      "const { env } = options;",
      "options.env.PORT;",
      "new Deno.Command('x', { env: {} });",
      "import { pid } from 'node:process';",
    ]
  ) {
    it(`is silent at ${source}`, () => assertEquals(fires("shared/runtime/log.ts", source), false));
  }
});
