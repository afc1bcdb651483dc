import type { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import type { Configuration } from "../configuration.ts";

/** Where Google's clients find it, and who they are there. */
type Access = Pick<GoogleEmulator, "endpoint" | "credentials">;

/** The same configuration, with a simulated Google instead of the real one. */
export function withGoogleAt(
  { endpoint: { host, port, ca }, credentials }: Access,
  configuration: Configuration,
): Configuration {
  const server = `${host}:${port}`;
  return {
    ...configuration,
    google: { credentials, ...(ca !== undefined && { ca }) },
    engines: {
      ...configuration.engines,
      gcpSttEndpoint: server,
      gcpTtsEndpoint: server,
      gcpSttRegion: "",
    },
  };
}
