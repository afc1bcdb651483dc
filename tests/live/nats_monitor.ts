/** One connection as nats-server sees it. */
export interface ConnectionState {
  /** What waits in nats-server, beyond what the kernel has taken. */
  readonly pendingBytes: number;
  /** Payloads meant for it since it connected, whether or not it has read them. */
  readonly outBytes: number;
  readonly outMessages: number;
}

interface Connz {
  readonly connections: readonly {
    readonly name?: string;
    readonly pending_bytes: number;
    readonly out_bytes: number;
    readonly out_msgs: number;
  }[];
}

/** The monitoring port of a nats-server on this machine. */
export class NatsMonitor {
  readonly #origin: string;

  constructor(port: number) {
    this.#origin = `http://127.0.0.1:${port}`;
  }

  /** @param name of the connection: a service's instance. @throws when there is none. */
  async connection(name: string): Promise<ConnectionState> {
    const response = await fetch(`${this.#origin}/connz`);
    const { connections }: Connz = await response.json();
    const found = connections.find((each) => each.name === name);
    if (!found) throw new Error(`Cannot tell of ${name}: nats-server has no such connection`);
    return {
      pendingBytes: found.pending_bytes,
      outBytes: found.out_bytes,
      outMessages: found.out_msgs,
    };
  }
}
