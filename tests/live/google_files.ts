import type { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** Which every service may read. */
const FOLDER = `${ROOT}.kav`;

/** A simulated Google as services are told of it: its key and its certificates are files. Disposed of, they are gone. */
export class GoogleFiles implements AsyncDisposable {
  /** By their names in the environment. */
  readonly settings: Readonly<Record<string, string>>;
  readonly #dir: string;

  private constructor({ host, port }: GoogleEmulator["endpoint"], dir: string) {
    this.#dir = dir;
    this.settings = {
      GOOGLE_APPLICATION_CREDENTIALS: `${dir}/key.json`,
      GCP_TLS_CA_FILE: `${dir}/ca.pem`,
      GCP_STT_ENDPOINT: `${host}:${port}`,
      GCP_TTS_ENDPOINT: `${host}:${port}`,
    };
  }

  static async write({ endpoint, credentials }: GoogleEmulator): Promise<GoogleFiles> {
    await Deno.mkdir(FOLDER, { recursive: true });
    const dir = await Deno.makeTempDir({ dir: FOLDER, prefix: "google-" });
    await Deno.writeTextFile(`${dir}/key.json`, JSON.stringify(credentials), { mode: 0o600 });
    await Deno.writeTextFile(`${dir}/ca.pem`, endpoint.ca!);
    return new GoogleFiles(endpoint, dir);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#dir, { recursive: true });
  }
}
