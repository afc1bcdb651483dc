import { EngineFailure, type FailureKind } from "shared/speech/engine_failure.ts";
import { NO_TOKEN } from "./google_channel.ts";

/** A Google service as its failures speak of it. */
export interface GoogleService {
  /** As people know it. */
  readonly engine: string;
  /** Its name among Google's APIs. */
  readonly api: string;
  /** What to look at when it does not do what was asked. */
  readonly refused: string;
}

export const SPEECH_TO_TEXT: GoogleService = {
  engine: "google-stt",
  api: "speech.googleapis.com",
  refused:
    "Check the business's language, GCP_STT_MODEL and GCP_STT_REGION against https://cloud.google.com/speech-to-text/docs/speech-to-text-supported-languages",
};

export const TEXT_TO_SPEECH: GoogleService = {
  engine: "google-tts",
  api: "texttospeech.googleapis.com",
  refused:
    "Check the business's language and voice against https://cloud.google.com/text-to-speech/docs/list-voices-and-types",
};

interface Meaning {
  readonly kind: FailureKind;
  readonly advice: (service: GoogleService) => string;
}

const CODES: Readonly<Record<number, string>> = {
  1: "CANCELLED",
  2: "UNKNOWN",
  3: "INVALID_ARGUMENT",
  4: "DEADLINE_EXCEEDED",
  5: "NOT_FOUND",
  6: "ALREADY_EXISTS",
  7: "PERMISSION_DENIED",
  8: "RESOURCE_EXHAUSTED",
  9: "FAILED_PRECONDITION",
  10: "ABORTED",
  11: "OUT_OF_RANGE",
  12: "UNIMPLEMENTED",
  13: "INTERNAL",
  14: "UNAVAILABLE",
  15: "DATA_LOSS",
  16: "UNAUTHENTICATED",
};

const ACCOUNT =
  "https://console.cloud.google.com/iam-admin/serviceaccounts, and name its file in GOOGLE_APPLICATION_CREDENTIALS";

const BROKEN: Meaning = {
  kind: "broken",
  advice: () => "Nothing to do unless it lasts: then see https://status.cloud.google.com",
};
const REFUSED: Meaning = { kind: "refused", advice: (service) => service.refused };
const UNREACHABLE: Meaning = {
  kind: "unreachable",
  advice: ({ api }) => `Check the network: DNS, proxy, and the firewall for ${api}, port 443`,
};
const UNTRUSTED: Meaning = {
  kind: "unreachable",
  advice: ({ api }) =>
    `Something between here and ${api} opens TLS, or its CA is not the configured one: see what certificate it shows`,
};
const NOT_WHO_WE_ARE: Meaning = {
  kind: "credentials",
  advice: () => `Make a new key of the service account at ${ACCOUNT}; the clock must be right, too`,
};
const NO_METADATA: Meaning = {
  kind: "credentials",
  advice: () =>
    "Name a service account's file in GOOGLE_APPLICATION_CREDENTIALS, or give this pod a service account (Workload Identity)",
};
const NOT_ENABLED: Meaning = {
  kind: "credentials",
  advice: ({ api }) =>
    `Enable the API at https://console.cloud.google.com/apis/library/${api}, and wait some minutes`,
};
const NO_BILLING: Meaning = {
  kind: "credentials",
  advice: () => "Enable billing for the project at https://console.cloud.google.com/billing",
};

const BY_CODE: Readonly<Record<number, Meaning>> = {
  3: REFUSED,
  4: {
    kind: "timeout",
    advice: ({ api }) =>
      `If it lasts: check the way to ${api}, and https://status.cloud.google.com`,
  },
  5: REFUSED,
  7: {
    kind: "credentials",
    advice: ({ api }) =>
      `Give the service account access at https://console.cloud.google.com/iam-admin/iam, with ${api} enabled for its project`,
  },
  8: {
    kind: "quota",
    advice: ({ api }) =>
      `Raise the quota at https://console.cloud.google.com/apis/api/${api}/quotas, or take fewer calls`,
  },
  9: REFUSED,
  12: REFUSED,
  14: UNREACHABLE,
  16: NOT_WHO_WE_ARE,
};

/** Where who we are is the matter, the text tells more than the code. The first that fits. */
const BY_TEXT: readonly (readonly [RegExp, Meaning])[] = [
  [/invalid_grant|invalid_client|PEM|DECODER|private key|asymmetric key/i, NOT_WHO_WE_ARE],
  [new RegExp(`${NO_TOKEN}|default credentials`), NO_METADATA],
  [/billing/i, NO_BILLING],
  [/SERVICE_DISABLED|has not been used in project|it is disabled/i, NOT_ENABLED],
];
const TEXT_TELLS = new Set([2, 7, 9, 16]);

/** grpc-js knows not all errors of Deno's sockets. */
const CONNECTION_BROKE = /internal client error|EPIPE|ECONNRESET|ETIMEDOUT/;

const UNKNOWN = 2;
const INTERNAL = 13;
const LONGEST_DETAILS = 400;

/** What an error of a Google client means. An {@link EngineFailure} stays as it is. PURE. */
export function googleFailure(service: GoogleService, error: unknown): EngineFailure {
  if (error instanceof EngineFailure) return error;
  const code = codeOf(error);
  const details = detailsOf(error);
  const { kind, advice } = meaningOf(code, details);
  return new EngineFailure({
    engine: service.engine,
    kind,
    code: `${CODES[code]} (${code})`,
    details,
    advice: advice(service),
    cause: error,
  });
}

/** A failure that no server told of. */
export function ownFailure(
  service: GoogleService,
  code: keyof typeof OWN_CODES,
  details: string,
): EngineFailure {
  return googleFailure(service, { code: OWN_CODES[code], details });
}

const OWN_CODES = { CANCELLED: 1, DEADLINE_EXCEEDED: 4 } as const;

function meaningOf(code: number, details: string): Meaning {
  if (TEXT_TELLS.has(code)) {
    for (const [text, meaning] of BY_TEXT) if (text.test(details)) return meaning;
  }
  if (code === INTERNAL && CONNECTION_BROKE.test(details)) return UNREACHABLE;
  if (code === 14 && /certificate/i.test(details)) return UNTRUSTED;
  return BY_CODE[code] ?? BROKEN;
}

function codeOf(error: unknown): number {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "number" && CODES[code] !== undefined ? code : UNKNOWN;
}

/** One line, of a length fit for a log. */
function detailsOf(error: unknown): string {
  const { details, message } = (error ?? {}) as { details?: unknown; message?: unknown };
  const text = [details, message, error].find((text) => typeof text === "string" && text !== "");
  return String(text ?? "no details").replaceAll(/\s+/g, " ").trim().replace(/\.$/, "")
    .slice(0, LONGEST_DETAILS);
}
