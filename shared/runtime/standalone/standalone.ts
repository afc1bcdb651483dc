import type { Bus } from "shared/bus/bus.ts";
import type { Clock } from "shared/clock/clock.ts";
import type { Business } from "shared/store/business.ts";
import type { Stores } from "shared/store/stores.ts";
import { describeSettings, type GetEnv, type SettingsOf, type Spec } from "../env.ts";
import type { RouteHandler } from "../health.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Service } from "../service.ts";
import { settingsTable } from "../settings_table.ts";
import { type FurtherProblems, readStandalone } from "./configuration.ts";
import { type StandaloneIo, standaloneIo } from "./io.ts";
import { commonSettings } from "./settings.ts";
import { StandaloneRun } from "./standalone_run.ts";

/** A service that can run as a process of its own. */
export interface Standalone<S extends Spec> {
  /** As in logs: `ws-edge`. */
  readonly name: string;
  /** Its user at nats-server, and how its task is called: `edge`. */
  readonly user: string;
  /** One sentence for `--help`. */
  readonly about: string;
  readonly settings: S;
  readonly problems?: FurtherProblems;
  readonly start: (parts: StandaloneParts<S>) => Promise<Started>;
}

/** What a service gets to run with. The bus is connected. */
export interface StandaloneParts<S extends Spec> {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly stores: Stores;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly settings: SettingsOf<S>;
  /** The content of the business file. */
  readonly businesses: readonly [Business, ...Business[]];
  /** Unique, and a new one at every start. */
  readonly instance: string;
  readonly logText: boolean;
  /** Takes a line for standard output. */
  readonly print: (line: string) => void;
}

export interface Started {
  readonly service: Service;
  /** Further fields of the `READY` line. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Served beside health on HTTP_PORT. */
  readonly routes?: RouteHandler;
  /** Ends what was opened for the service, after it has stopped. */
  readonly close?: () => Promise<void>;
}

/**
 * The whole life of a process that runs one service: settings, health, bus, stores, service; SIGTERM drains it.
 *
 * - `/livez` answers from the first moment; nats-server and Redis may come later.
 * - On standard output, once, when it is ready: `READY {name} instance=... http=...` and the service's own fields.
 *
 * @returns the exit code: 0 stopped as told, 1 failed, 2 refused its settings or arguments.
 */
export async function runStandalone<S extends Spec>(
  standalone: Standalone<S>,
  outside: Partial<StandaloneIo> & Pick<StandaloneIo, "args" | "getEnv" | "print">,
): Promise<number> {
  const io = { ...standaloneIo, ...outside };
  const { args, getEnv, print, writeError, readFile } = io;
  if (args.length === 1 && args[0] === "--help") {
    print(helpText(standalone, getEnv));
    return 0;
  }
  const problems = args.map((arg) => `${arg}: there is no such argument`);
  const read = readStandalone(standalone.settings, getEnv, standalone.problems, readFile);
  if (!read.ok) problems.push(...read.problems);
  if (!read.ok || problems.length > 0) {
    writeError(
      `Cannot start ${standalone.name}: \`deno task ${standalone.user} --help\` explains\n`,
    );
    for (const problem of problems) writeError(`- ${problem}\n`);
    return 2;
  }
  return await new StandaloneRun(standalone, read.configuration, io).run();
}

function helpText(
  { name, user, about, settings }: Pick<Standalone<Spec>, "name" | "user" | "about" | "settings">,
  get: GetEnv,
): string {
  const groups = [
    { title: name, rows: describeSettings(settings, get) },
    { title: "every service run alone", rows: describeSettings(commonSettings, get) },
  ].filter(({ rows }) => rows.length > 0);
  return [
    `${name}: ${about}`,
    `Start it with \`deno task ${user}\`; all settings come from the environment. ` +
    "SIGTERM lets it finish its calls.",
    "",
    settingsTable(groups),
  ].join("\n");
}
