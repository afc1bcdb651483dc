import { freePort } from "shared/testing/local_process.ts";
import { NatsServer } from "shared/testing/nats_server.ts";
import { RedisServer } from "shared/testing/redis_server.ts";
import { initStreams } from "../nats/init.ts";
import { type NatsPasswords, newPasswords, passwordEnvironment } from "../nats/users.ts";
import { Balancer } from "./balancer_process.ts";
import { requirePrograms } from "./programs.ts";
import { type Instances, ONE_OF_EACH, type ServiceName } from "./up_options.ts";
import { planServices, type Surroundings } from "./up_plan.ts";
import type { TakeLine } from "./service_process.ts";
import { ServiceProcesses } from "./service_processes.ts";
import { Up } from "./up_system.ts";

export interface UpOptions {
  /** Default: one of each that is not named. */
  readonly instances?: Partial<Instances>;
  /** Where the webhook listens; 0, the default: any free port. */
  readonly port?: number;
  /** Where nats-server tells about itself; default: nowhere. */
  readonly natsMonitorPort?: number;
  /** Where Twilio reaches it, when that is another origin. */
  readonly publicUrl?: string;
  /** Opens the business API; default: a random one. */
  readonly adminToken?: string;
  /** Settings by their names in the environment, for all services; they inherit ours. */
  readonly settings?: Surroundings["settings"];
  /** The same, for single services. */
  readonly settingsOf?: Surroundings["settingsOf"];
  /** What `deno` is called with for a service; default: as its task says. */
  readonly denoArgs?: (service: ServiceName) => readonly string[];
  /** The folder in which the temporary one is made; default: the system's. */
  readonly tempDir?: string;
  readonly onLine?: TakeLine;
  /** Told each step of the start. */
  readonly onProgress?: (what: string) => void;
  /** Told when a part has ended that nobody has told to; it is not started again, and the others go on. */
  readonly onEnded?: (label: string, how: string) => void;
  /** Aborted: the start is given up. */
  readonly signal?: AbortSignal;
}

const NATS_CONFIG = decodeURIComponent(new URL("../nats/nats.conf", import.meta.url).pathname);

/**
 * Starts nats-server with Kav's users and streams, redis-server, and every service as its own process: the files of
 * the servers in a temporary folder, everything on free ports of this machine. Ready when it resolves.
 *
 * @throws {Error} when a part cannot start, with its last lines; nothing is left then.
 */
export async function startUp(options: UpOptions = {}): Promise<Up> {
  const instances = { ...ONE_OF_EACH, ...options.instances };
  const severalEdges = instances.edge > 1;
  await requirePrograms([
    "nats-server",
    "redis-server",
    ...severalEdges ? ["haproxy"] as const : [],
  ]);
  const port = webhookPort(options.port ?? 0);
  const dir = await Deno.makeTempDir({
    ...options.tempDir === undefined ? {} : { dir: options.tempDir },
    prefix: "kav-up-",
  });
  const services = new ServiceProcesses(options);
  await using started = new AsyncDisposableStack();
  started.defer(() => Deno.remove(dir, { recursive: true }));
  const { nats, redis, passwords } = await startServers(dir, options, started);
  started.defer(() => services.kill());
  const killServices = () => services.kill();
  options.signal?.addEventListener("abort", killServices);
  try {
    const webhook = `http://127.0.0.1:${port}`;
    const surroundings: Surroundings = {
      natsUrl: nats.url,
      passwords,
      redisUrl: redis.url,
      streamTokenSecret: randomHex(32),
      adminToken: options.adminToken ?? randomHex(32),
      publicUrl: options.publicUrl ?? webhook,
      edgePort: severalEdges ? 0 : port,
      settings: options.settings ?? {},
      settingsOf: options.settingsOf ?? {},
    };
    const plans = planServices(instances, surroundings, () => randomHex(2));
    await Promise.all(plans.map((plan) => services.start(plan)));
    options.signal?.throwIfAborted();
    const balancer = severalEdges
      ? started.use(await Balancer.start({ ...options, port, dir, edges: services.list }))
      : undefined;
    options.signal?.throwIfAborted();
    return new Up({
      ...options,
      ...{ webhook, passwords, nats, redis, balancer, services, surroundings },
      parts: started.move(),
    });
  } finally {
    options.signal?.removeEventListener("abort", killServices);
  }
}

/** nats-server with the streams, and redis-server. */
async function startServers(
  dir: string,
  { onLine, onProgress, signal, natsMonitorPort }: UpOptions,
  started: AsyncDisposableStack,
): Promise<{ nats: NatsServer; redis: RedisServer; passwords: NatsPasswords }> {
  const linesOf = (label: string) => (line: string) => onLine?.(label, line, "stderr");
  const passwords = newPasswords();
  onProgress?.("starting nats-server and redis-server");
  const natsDir = `${dir}/nats`;
  const redisDir = `${dir}/redis`;
  await Promise.all([natsDir, redisDir].map((path) => Deno.mkdir(path)));
  const nats = started.use(
    await NatsServer.start({
      config: NATS_CONFIG,
      env: passwordEnvironment(passwords),
      dir: natsDir,
      apart: true,
      onLine: linesOf("nats-server"),
      ...natsMonitorPort === undefined ? {} : { monitorPort: natsMonitorPort },
    }),
  );
  signal?.throwIfAborted();
  const redis = started.use(
    await RedisServer.start({ dir: redisDir, apart: true, onLine: linesOf("redis-server") }),
  );
  signal?.throwIfAborted();
  await initStreams({
    servers: [nats.url],
    user: "admin",
    password: passwords.admin,
    print: (line) => onProgress?.(line),
  });
  signal?.throwIfAborted();
  return { nats, redis, passwords };
}

/** @throws {Error} when somebody listens on the port. */
function webhookPort(port: number): number {
  if (port === 0) return freePort();
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return port;
  } catch (cause) {
    const reason = cause instanceof Deno.errors.AddrInUse ? "is taken" : String(cause);
    throw new Error(
      `Cannot start: port ${port} ${reason}; --port takes another one, --port 0 any that is free`,
      { cause },
    );
  }
}

function randomHex(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
