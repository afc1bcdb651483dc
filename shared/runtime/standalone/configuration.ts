import type { Business } from "shared/store/business.ts";
import { readBusinessFile, type ReadFile } from "../business_file.ts";
import { type GetEnv, readSettings, type SettingsOf, type Spec } from "../env.ts";
import { type BusLogin, busLogin } from "./bus_login.ts";
import { busSettings, type CommonSettings, commonSettings } from "./settings.ts";

/** All that a service run alone is told from outside. */
export interface StandaloneConfiguration<S extends Spec> {
  readonly common: CommonSettings;
  readonly settings: SettingsOf<S>;
  readonly businesses: readonly [Business, ...Business[]];
  readonly login: BusLogin;
  readonly warnings: readonly string[];
}

export type StandaloneResult<S extends Spec> =
  | { readonly ok: true; readonly configuration: StandaloneConfiguration<S> }
  | { readonly ok: false; readonly problems: readonly string[] };

/** What is wrong beyond single settings. */
export type FurtherProblems = (get: GetEnv, readFile: ReadFile) => readonly string[];

/** Reads the settings and the files that they name; names every problem there is, not just the first. */
export function readStandalone<S extends Spec>(
  spec: S,
  get: GetEnv,
  furtherProblems: FurtherProblems = () => [],
  readFile: ReadFile = Deno.readTextFileSync,
): StandaloneResult<S> {
  const common = readSettings(commonSettings, get);
  const own = readSettings(spec, get);
  // Looked at even where other settings are wrong, so that nothing is left for a second try.
  const paths = readSettings({ businessFile: commonSettings.businessFile }, get);
  const file = paths.ok ? readBusinessFile(paths.values.businessFile, readFile) : undefined;
  const bus = readSettings(busSettings, get);
  const login = bus.ok ? busLogin(bus.values, readFile) : undefined;
  const problems = [common, own, file, login].flatMap((result) =>
    result === undefined || result.ok ? [] : result.problems
  );
  problems.push(...furtherProblems(get, readFile));
  if (!common.ok || !own.ok || !file?.ok || !login?.ok || problems.length > 0) {
    return { ok: false, problems };
  }
  return {
    ok: true,
    configuration: {
      common: common.values,
      settings: own.values,
      businesses: file.businesses,
      login: login.login,
      warnings: [...common.warnings, ...own.warnings],
    },
  };
}
