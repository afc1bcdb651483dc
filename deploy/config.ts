import { settingsTable } from "shared/runtime/settings_table.ts";
import {
  configurationProblems,
  describeConfiguration,
  readConfiguration,
} from "./configuration.ts";
import { getEnv } from "./environment.ts";

/** `deno task config`: every setting with its meaning, range, default and current value. */
console.log(settingsTable(describeConfiguration(getEnv)));
const problems = configurationProblems(getEnv);
for (const problem of problems) console.log(`problem: ${problem}`);
if (problems.length > 0) Deno.exit(1);
const result = readConfiguration(getEnv);
const warnings = result.ok ? result.configuration.warnings : [];
for (const warning of warnings) console.log(`warning: ${warning}`);
