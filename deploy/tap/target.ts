/** Where `deno task tap` connects to, and as whom. */
import { type GetEnv, readSettings } from "shared/runtime/env.ts";
import { type BusLogin, busLogin } from "shared/runtime/standalone/bus_login.ts";
import { busSettings } from "shared/runtime/standalone/settings.ts";
import { UP_FILE } from "../up_file.ts";

const WHO: ReadonlySet<string> = new Set([
  "NATS_USER",
  "NATS_PASSWORD",
  "NATS_CREDS_FILE",
  "NATS_NKEY_SEED",
]);

export type TapTarget =
  /** `origin`: who said so, for people. */
  | { readonly ok: true; readonly login: BusLogin; readonly origin: string }
  | { readonly ok: false; readonly problem: string };

export interface TapSources {
  /** As given on the command line. */
  readonly server: string | undefined;
  readonly get: GetEnv;
  /** The text of `.kav/up.json`; undefined when there is none. */
  readonly upFile: () => string | undefined;
}

/** The command line before the environment before what `deno task up` runs. */
export function tapTarget({ server, get, upFile }: TapSources): TapTarget {
  if (server !== undefined) return loginAt(server, "--server", get);
  const fromEnvironment = get("NATS_URL")?.trim();
  if (fromEnvironment) return loginAt(fromEnvironment, "NATS_URL", get);
  const text = upFile();
  if (text === undefined) {
    const problem = `no ${UP_FILE}: start \`deno task up\` or give --server`;
    return { ok: false, problem };
  }
  const url = tapUrl(text);
  if (url !== undefined) return loginAt(url, UP_FILE, () => undefined);
  return { ok: false, problem: `${UP_FILE} has no tap_url: start \`deno task up\` again` };
}

/** An address that names its user is meant for that user, whoever the environment names. */
function loginAt(url: string, origin: string, get: GetEnv): TapTarget {
  const namesUser = url.includes("@");
  const settings = readSettings(busSettings, (name) => {
    if (name === "NATS_URL") return url;
    return namesUser && WHO.has(name) ? undefined : get(name);
  });
  if (!settings.ok) return { ok: false, problem: settings.problems.join("\n") };
  const result = busLogin(settings.values, Deno.readTextFileSync);
  if (!result.ok) return { ok: false, problem: result.problems.join("\n") };
  return { ok: true, login: result.login, origin };
}

function tapUrl(text: string): string | undefined {
  try {
    const info: unknown = JSON.parse(text);
    const url = info !== null && typeof info === "object" && "tap_url" in info && info.tap_url;
    return typeof url === "string" && URL.canParse(url) ? url : undefined;
  } catch {
    return undefined;
  }
}
