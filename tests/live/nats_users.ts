/** Plain connections of the users of `deploy/nats/nats.conf`, with all that nats-server refuses them. */
import { connect, type NatsConnection, type NodeConnectionOptions } from "nats";
import {
  inboxPrefix,
  type NatsPasswords,
  type NatsUser,
  newPasswords,
  passwordEnvironment,
} from "deploy/nats/users.ts";
import { NatsServer } from "shared/testing/nats_server.ts";

/** A nats-server with Kav's configuration. */
export class GuardedNats implements AsyncDisposable {
  readonly server: NatsServer;
  readonly passwords: NatsPasswords;

  private constructor(server: NatsServer, passwords: NatsPasswords) {
    this.server = server;
    this.passwords = passwords;
  }

  static async start(): Promise<GuardedNats> {
    const passwords = newPasswords();
    const env = passwordEnvironment(passwords);
    const server = await NatsServer.start({ config: "deploy/nats/nats.conf", env });
    return new GuardedNats(server, passwords);
  }

  async connect(user: NatsUser): Promise<UserConnection> {
    return new UserConnection(
      await this.connectAs({ user, pass: this.passwords[user], inboxPrefix: inboxPrefix(user) }),
    );
  }

  connectAs(options: NodeConnectionOptions): Promise<NatsConnection> {
    return connect({ servers: this.server.url, reconnect: false, noAsyncTraces: true, ...options });
  }

  /** Announces a payload without the client, which has its own check of the size. @returns all that nats-server says. */
  async publishUnchecked(user: NatsUser, subject: string, bytes: number): Promise<string> {
    using socket = await Deno.connect({ hostname: "127.0.0.1", port: this.server.port });
    const login = JSON.stringify({ verbose: false, user, pass: this.passwords[user] });
    const start = `CONNECT ${login}\r\nPUB ${subject} ${bytes}\r\n`;
    await socket.write(new TextEncoder().encode(start));
    let told = "";
    const buffer = new Uint8Array(4_096);
    for (;;) {
      const length = await socket.read(buffer).catch(() => null);
      if (length === null) return told;
      told += new TextDecoder().decode(buffer.subarray(0, length));
      if (told.includes("-ERR")) return told;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
  }
}

export class UserConnection implements AsyncDisposable {
  readonly nats: NatsConnection;
  readonly #refusals: string[] = [];

  constructor(nats: NatsConnection) {
    this.nats = nats;
    void this.#watch();
  }

  /** What was refused since the last time, in nats-server's words. */
  async refusals(): Promise<string[]> {
    // Refusals come before the answer to this, and reach #watch a few microtasks later.
    await this.nats.flush();
    await new Promise((resolve) => setTimeout(resolve, 0));
    return this.#refusals.splice(0);
  }

  async refusedToPublish(subject: string): Promise<boolean> {
    this.nats.publish(subject);
    return (await this.refusals()).some((text) =>
      text.includes(`Permissions Violation for Publish to "${subject}"`)
    );
  }

  async refusedToSubscribe(subject: string, queue?: string): Promise<boolean> {
    const subscription = this.nats.subscribe(subject, {
      callback: () => {},
      ...(queue === undefined ? {} : { queue }),
    });
    const refused = (await this.refusals()).some((text) =>
      text.includes(`Permissions Violation for Subscription to "${subject}"`)
    );
    subscription.unsubscribe();
    return refused;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.nats.close();
  }

  async #watch(): Promise<void> {
    for await (const status of this.nats.status()) {
      if (status.type === "error") this.#refusals.push(status.error.message);
    }
  }
}
