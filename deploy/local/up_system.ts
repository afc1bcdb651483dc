import type { NatsServer } from "shared/testing/nats_server.ts";
import type { RedisServer } from "shared/testing/redis_server.ts";
import type { NatsPasswords, NatsUser } from "../nats/users.ts";
import type { Balancer } from "./balancer_process.ts";
import { describeEnd, type ServiceProcess } from "./service_process.ts";
import type { ServiceProcesses } from "./service_processes.ts";
import type { UpInfo, UpInfoService } from "./up_info.ts";
import type { ServiceName } from "./up_options.ts";
import { planService, type Surroundings, urlOfUser } from "./up_plan.ts";

export interface UpParts {
  /** Origin to post `/twilio/voice` to. */
  readonly webhook: string;
  readonly passwords: NatsPasswords;
  readonly nats: NatsServer;
  readonly redis: RedisServer;
  readonly balancer: Balancer | undefined;
  readonly services: ServiceProcesses;
  readonly surroundings: Surroundings;
  /** Ends all of them and removes their files. */
  readonly parts: AsyncDisposableStack;
  readonly onEnded?: (label: string, how: string) => void;
}

/** The whole product as processes of this machine, as `startUp` has started it. */
export class Up implements AsyncDisposable {
  readonly webhook: string;
  readonly passwords: NatsPasswords;
  readonly nats: NatsServer;
  readonly redis: RedisServer;
  readonly #parts: UpParts;
  #ending = false;

  constructor(parts: UpParts) {
    this.webhook = parts.webhook;
    this.passwords = parts.passwords;
    this.nats = parts.nats;
    this.redis = parts.redis;
    this.#parts = parts;
    this.#watch("nats-server", parts.nats.ended);
    this.#watch("redis-server", parts.redis.ended);
    if (parts.balancer) this.#watch("haproxy", parts.balancer.ended);
    for (const service of this.services) this.#watch(service.label, service.ended);
  }

  /** All services, those that have ended included. */
  get services(): readonly ServiceProcess[] {
    return this.#parts.services.list;
  }

  /** Address of nats-server with a user's name and password. */
  natsUrl(user: NatsUser): string {
    return urlOfUser(this.nats.url, user, this.passwords);
  }

  /** What runs now. */
  get info(): UpInfo {
    const { nats, redis, balancer } = this.#parts;
    const server = (name: string, { pid }: { readonly pid: number }): UpInfoService => ({
      name,
      instance: null,
      pid,
      http: null,
    });
    const living = this.services.filter(({ hasEnded }) => !hasEnded);
    const builder = living.find(({ name }) => name === "greetings");
    return {
      webhook: this.webhook,
      nats: nats.url,
      tap_url: this.natsUrl("tap"),
      site_url: this.natsUrl("site"),
      redis: redis.url,
      api: builder?.http ?? null,
      admin_token: this.#parts.surroundings.adminToken,
      services: [
        ...nats.hasEnded ? [] : [server("nats-server", nats)],
        ...redis.hasEnded ? [] : [server("redis-server", redis)],
        ...balancer && !balancer.hasEnded ? [server("haproxy", balancer)] : [],
        ...living.map(({ name, instance, pid, http }) => ({ name, instance, pid, http })),
      ],
    };
  }

  /** One more of a service, but of the edge: the balancer would not know it. */
  async add(name: Exclude<ServiceName, "edge">): Promise<ServiceProcess> {
    const number = 1 + this.services.filter((service) => service.name === name).length;
    const random = () => crypto.randomUUID().slice(0, 4);
    const plan = planService(name, number, this.#parts.surroundings, random);
    const service = await this.#parts.services.start(plan);
    this.#watch(service.label, service.ended);
    return service;
  }

  /** No call is taken any more; resolves when all services have ended, which is after the last call. */
  async drain(): Promise<void> {
    this.#ending = true;
    await this.#parts.services.drain();
  }

  /** Ends all at once, and removes the temporary folder. */
  async stop(): Promise<void> {
    this.#ending = true;
    await this.#parts.parts.disposeAsync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #watch(label: string, ended: Promise<Deno.CommandStatus>): Promise<void> {
    const status = await ended;
    if (!this.#ending) this.#parts.onEnded?.(label, describeEnd(status));
  }
}
