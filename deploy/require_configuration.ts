import { type Configuration, readConfiguration } from "./configuration.ts";
import { getEnv } from "./environment.ts";

/** The configuration of this process; without a valid one, says everything that is wrong and exits with 2. */
export function requireConfiguration(
  overrides: Readonly<Record<string, string>> = {},
): Configuration {
  const result = readConfiguration((name) => overrides[name] ?? getEnv(name));
  if (result.ok) return result.configuration;
  console.error(
    "Cannot start: the configuration has problems. `deno task config` explains all settings.",
  );
  for (const problem of result.problems) console.error(`- ${problem}`);
  Deno.exit(2);
}
