import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { isPure } from "./pure.ts";
import { exists, messagesOf } from "./testing.ts";

/** Files that must exist and be pure: a selector that matches nothing looks like success. */
const PURE = [
  "shared/media/frame.ts",
  "shared/media/mulaw.ts",
  "shared/media/framer.ts",
  "shared/media/bounded_queue.ts",
  "shared/media/media_queue.ts",
  "shared/media/deadline_pacer.ts",
  "shared/bus/subjects.ts",
  "shared/bus/audio_codec.ts",
  "shared/store/greeting_entry.ts",
  "shared/store/greeting_key.ts",
  "services/dialog-tts-service/turn/turn.ts",
  "services/stt-service/endpointer.ts",
  "services/ws-edge/twilio/message.ts",
  "services/ws-edge/twilio/signature.ts",
  "services/ws-edge/twilio/stream_token.ts",
  "services/ws-edge/twilio/twiml.ts",
];
const IMPURE = [
  "shared/media/frame_test.ts",
  "shared/clock/system_clock.ts",
  "services/ws-edge/tx/writer.ts",
  "tests/end_to_end/turn.ts",
];

const fires = (source: string, path = "shared/media/frame.ts") =>
  messagesOf("pure", path, source).length > 0;

describe("kav/pure", () => {
  for (const path of PURE) {
    it(`watches ${path}, which exists`, () => {
      assertEquals([exists(path), isPure(path)], [true, true]);
      assertEquals(fires("Date.now();", path), true);
    });
  }

  for (const path of IMPURE) {
    it(`leaves ${path} alone`, () => assertEquals(fires("Date.now();", path), false));
  }

  for (
    const source of [
      "Deno.readTextFileSync('x');",
      "const { env } = Deno;",
      "setTimeout(() => {}, 20);",
      "setInterval(tick, 20);",
      "queueMicrotask(tick);",
      "const t = performance.now();",
      "const t = Date.now();",
      "const t = Date['now']();",
      "[1].map(Date.now);",
      "const t = new Date();",
      "const t = Date();",
      "const t = globalThis.Date.now();",
      "crypto.getRandomValues(x);",
      "const id = crypto.randomUUID();",
      "Math.random();",
      "console.log(1);",
      "fetch(url);",
      "new WebSocket(url);",
      "process.hrtime();",
      "AbortSignal.timeout(5);",
      "const f = { setTimeout };",
      "import { z } from 'zod';",
      "import type { z } from 'zod';",
      "import { createHash } from 'node:crypto';",
      "import 'npm:alawmulaw@6.0.0';",
      "import { SystemClock } from 'shared/clock/system_clock.ts';",
      "export * from '../clock/timers.ts';",
      "await import('shared/clock/timers.ts');",
    ]
  ) {
    it(`fires at ${source}`, () => assertEquals(fires(source), true));
  }

  for (
    const source of [
      "const when = new Date(nowMs);",
      "const parsed = Date.parse(text);",
      "const view = new DataView(bytes.buffer);",
      "const deadline = { performance: 1, setTimeout: 2 };",
      "const late = stats.performance + stats.console;",
      "class A { fetch() {} console = 1; }",
      "interface A { crypto: string; fetch(): void }",
      "Math.max(1, 2);",
      "import type { Clock } from 'shared/clock/clock.ts';",
      "import { type Clock } from 'shared/clock/clock.ts';",
      "import { FRAME_MS } from './frame.ts';",
      "export type { Clock } from 'shared/clock/clock.ts';",
    ]
  ) {
    it(`is silent at ${source}`, () =>
      assertEquals(messagesOf("pure", "shared/media/framer.ts", source), []));
  }

  it("lets single files import what they compute with, and nobody else", () => {
    const allowed: [path: string, name: string][] = [
      ["shared/media/mulaw.ts", "alawmulaw"],
      ["shared/store/greeting_entry.ts", "node:crypto"],
      ["shared/store/greeting_key.ts", "node:crypto"],
      ["services/ws-edge/twilio/signature.ts", "node:crypto"],
      ["services/ws-edge/twilio/stream_token.ts", "node:crypto"],
      ["services/ws-edge/twilio/twiml.ts", "twilio"],
    ];
    for (const [path] of allowed) {
      for (const [, name] of allowed) {
        const own = allowed.some(([p, n]) => p === path && n === name);
        assertEquals(fires(`import x from "${name}";`, path), !own, `${path} ${name}`);
      }
    }
  });

  it("says what is wrong", () => {
    assertEquals(messagesOf("pure", "shared/media/frame.ts", "Date.now();"), [
      "Cannot use Date.now: shared/media/frame.ts is pure",
    ]);
  });
});
