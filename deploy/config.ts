import { settingsTable } from "shared/runtime/settings_table.ts";
import { describeConfiguration, readConfiguration } from "./configuration.ts";
import { getEnv } from "./environment.ts";

/** `deno task config`: every setting with its meaning, range, default and current value. */
console.log(settingsTable(describeConfiguration(getEnv)));
const result = readConfiguration(getEnv);
if (result.ok) {
  for (const warning of result.configuration.warnings) console.log(`warning: ${warning}`);
} else {
  for (const problem of result.problems) console.log(`problem: ${problem}`);
  Deno.exit(1);
}
