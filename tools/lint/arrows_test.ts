import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { partOf } from "./arrows.ts";
import { filesUnder, messagesOf } from "./testing.ts";

/** From, to, and whether that is allowed. */
const ARROWS: [from: string, to: string, allowed: boolean][] = [
  ["shared/media/frame.ts", "shared/clock/clock.ts", true],
  ["shared/clock/clock.ts", "shared/media/frame.ts", false],
  ["shared/bus/codec.ts", "shared/media/frame.ts", true],
  ["shared/bus/codec.ts", "shared/store/stores.ts", false],
  ["shared/store/stores.ts", "shared/speech/vad.ts", false],
  ["shared/speech/vad.ts", "shared/bus/bus.ts", false],
  ["shared/bus/bus.ts", "shared/runtime/log.ts", false],
  ["shared/runtime/log.ts", "shared/bus/bus.ts", true],
  ["shared/runtime/log.ts", "services/ws-edge/config.ts", false],
  ["services/ws-edge/config.ts", "shared/runtime/env.ts", true],
  ["services/ws-edge/config.ts", "services/ws-edge/tx/queue.ts", true],
  ["services/ws-edge/config.ts", "services/stt-service/config.ts", false],
  ["services/ws-edge/config_test.ts", "services/stt-service/config.ts", false],
  ["services/ws-edge/config.ts", "deploy/demo.ts", false],
  ["deploy/demo.ts", "services/ws-edge/config.ts", true],
  ["deploy/demo.ts", "shared/testing/fake_clock.ts", true],
  ["services/ws-edge/config.ts", "shared/testing/fake_clock.ts", false],
  ["services/ws-edge/config_test.ts", "shared/testing/fake_clock.ts", true],
  ["shared/media/frame_test.ts", "shared/testing/fake_clock.ts", true],
  ["shared/testing/fake_clock.ts", "shared/clock/clock.ts", true],
  ["shared/testing/fake_clock.ts", "shared/runtime/log.ts", true],
  ["shared/testing/fake_clock.ts", "services/ws-edge/config.ts", false],
  ["services/ws-edge/config.ts", "services/ws-edge/testing/bench.ts", false],
  ["services/ws-edge/config.ts", "services/ws-edge/config_test.ts", false],
  ["services/ws-edge/config_test.ts", "services/ws-edge/testing/bench.ts", true],
  ["services/ws-edge/testing/bench.ts", "shared/testing/fake_clock.ts", true],
  ["services/ws-edge/testing/bench.ts", "services/stt-service/config.ts", false],
  ["tools/lint/repo_path.ts", "deno.json", true],
  ["services/ws-edge/config.ts", "tests/std/assert.ts", false],
  ["deploy/demo.ts", "tests/std/assert.ts", false],
  ["services/ws-edge/config_test.ts", "tests/std/assert.ts", true],
  ["tests/end_to_end/demo_test.ts", "deploy/demo.ts", true],
  ["tests/end_to_end/demo_test.ts", "services/ws-edge/config.ts", true],
  ["tools/lint/arrows.ts", "shared/media/frame.ts", false],
  ["tools/lint/arrows_test.ts", "tests/std/assert.ts", true],
  ["deploy/demo.ts", "tools/lint/arrows.ts", false],
  ["shared/media/frame.ts", "scripts/x.ts", false],
];

const verdict = (path: string, source: string) => messagesOf("arrows", path, source).length === 0;

describe("kav/arrows", () => {
  for (const [from, to, allowed] of ARROWS) {
    it(`${allowed ? "lets" : "does not let"} ${from} import ${to}`, () => {
      const up = "../".repeat(from.split("/").length - 1);
      assertEquals(verdict(from, `import { x } from "${up}${to}";`), allowed, "relative");
      if (!/^(shared|services|deploy)\//.test(to)) return;
      assertEquals(verdict(from, `import { x } from "${to}";`), allowed, "by the import map");
    });
  }

  for (
    const source of [
      'import "shared/bus/bus.ts";',
      'import * as bus from "shared/bus/bus.ts";',
      'import type { Bus } from "shared/bus/bus.ts";',
      'export * from "shared/bus/bus.ts";',
      'export { Bus } from "shared/bus/bus.ts";',
      'const bus = await import("shared/bus/bus.ts");',
      'type Bus = import("shared/bus/bus.ts").Bus;',
      'new Worker(new URL("../bus/bus.ts", import.meta.url), { type: "module" });',
    ]
  ) {
    it(`sees ${source}`, () => assertEquals(verdict("shared/media/frame.ts", source), false));
  }

  it("says what is wrong", () => {
    assertEquals(messagesOf("arrows", "shared/media/frame.ts", 'import "shared/bus/bus.ts";'), [
      "Cannot import shared/bus/bus.ts: shared/media/ must not import shared/bus/",
    ]);
  });

  it("leaves packages alone", () => {
    const source = 'import { z } from "zod"; import "node:fs"; import "npm:yaml"; new URL(a, b);';
    assertEquals(verdict("shared/bus/messages.ts", source), true);
  });

  it("reports a file that has no place in the layout", () => {
    assertEquals(messagesOf("arrows", "shared/helpers/x.ts", "1;").length, 1);
    assertEquals(messagesOf("arrows", "x.ts", "1;").length, 1);
  });

  it("finds a place for every file of the repository", () => {
    const files = ["shared", "services", "deploy", "tests", "tools"].flatMap(filesUnder);
    assertEquals(files.filter((path) => !partOf(path)), []);
    assertEquals(files.length > 50, true);
  });
});
