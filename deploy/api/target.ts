/** Where command lines find the business API, and with which token. */
import { type GetEnv, readSettings } from "shared/runtime/env.ts";
import { UP_FILE } from "../up_file.ts";
import { apiSettings } from "./settings.ts";

const DEFAULT_API_URL = "http://127.0.0.1:8081";

export interface ApiAddress {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string;
  /** Who said where, for people. */
  readonly urlFrom: string;
  /** Who said the token, for people. */
  readonly tokenFrom: string;
}

export type ApiTarget =
  | { readonly ok: true } & ApiAddress
  | { readonly ok: false; readonly problem: string };

export interface ApiSources {
  /** `--api` as given on the command line. */
  readonly api: string | undefined;
  readonly get: GetEnv;
  /** The text of `.kav/up.json`; undefined when there is none. */
  readonly upFile: () => string | undefined;
}

/** The command line before the environment before what `deno task up` runs before this machine. */
export function apiTarget({ api, get, upFile }: ApiSources): ApiTarget {
  const settings = readSettings(apiSettings, get);
  if (!settings.ok) return { ok: false, problem: settings.problems.join("\n") };
  const { apiUrl, adminToken } = settings.values;
  const found = findApi(api, apiUrl, upFile);
  const token = adminToken ?? found.token;
  if (token === undefined) {
    const problem = `Cannot use the business API at ${found.url}: there is no token; ` +
      "set ADMIN_TOKEN to that of greeting-builder";
    return { ok: false, problem };
  }
  return {
    ok: true,
    url: found.url.replace(/\/+$/, ""),
    token,
    urlFrom: found.from,
    tokenFrom: adminToken === undefined ? found.from : "ADMIN_TOKEN",
  };
}

interface Found {
  readonly url: string;
  readonly from: string;
  /** Meant for that API and no other. */
  readonly token?: string;
}

function findApi(
  api: string | undefined,
  apiUrl: string | undefined,
  upFile: ApiSources["upFile"],
): Found {
  if (api !== undefined) return { url: api, from: "--api" };
  if (apiUrl !== undefined) return { url: apiUrl, from: "API_URL" };
  return apiOfUp(upFile() ?? "") ?? { url: DEFAULT_API_URL, from: "the default" };
}

/** Undefined when nothing runs there, or nothing with an API. */
function apiOfUp(text: string): Found | undefined {
  try {
    const { api, admin_token: token }: { api?: unknown; admin_token?: unknown } =
      JSON.parse(text) ?? {};
    if (typeof api !== "string" || !URL.canParse(api)) return undefined;
    return { url: api, from: UP_FILE, ...typeof token === "string" && { token } };
  } catch {
    return undefined;
  }
}
