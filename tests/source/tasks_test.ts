import { assertEquals, assertExists } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Spec } from "shared/runtime/env.ts";
import { listeningSettings, speakingSettings } from "shared/runtime/engines/engine_settings.ts";
import { busSettings, commonSettings } from "shared/runtime/standalone/settings.ts";
import { apiSettings } from "deploy/api/settings.ts";
import { SETTING_GROUPS } from "deploy/configuration.ts";
import { dialogSettings } from "services/dialog-tts-service/config.ts";
import { builderSettings } from "services/greeting-builder/config.ts";
import { sttSettings } from "services/stt-service/config.ts";
import { edgeSettings } from "services/ws-edge/config.ts";
import config from "../../deno.json" with { type: "json" };

const { process, store } = SETTING_GROUPS;
const ENGINES = { ...listeningSettings, ...speakingSettings };
const TOGETHER = [process, edgeSettings, sttSettings, dialogSettings, builderSettings, ENGINES];

/** What each task may read of the environment: its own settings. */
const SPECS = {
  demo: TOGETHER,
  start: [...TOGETHER, store],
  config: Object.values(SETTING_GROUPS),
  edge: [commonSettings, edgeSettings],
  stt: [commonSettings, sttSettings, listeningSettings],
  dialog: [commonSettings, dialogSettings, speakingSettings],
  greetings: [commonSettings, builderSettings, speakingSettings],
  tap: [busSettings],
  business: [apiSettings],
  "greetings:status": [apiSettings],
  calls: [store],
} satisfies Record<string, readonly Spec[]>;

/**
 * Their nats-server, Redis or API may be on any machine: `NATS_URL`, `REDIS_URL`, `API_URL`; and gRPC connects to the addresses behind
 * Google's names, which no list can have.
 */
const ANY_HOST: readonly string[] = [
  "demo",
  "start",
  "edge",
  "stt",
  "dialog",
  "greetings",
  "nats:init",
  "tap",
  "business",
  "greetings:status",
  "calls",
];
/** Their files may be anywhere: of a business, of Google's key, of the packages that the simulated Google is made from. */
const ANY_FILE: readonly string[] = ["demo", "start", "config", "business"];

const commands: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(config.tasks).map(([name, { command }]) => [name, command]),
);

function namesOf(specs: readonly Spec[]): string[] {
  return specs.flatMap((spec) => Object.values(spec))
    .flatMap(({ name, aliases }) => [name, ...aliases]);
}

/** Tasks that are granted this permission without bounds. */
function unbounded(permission: string): string[] {
  const granted = new RegExp(`--allow-${permission}(\\s|$)`);
  return Object.keys(commands).filter((task) => granted.test(commands[task]!));
}

describe("tasks of deno.json", () => {
  it("never grant everything", () => {
    for (const command of Object.values(commands)) {
      assertEquals(/(^|\s)(-\w*A\w*|--allow-all)(\s|$)/.test(command), false, command);
    }
    for (const permission of ["run", "write", "env", "ffi", "sys"]) {
      assertEquals(unbounded(permission), [], permission);
    }
  });

  it("grant every host and every file only where a setting names them", () => {
    assertEquals(unbounded("net").filter((task) => !ANY_HOST.includes(task)), []);
    assertEquals(unbounded("read").filter((task) => !ANY_FILE.includes(task)), []);
  });

  it("let none but those that recognize speech load a library", () => {
    const loading = Object.keys(commands).filter((task) => commands[task]!.includes("--allow-ffi"));
    assertEquals(loading.filter((task) => !["demo", "start", "stt", "up"].includes(task)), []);
  });

  for (const [task, specs] of Object.entries(SPECS)) {
    it(`let ${task} read every setting of its own and no other variable`, () => {
      const granted = /--allow-env=(\S+) --ignore-env /.exec(commands[task] ?? "")?.[1]?.split(",");
      assertExists(granted);
      assertEquals(granted.toSorted(), namesOf(specs).toSorted());
    });
  }
});
