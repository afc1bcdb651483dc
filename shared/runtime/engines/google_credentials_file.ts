/** Who we are at Google: the files that the settings name. */
import { X509Certificate } from "node:crypto";
import { parseCredentials } from "shared/speech/google/google_credentials.ts";
import type { GoogleCredentials } from "shared/speech/google/google_options.ts";
import type { ReadFile } from "../business_file.ts";
import { type GetEnv, readSettings } from "../env.ts";
import { type GoogleSettings, googleSettings } from "./engine_settings.ts";

/** What it takes to be served by Google. */
export interface GoogleAccess {
  readonly credentials: GoogleCredentials;
  /** Certificates (PEM) that Google's must descend from; unset: the public ones. */
  readonly ca?: string;
}

export type GoogleAccessResult =
  /** Without access this process does without Google. */
  | { readonly ok: true; readonly access: GoogleAccess | undefined }
  | { readonly ok: false; readonly problems: readonly string[] };

const { googleCredentialsFile: KEY_FILE, gcpMetadataCredentials: METADATA, gcpTlsCaFile: CA_FILE } =
  googleSettings;

/** Reads the files that the settings name. Every problem names its setting, the file and what to do. */
export function readGoogleAccess(
  settings: GoogleSettings,
  readFile: ReadFile = Deno.readTextFileSync,
): GoogleAccessResult {
  const { googleCredentialsFile, gcpMetadataCredentials, gcpTlsCaFile } = settings;
  const problems: string[] = [];
  const contentOf = (name: string, path: string, advice: string) => {
    if (path === "") return undefined;
    try {
      return readFile(path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      problems.push(`${name}: Cannot read ${path}: ${reason}. ${advice}`);
    }
  };
  if (googleCredentialsFile !== "" && gcpMetadataCredentials) {
    problems.push(`${KEY_FILE.name} and ${METADATA.name}: only one of them may be set`);
  }
  const key = contentOf(KEY_FILE.name, googleCredentialsFile, KEY_ADVICE);
  const parsed = key === undefined ? undefined : parseCredentials(key);
  if (parsed && !parsed.ok) {
    problems.push(`${KEY_FILE.name}: ${googleCredentialsFile}: ${parsed.problem}`);
  }
  const ca = contentOf(CA_FILE.name, gcpTlsCaFile, CA_ADVICE);
  if (ca !== undefined && !isCertificate(ca)) {
    problems.push(
      `${CA_FILE.name}: ${gcpTlsCaFile}: Cannot use it: it has no certificate. ${CA_ADVICE}`,
    );
  }
  if (problems.length > 0) return { ok: false, problems };
  const credentials: GoogleCredentials | undefined = parsed?.ok
    ? parsed.credentials
    : gcpMetadataCredentials
    ? { type: "metadata" }
    : undefined;
  return { ok: true, access: credentials && { credentials, ...(ca !== undefined && { ca }) } };
}

const KEY_ADVICE = "Name the key (JSON) of a service account that this user may read";
const CA_ADVICE = "Name a file of certificates in PEM that this user may read, or unset it";

/** What is wrong with the access to Google, beyond single settings. */
export function googleProblems(get: GetEnv, readFile?: ReadFile): readonly string[] {
  const settings = readSettings(googleSettings, get);
  const access = settings.ok ? readGoogleAccess(settings.values, readFile) : undefined;
  return access && !access.ok ? access.problems : [];
}

/** The access to Google by settings without problems. @throws {Error} when a file has changed since. */
export function requireGoogleAccess(
  settings: GoogleSettings,
  readFile?: ReadFile,
): GoogleAccess | undefined {
  const result = readGoogleAccess(settings, readFile);
  if (!result.ok) throw new Error(result.problems.join("; "));
  return result.access;
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
