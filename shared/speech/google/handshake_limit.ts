/** grpc-js waits for a TLS handshake without end, even after its client was closed. */
import type { Socket } from "node:net";
import type { ChannelCredentials } from "@grpc/grpc-js";

const HANDSHAKE_LIMIT_MS = 5_000;

type CreateConnector = ChannelCredentials["_createSecureConnector"];
type SecureConnector = ReturnType<CreateConnector>;

/** Makes connections with `credentials` give up after 5 s, and at once when their client is closed. */
export function limitHandshakes(credentials: ChannelCredentials): void {
  const create: CreateConnector = credentials._createSecureConnector.bind(credentials);
  credentials._createSecureConnector = (...options) => new LimitedConnector(create(...options));
}

class LimitedConnector implements SecureConnector {
  readonly #connector: SecureConnector;
  readonly #waiting = new Set<(reason: string) => void>();

  constructor(connector: SecureConnector) {
    this.#connector = connector;
  }

  connect(socket: Socket): ReturnType<SecureConnector["connect"]> {
    return new Promise((resolve, reject) => {
      const giveUp = (reason: string) => {
        ended();
        socket.destroy();
        reject(new Error(reason));
      };
      const ended = () => {
        clearTimeout(timer);
        this.#waiting.delete(giveUp);
      };
      const timer = setTimeout(
        () => giveUp(`no TLS handshake within ${HANDSHAKE_LIMIT_MS} ms`),
        HANDSHAKE_LIMIT_MS,
      );
      this.#waiting.add(giveUp);
      this.#connector.connect(socket).finally(ended).then(resolve, reject);
    });
  }

  waitForReady(): Promise<void> {
    return this.#connector.waitForReady();
  }

  getCallCredentials(): ReturnType<SecureConnector["getCallCredentials"]> {
    return this.#connector.getCallCredentials();
  }

  destroy(): void {
    for (const giveUp of this.#waiting) giveUp("the client was closed");
    this.#connector.destroy();
  }
}
