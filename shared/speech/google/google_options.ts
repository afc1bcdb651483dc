/** Where a Google service is, and who we are there. */

export interface GoogleEndpoint {
  /** A name, as its certificate has it: `speech.googleapis.com`. */
  readonly host: string;
  readonly port: number;
  /** Certificates (PEM) that the server's must descend from; unset: the public ones. */
  readonly ca?: string;
}

/** The content of a credentials file. */
export interface ServiceAccount {
  readonly type: "service_account";
  readonly client_email: string;
  /** PEM. */
  readonly private_key: string;
  readonly private_key_id?: string | undefined;
}

/** `metadata`: from the metadata server of the machine (GKE Workload Identity). */
export type GoogleCredentials =
  | ServiceAccount
  | { readonly type: "metadata" };
