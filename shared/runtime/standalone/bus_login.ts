import type { ReadFile } from "../business_file.ts";
import type { BusSettings } from "./settings.ts";

/** How to reach nats-server, in the terms of `NatsBus`. */
export interface BusLogin {
  /** Without credentials. */
  readonly servers: readonly string[];
  readonly user?: string;
  readonly password?: string;
  /** The content of a credentials file. */
  readonly creds?: string;
  readonly nkeySeed?: string;
  /** PEM each. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

export type BusLoginResult =
  | { readonly ok: true; readonly login: BusLogin }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Makes a login of the settings: reads the files they name, and takes user and password out of the addresses. */
export function busLogin(
  settings: BusSettings,
  readFile: ReadFile = Deno.readTextFileSync,
): BusLoginResult {
  const problems: string[] = [];
  const contentOf = (name: string, path: string) => {
    if (path === "") return undefined;
    try {
      return readFile(path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      problems.push(`${name}: Cannot read ${path}: ${reason}`);
    }
  };
  const { natsTlsCertFile, natsTlsKeyFile } = settings;
  if ((natsTlsCertFile === "") !== (natsTlsKeyFile === "")) {
    problems.push("NATS_TLS_CERT_FILE and NATS_TLS_KEY_FILE: both or none must be set");
  }
  const creds = contentOf("NATS_CREDS_FILE", settings.natsCredsFile);
  const tls = given({
    ca: contentOf("NATS_TLS_CA_FILE", settings.natsTlsCaFile),
    cert: contentOf("NATS_TLS_CERT_FILE", natsTlsCertFile),
    key: contentOf("NATS_TLS_KEY_FILE", natsTlsKeyFile),
  });
  if (problems.length > 0) return { ok: false, problems };
  const addresses = settings.natsUrl.map((address) => new URL(address));
  const named = addresses.find(({ username }) => username !== "");
  return {
    ok: true,
    login: {
      servers: addresses.map(({ protocol, host }) => `${protocol}//${host}`),
      ...given({
        user: settings.natsUser || decoded(named?.username),
        password: settings.natsPassword ?? decoded(named?.password),
        creds,
        nkeySeed: settings.natsNkeySeed,
        tls: Object.keys(tls).length > 0 ? tls : undefined,
      }),
    },
  };
}

function decoded(part: string | undefined): string | undefined {
  return part === undefined || part === "" ? undefined : decodeURIComponent(part);
}

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is undefined. */
function given<T extends Record<string, unknown>>(fields: T): Given<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Given<T>;
}
