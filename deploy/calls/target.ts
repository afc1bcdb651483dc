/** Where `deno task calls` finds the records of calls. */
import { type GetEnv, readSettings } from "shared/runtime/env.ts";
import { storeSettings } from "shared/runtime/store_settings.ts";
import { UP_FILE } from "../up_file.ts";

export type RedisTarget =
  /** `origin`: who said so, for people. */
  | { readonly ok: true; readonly url: string; readonly origin: string }
  | { readonly ok: false; readonly problem: string };

export interface RedisSources {
  readonly get: GetEnv;
  /** The text of `.kav/up.json`; undefined when there is none. */
  readonly upFile: () => string | undefined;
}

/** The environment before what `deno task up` runs. */
export function redisTarget({ get, upFile }: RedisSources): RedisTarget {
  const settings = readSettings(storeSettings, get);
  if (!settings.ok) return { ok: false, problem: settings.problems.join("\n") };
  const { redisUrl } = settings.values;
  if (redisUrl !== undefined) return { ok: true, url: redisUrl, origin: "REDIS_URL" };
  const url = redisOfUp(upFile() ?? "");
  if (url !== undefined) return { ok: true, url, origin: UP_FILE };
  const problem = `Cannot find the records of calls: REDIS_URL is not set, and \`deno task up\` ` +
    "does not run. What `deno task start` runs without REDIS_URL has them in its memory alone";
  return { ok: false, problem };
}

function redisOfUp(text: string): string | undefined {
  try {
    const { redis }: { redis?: unknown } = JSON.parse(text) ?? {};
    return typeof redis === "string" && URL.canParse(redis) ? redis : undefined;
  } catch {
    return undefined;
  }
}
