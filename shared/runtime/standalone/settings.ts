import { int, secret, type SettingsOf, text, urls } from "../env.ts";
import { processSettings } from "../process_settings.ts";
import { storeSettings } from "../store_settings.ts";

const ID = /^[A-Za-z0-9_-]{1,64}$/;
const ID_HINT = "1 to 64 of A-Z a-z 0-9 _ -";

/** How a service that runs alone reaches the bus. */
export const busSettings = {
  natsUrl: urls({
    name: "NATS_URL",
    meaning: "nats-server of a service run alone, which needs it; user:password@ is understood",
    protocols: ["nats", "tls"],
    required: true,
  }),
  natsUser: text({
    name: "NATS_USER",
    meaning: "User at nats-server; unset: that of NATS_URL",
    default: "",
  }),
  natsPassword: secret({
    name: "NATS_PASSWORD",
    meaning: "Password at nats-server; unset: that of NATS_URL",
  }),
  natsCredsFile: text({
    name: "NATS_CREDS_FILE",
    meaning: "Credentials as nsc writes them, instead of a password",
    default: "",
    patternHint: "a path",
  }),
  natsNkeySeed: secret({
    name: "NATS_NKEY_SEED",
    meaning: "Seed of an nkey, instead of a password",
  }),
  natsTlsCaFile: text({
    name: "NATS_TLS_CA_FILE",
    meaning: "Certificates (PEM) that nats-server's must descend from",
    default: "",
    patternHint: "a path",
  }),
  natsTlsCertFile: text({
    name: "NATS_TLS_CERT_FILE",
    meaning: "Our own certificate (PEM), where nats-server asks for one",
    default: "",
    patternHint: "a path",
  }),
  natsTlsKeyFile: text({
    name: "NATS_TLS_KEY_FILE",
    meaning: "Key (PEM) of NATS_TLS_CERT_FILE",
    default: "",
    patternHint: "a path",
  }),
  natsInboxPrefix: text({
    name: "NATS_INBOX_PREFIX",
    meaning: "Where replies come; unset: _INBOX_edge, _INBOX_stt, _INBOX_dialog, _INBOX_greetings",
    default: "",
    pattern: ID,
    patternHint: ID_HINT,
  }),
};

/** What a service reads besides when it runs alone. */
export const aloneSettings = {
  httpPort: int({
    name: "HTTP_PORT",
    meaning: "Health, metrics and API of a service run alone listen here; 0: any, and says which",
    default: 8081,
    min: 0,
    max: 65_535,
  }),
  instance: text({
    name: "INSTANCE",
    meaning:
      "Name of this process among its kind, a new one at every start; unset: as edge-3k9x0c2m",
    default: "",
    pattern: ID,
    patternHint: ID_HINT,
  }),
};

/** What every service run alone reads, whatever it does. */
export const commonSettings = {
  ...processSettings,
  ...busSettings,
  ...storeSettings,
  ...aloneSettings,
};

export type BusSettings = SettingsOf<typeof busSettings>;
export type CommonSettings = SettingsOf<typeof commonSettings>;
