import {
  choice,
  describeSettings,
  flag,
  type GetEnv,
  int,
  readSettings,
  type SettingsOf,
  type Spec,
  text,
} from "shared/runtime/env.ts";
import type { SettingGroup } from "shared/runtime/settings_table.ts";
import type { Business } from "shared/store/business.ts";
import { parseBusinessFile } from "shared/store/business_file.ts";
import { dialogSettings } from "services/dialog-tts-service/config.ts";
import { sttSettings } from "services/stt-service/config.ts";
import { edgeSettings, signaturePolicy } from "services/ws-edge/config.ts";

const HERE = import.meta.dirname!;

/** What is read once for the whole process, whatever services it holds. */
export const processSettings = {
  businessFile: text({
    name: "BUSINESS_FILE",
    meaning: "Businesses to answer for; the first also takes unknown numbers",
    default: `${HERE}/businesses/demo.yaml`,
  }),
  logText: flag({
    name: "LOG_TEXT",
    meaning: "Show callers' words, numbers and digits in logs and telemetry: personal data",
    default: false,
  }),
  logLevel: choice({
    name: "LOG_LEVEL",
    meaning: "Lowest level that is logged",
    options: ["debug", "info", "warn", "error"] as const,
    default: "info",
  }),
  drainTimeoutMs: int({
    name: "DRAIN_TIMEOUT_MS",
    meaning: "After SIGTERM, how long calls may take to end",
    unit: "ms",
    default: 300_000,
    min: 0,
    max: 3_600_000,
  }),
};

/** Every setting there is, by the part that reads it: what `deno task config` prints. */
export const SETTING_GROUPS: Readonly<Record<string, Spec>> = {
  "process": processSettings,
  "ws-edge": edgeSettings,
  "stt-service": sttSettings,
  "dialog-tts-service": dialogSettings,
};

export interface Configuration {
  readonly process: SettingsOf<typeof processSettings>;
  readonly edge: SettingsOf<typeof edgeSettings>;
  readonly stt: SettingsOf<typeof sttSettings>;
  readonly dialog: SettingsOf<typeof dialogSettings>;
  readonly businesses: readonly [Business, ...Business[]];
  /** What is allowed, but outside the field's advice. */
  readonly warnings: readonly string[];
}

export type ConfigurationResult =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads all settings and the business file; names every problem there is, not just the first. */
export function readConfiguration(get: GetEnv): ConfigurationResult {
  const process = readSettings(processSettings, get);
  const edge = readSettings(edgeSettings, get);
  const stt = readSettings(sttSettings, get);
  const dialog = readSettings(dialogSettings, get);
  const results = [process, edge, stt, dialog];
  const problems = results.flatMap((result) => result.ok ? [] : result.problems);
  problems.push(...policyProblems(get));
  const file = process.ok ? readBusinesses(process.values.businessFile) : undefined;
  if (file && !file.ok) problems.push(...file.problems);
  if (!process.ok || !edge.ok || !stt.ok || !dialog.ok || !file?.ok || problems.length > 0) {
    return { ok: false, problems };
  }
  const warnings = [process, edge, stt, dialog].flatMap((result) => result.warnings);
  return {
    ok: true,
    configuration: {
      process: process.values,
      edge: edge.values,
      stt: stt.values,
      dialog: dialog.values,
      businesses: file.businesses as [Business, ...Business[]],
      warnings,
    },
  };
}

/** Looked at even where other settings of the edge are wrong, so that nothing is left for a second try. */
function policyProblems(get: GetEnv): string[] {
  const { publicUrl, twilioAuthToken, twilioValidate } = edgeSettings;
  const result = readSettings({ publicUrl, twilioAuthToken, twilioValidate }, get);
  if (!result.ok) return [];
  const policy = signaturePolicy(result.values);
  return policy.ok ? [] : [policy.problem];
}

/** All settings as rows, with what is set now. */
export function describeConfiguration(get: GetEnv): SettingGroup[] {
  return Object.entries(SETTING_GROUPS).map(([title, spec]) => ({
    title,
    rows: describeSettings(spec, get),
  }));
}

function readBusinesses(path: string): ReturnType<typeof parseBusinessFile> {
  try {
    return parseBusinessFile(Deno.readTextFileSync(path), path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [`BUSINESS_FILE: Cannot read ${path}: ${reason}`] };
  }
}
