/** A TCP port on loopback that can go away, come back, or take connections and say nothing. */
import { createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";

const LOOPBACK = "127.0.0.1";

export class NetworkPort {
  readonly #serve: (socket: Socket) => void;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #number = 0;
  #isMute = false;
  #taken = 0;

  /** @param serve takes over a connection; it may never see its end. */
  constructor(serve: (socket: Socket) => void) {
    this.#serve = serve;
  }

  get number(): number {
    return this.#number;
  }

  /** Connections so far, those that were never answered included. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether connections are taken and answered. */
  get serves(): boolean {
    return this.#server !== undefined && !this.#isMute;
  }

  /** Takes connections: at any free port the first time, then at the same one. */
  async open(): Promise<void> {
    await this.close();
    this.#isMute = false;
    await this.#listen();
  }

  /** Connections break; new ones are taken, and nothing is ever read or said. */
  async mute(): Promise<void> {
    await this.close();
    this.#isMute = true;
    await this.#listen();
  }

  /** Connections break (RST); new ones are refused. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server && once(server, "close");
    server?.close();
    await Promise.all([...this.#sockets].map((socket) => {
      const gone = once(socket, "close");
      socket.resetAndDestroy();
      return gone;
    }));
    await closed;
  }

  async #listen(): Promise<void> {
    const server = createServer((socket) => this.#accept(socket));
    server.listen(this.#number, LOOPBACK);
    await once(server, "listening");
    this.#server = server;
    this.#number = (server.address() as { port: number }).port;
  }

  #accept(socket: Socket): void {
    this.#taken++;
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    // A connection that the other side breaks is no business of ours.
    socket.on("error", () => {});
    if (!this.#isMute) this.#serve(socket);
  }
}
