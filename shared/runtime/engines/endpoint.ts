import type { GoogleEndpoint } from "shared/speech/google/google_options.ts";

const GOOGLE_PORT = 443;

/** A server of Google's: `api` (as `speech.googleapis.com`), or the `host:port` that a setting names instead. */
export function endpointOf(
  api: string,
  setting: string,
  { region = "", ca }: { readonly region?: string; readonly ca?: string | undefined } = {},
): GoogleEndpoint {
  const [named = "", port] = setting.split(":");
  const host = named === "" ? api : named;
  return {
    host: region === "" ? host : `${region}-${host}`,
    port: port === undefined ? GOOGLE_PORT : Number(port),
    ...(ca !== undefined && { ca }),
  };
}
