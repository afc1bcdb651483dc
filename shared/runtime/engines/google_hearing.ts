import { ConnectionPool } from "shared/speech/google/recognition/connection_pool.ts";
import { googleConnections } from "shared/speech/google/recognition/google_connection.ts";
import { GoogleRecognizer } from "shared/speech/google/recognition/google_recognizer.ts";
import type { SpeechConnection } from "shared/speech/google/recognition/speech_api.ts";
import { endpointOf } from "./endpoint.ts";
import type { GoogleAccess } from "./google_credentials_file.ts";
import type { RecognizersOptions } from "./recognizers.ts";

const API = "speech.googleapis.com";
/** Open before the first call: losing one of them leaves calls another. */
const CONNECTIONS = 2;

/** Google's recognizer with its connections, as the settings say. Not open yet. */
export function googleRecognizer(
  { credentials, ca }: GoogleAccess,
  { settings, clock, batchMs, log, metrics }: Omit<RecognizersOptions, "google">,
): GoogleRecognizer {
  const { gcpSttEndpoint, gcpSttRegion, gcpSttLanguage, enableStreamingStt } = settings;
  const poolAt = (region: string) => {
    const endpoint = endpointOf(API, gcpSttEndpoint, { region, ca });
    const connect = googleConnections(endpoint, credentials);
    return { connect, pool: new ConnectionPool({ connect, clock }) };
  };
  const byDefault = poolAt("");
  const ofRegion = gcpSttRegion === "" ? undefined : poolAt(gcpSttRegion);
  const first = ofRegion ?? byDefault;
  const pools = [byDefault, ...ofRegion ? [ofRegion] : []].map(({ pool }) => pool);
  const sum = (of: (pool: ConnectionPool) => number) => () =>
    pools.reduce((total, pool) => total + of(pool), 0);
  metrics.gauge(
    "kav_google_streams",
    "Streams to Google's recognition",
    [],
    sum((it) => it.streams),
  );
  metrics.gauge(
    "kav_google_connections",
    "Connections to Google's recognition",
    [],
    sum((it) => it.connections),
  );
  const renewals = metrics.counter(
    "kav_google_renewals_total",
    "Streams to Google's recognition that took the place of another, by reason",
    ["reason"],
  );
  return new GoogleRecognizer({
    clock,
    connections: { default: byDefault.pool, ...(ofRegion && { region: ofRegion.pool }) },
    warm: async () => {
      await load(first.connect);
      await first.pool.open(CONNECTIONS);
    },
    closeConnections: async () => {
      await Promise.all(pools.map((pool) => pool.close()));
    },
    model: settings.gcpSttModel,
    useEnhanced: settings.gcpSttEnhanced,
    ...(gcpSttLanguage !== "" && { language: gcpSttLanguage }),
    batchMs,
    streaming: enableStreamingStt,
    onWarning: (message) => log.warn(message),
    onRenewal: (reason) => renewals.inc({ reason }),
    onMode: (mode) => {
      if (enableStreamingStt) {
        log.warnLimited(`google_${mode}`, "google-stt changes over", { mode });
      }
    },
  });
}

/** Loading Google's packages takes longer than a connection may take to be made; a client asks for nothing yet. */
async function load(connect: () => Promise<SpeechConnection>): Promise<void> {
  await (await connect()).close();
}
