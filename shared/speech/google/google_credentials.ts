import { createPrivateKey } from "node:crypto";
import { z } from "zod";
import type { GoogleCredentials, ServiceAccount } from "./google_options.ts";

export type ParsedCredentials =
  | { readonly ok: true; readonly credentials: GoogleCredentials }
  | { readonly ok: false; readonly problem: string };

const anyCredentials = z.object({ type: z.string().min(1) });

const serviceAccount = z.object({
  type: z.literal("service_account"),
  client_email: z.string().regex(/^[^@\s]+@[^@\s]+$/),
  private_key: z.string().min(1),
  private_key_id: z.string().min(1).optional(),
  // Another one is another world of endpoints.
  universe_domain: z.literal("googleapis.com").optional(),
});

/** What else Google's tools write into such files. */
const OTHER_TYPES = [
  "authorized_user",
  "external_account",
  "external_account_authorized_user",
  "impersonated_service_account",
  "gdch_service_account",
];

const NEW_KEY =
  "make a new key (JSON) of the service account at https://console.cloud.google.com/iam-admin/serviceaccounts";

/**
 * The content of the file that GOOGLE_APPLICATION_CREDENTIALS names. A problem says what to do, and shows nothing
 * of the key. PURE.
 */
export function parseCredentials(text: string): ParsedCredentials {
  const json = parseJson(text);
  if (json === undefined) return not(`it is not JSON; ${NEW_KEY}`);
  const any = anyCredentials.safeParse(json);
  if (!any.success) return not(`it has no "type"; ${NEW_KEY}`);
  const { type } = any.data;
  if (type !== "service_account") {
    const shown = OTHER_TYPES.includes(type) ? `"${type}"` : "another one";
    return not(`its type is "service_account", received ${shown}; ${NEW_KEY}`);
  }
  const account = serviceAccount.safeParse(json);
  if (!account.success) return not(`${fieldProblems(account.error)}; ${NEW_KEY}`);
  return withUsableKey(account.data);
}

function withUsableKey(account: z.infer<typeof serviceAccount>): ParsedCredentials {
  const { type, client_email, private_key, private_key_id } = account;
  const key = keyProblem(private_key);
  if (key) return not(`${key}; ${NEW_KEY}`);
  const credentials: ServiceAccount = { type, client_email, private_key, private_key_id };
  return { ok: true, credentials };
}

function keyProblem(pem: string): string | undefined {
  try {
    const type = createPrivateKey(pem).asymmetricKeyType;
    if (type !== "rsa") return `"private_key" is an RSA key, received ${type}`;
  } catch {
    return pem.includes("\\n")
      ? `"private_key" has \\\\n where a line of the PEM ends: it was escaped twice`
      : `"private_key" is not a private key in PEM`;
  }
}

function fieldProblems(error: z.ZodError): string {
  const fields = new Set(error.issues.map((issue) => String(issue.path[0])));
  return [...fields].map((field) => FIELD_PROBLEMS[field] ?? `"${field}" is wrong`).join(", ");
}

const FIELD_PROBLEMS: Readonly<Record<string, string>> = {
  client_email: `"client_email" is not the address of a service account`,
  private_key: `"private_key" is missing`,
  private_key_id: `"private_key_id" is not a text`,
  universe_domain: `"universe_domain" is googleapis.com, received another`,
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function not(problem: string): ParsedCredentials {
  return { ok: false, problem: `Cannot use these Google credentials: ${problem}` };
}
