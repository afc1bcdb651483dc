/** Who the emulator is, and whom it trusts: keys and certificates of its own, made anew at every start. */
import { createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { generate } from "selfsigned";
import type { ServiceAccount } from "shared/speech/google/google_options.ts";

export interface EmulatorIdentity {
  /** PEM: what a client must trust. */
  readonly ca: string;
  /** PEM: of `localhost`, made out by `ca`. */
  readonly certificate: string;
  readonly certificateKey: string;
  readonly account: ServiceAccount;
  /** What `account` signs is checked with it. */
  readonly accountKey: KeyObject;
}

export async function createIdentity(): Promise<EmulatorIdentity> {
  const [tls, account] = await Promise.all([createCertificates(), createServiceAccount()]);
  return { ...tls, account, accountKey: createPublicKey(account.private_key) };
}

async function createCertificates() {
  const kind = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;
  const ca = await generate([{ name: "commonName", value: "Google emulator CA" }], {
    ...kind,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, digitalSignature: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: "commonName", value: "localhost" }], {
    ...kind,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] },
    ],
  });
  return { ca: ca.cert, certificate: leaf.cert, certificateKey: leaf.private };
}

/** The content of a credentials file, as Google hands it out. */
export async function createServiceAccount(): Promise<ServiceAccount> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return {
    type: "service_account",
    client_email: "kav@emulator.iam.gserviceaccount.com",
    private_key: privateKey,
    private_key_id: crypto.randomUUID(),
  };
}
