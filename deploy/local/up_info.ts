/** What runs, for programs and people: the content of `.kav/up.json`. */
export interface UpInfo {
  /** Origin to post `/twilio/voice` to. */
  readonly webhook: string;
  readonly nats: string;
  /** With the user that may read telemetry and events. */
  readonly tap_url: string;
  /** With the user that may announce changed prompts. */
  readonly site_url: string;
  readonly redis: string;
  /** Origin of the business API; null when no greeting-builder runs. */
  readonly api: string | null;
  /** Opens it. */
  readonly admin_token: string;
  /** What runs now: who has ended is no longer there. */
  readonly services: readonly UpInfoService[];
}

export interface UpInfoService {
  /** `edge`, `stt`, `dialog`, `greetings`; `nats-server`, `redis-server`, `haproxy`. */
  readonly name: string;
  /** As on the bus; null for a server. */
  readonly instance: string | null;
  readonly pid: number;
  /** Origin of `/livez`, `/readyz` and `/metrics`; null for a server. */
  readonly http: string | null;
}

export class UpFile {
  readonly #path: string;
  #written: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Nobody sees half of it. Its passwords are for its owner only. */
  write(info: UpInfo): void {
    const next = `${this.#path}.${crypto.randomUUID()}`;
    this.#written = JSON.stringify(info, null, 2) + "\n";
    Deno.writeTextFileSync(next, this.#written, { mode: 0o600 });
    Deno.renameSync(next, this.#path);
  }

  /** Removes what was written last, but not what another run has put in its place. */
  remove(): void {
    try {
      if (Deno.readTextFileSync(this.#path) === this.#written) Deno.removeSync(this.#path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
