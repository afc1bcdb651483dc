/** What the product makes its engines of, and what it tells about them: for a process that is to use emulators. */
import { SystemClock } from "shared/clock/system_clock.ts";
import { readSettings, type SettingsOf, type Spec } from "shared/runtime/env.ts";
import type { GoogleAccess } from "shared/runtime/engines/google_credentials_file.ts";
import { LineLog } from "shared/runtime/line_log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import type { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";

/** So soon an engine that rests is asked again; as soon as the settings allow. */
export const RETRY_MS = 1_000;

export class ProductParts {
  readonly clock = new SystemClock();
  readonly metrics = new Metrics();
  readonly lines: string[] = [];
  readonly log = new LineLog({ write: (line) => this.lines.push(line), clock: this.clock });

  /** Lines of a level, without their times. */
  told(level: "info" | "warn" | "error"): string[] {
    return this.lines.map((line) => line.trim().slice(line.indexOf(" ") + 1))
      .filter((line) => line.startsWith(`${level} `));
  }

  /** A sample as `/metrics` shows it; undefined when there is none. */
  async sample(name: string): Promise<number | undefined> {
    const lines = (await this.metrics.text()).split("\n");
    const line = lines.find((line) => line.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.slice(name.length + 1));
  }
}

/** Settings as a process reads them from its environment. */
export function settingsAt<S extends Spec>(
  { endpoint: { host, port } }: Pick<GoogleEmulator, "endpoint">,
  spec: S,
  more: Readonly<Record<string, string>> = {},
): SettingsOf<S> {
  const server = `${host}:${port}`;
  const env: Record<string, string> = {
    GCP_STT_ENDPOINT: server,
    GCP_TTS_ENDPOINT: server,
    ENGINE_RETRY_MS: String(RETRY_MS),
    ...more,
  };
  const read = readSettings(spec, (name) => env[name]);
  if (!read.ok) throw new TypeError(read.problems.join());
  return read.values;
}

export function accessTo({ credentials, endpoint }: GoogleEmulator): GoogleAccess {
  return { credentials, ...(endpoint.ca !== undefined && { ca: endpoint.ca }) };
}
