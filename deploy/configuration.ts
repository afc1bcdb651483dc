import { readBusinessFile } from "shared/runtime/business_file.ts";
import {
  describeSettings,
  type GetEnv,
  readSettings,
  type SettingsOf,
  type Spec,
} from "shared/runtime/env.ts";
import {
  failureSettings,
  googleSettings,
  type ListeningSettings,
  recognitionEngineSettings,
  type SpeakingSettings,
  synthesisEngineSettings,
} from "shared/runtime/engines/engine_settings.ts";
import {
  type GoogleAccess,
  readGoogleAccess,
} from "shared/runtime/engines/google_credentials_file.ts";
import { processSettings } from "shared/runtime/process_settings.ts";
import type { SettingGroup } from "shared/runtime/settings_table.ts";
import { readStandalone } from "shared/runtime/standalone/configuration.ts";
import { aloneSettings, busSettings } from "shared/runtime/standalone/settings.ts";
import { storeSettings } from "shared/runtime/store_settings.ts";
import type { Business } from "shared/store/business.ts";
import { dialogSettings, languageModelProblems } from "services/dialog-tts-service/config.ts";
import { builderSettings } from "services/greeting-builder/config.ts";
import { sttSettings } from "services/stt-service/config.ts";
import { edgeSettings, signatureProblems } from "services/ws-edge/config.ts";
import { commandLineSettings } from "./api/settings.ts";

/** Every setting there is, by the part that reads it: what `deno task config` prints. */
export const SETTING_GROUPS = {
  "process": processSettings,
  "ws-edge": edgeSettings,
  "stt-service": sttSettings,
  "dialog-tts-service": dialogSettings,
  "greeting-builder": builderSettings,
  "Google": googleSettings,
  recognition: recognitionEngineSettings,
  synthesis: synthesisEngineSettings,
  "engines that fail": failureSettings,
  "store": storeSettings,
  "bus, of a service run alone": busSettings,
  "a service run alone": aloneSettings,
  "command lines": commandLineSettings,
} satisfies Readonly<Record<string, Spec>>;

const engineSettings = {
  ...googleSettings,
  ...recognitionEngineSettings,
  ...synthesisEngineSettings,
  ...failureSettings,
};

/** What all services in one process are told; the bus is then in memory. */
export interface Configuration {
  readonly process: SettingsOf<typeof processSettings>;
  readonly edge: SettingsOf<typeof edgeSettings>;
  readonly stt: SettingsOf<typeof sttSettings>;
  readonly dialog: SettingsOf<typeof dialogSettings>;
  readonly builder: SettingsOf<typeof builderSettings>;
  readonly engines: ListeningSettings & SpeakingSettings;
  /** Undefined: without Google. */
  readonly google: GoogleAccess | undefined;
  readonly store: SettingsOf<typeof storeSettings>;
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
  const builder = readSettings(builderSettings, get);
  const engines = readSettings(engineSettings, get);
  const store = readSettings(storeSettings, get);
  const results = [process, edge, stt, dialog, builder, engines, store];
  const problems = results.flatMap((result) => result.ok ? [] : result.problems);
  problems.push(...signatureProblems(get), ...languageModelProblems(get));
  const file = process.ok ? readBusinessFile(process.values.businessFile) : undefined;
  if (file && !file.ok) problems.push(...file.problems);
  // Looked at even where other settings are wrong.
  const who = readSettings(googleSettings, get);
  const google = who.ok ? readGoogleAccess(who.values) : undefined;
  if (google && !google.ok) problems.push(...google.problems);
  const read = process.ok && edge.ok && stt.ok && dialog.ok && builder.ok && engines.ok &&
    store.ok && file?.ok && google?.ok;
  if (!read || problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    configuration: {
      process: process.values,
      edge: edge.values,
      stt: stt.values,
      dialog: dialog.values,
      builder: builder.values,
      engines: engines.values,
      google: google.access,
      store: store.values,
      businesses: file.businesses,
      warnings: results.flatMap((result) => result.ok ? result.warnings : []),
    },
  };
}

/** What is wrong with any setting: those of services run alone count when there is a bus for them. */
export function configurationProblems(get: GetEnv): readonly string[] {
  const together = readConfiguration(get);
  const alone = get("NATS_URL")?.trim() ? readStandalone({}, get) : undefined;
  const results = [together, ...alone ? [alone] : []];
  return [...new Set(results.flatMap((result) => result.ok ? [] : result.problems))];
}

/** All settings as rows, with what is set now. */
export function describeConfiguration(get: GetEnv): SettingGroup[] {
  return Object.entries(SETTING_GROUPS).map(([title, spec]) => ({
    title,
    rows: describeSettings(spec, get),
  }));
}
