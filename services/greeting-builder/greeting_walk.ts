/** Looks through all greetings, and builds what is missing or stale. */
import type { Log } from "shared/runtime/log.ts";
import type { BusinessStore } from "shared/store/stores.ts";
import type { BuildResult, GreetingBuilds } from "./greeting_builds.ts";

/** Businesses looked at or built at once. */
const MAX_BUILDS = 4;

/** How many greetings had which outcome. */
export type WalkResult = Readonly<Record<BuildResult["outcome"], number>>;

export interface WalkOptions {
  readonly businesses: Pick<BusinessStore, "list">;
  readonly builds: Pick<GreetingBuilds, "build">;
  readonly log: Pick<Log, "error">;
  /** Asked before each business; false ends early. */
  readonly goOn: () => boolean;
}

/**
 * Builds the greetings of all businesses. Those that cannot be had are logged and counted; their callers hear the
 * emergency greeting.
 *
 * @throws when the businesses cannot be listed, or when building is broken off.
 */
export async function walkGreetings(
  { businesses, builds, log, goOn }: WalkOptions,
): Promise<WalkResult> {
  const result = { rendered: 0, fresh: 0, unknown: 0, failed: 0, unspeakable: 0 };
  const rest = (await businesses.list()).map(({ id }) => id);
  const walk = async () => {
    for (let id; goOn() && (id = rest.shift()) !== undefined;) {
      const built = await builds.build(id);
      result[built.outcome]++;
      if ("error" in built) log.error("greeting failed", { business: id, error: built.error });
    }
  };
  await Promise.all(Array.from({ length: MAX_BUILDS }, walk));
  return result;
}
