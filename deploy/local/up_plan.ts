/** What is started with which environment. */
import { busSettings } from "shared/runtime/standalone/settings.ts";
import type { NatsPasswords, NatsUser } from "../nats/users.ts";
import { type Instances, SERVICE_NAMES, type ServiceName } from "./up_options.ts";

/** Other ways to nats-server, which the machine may be set up for. */
const NO_OTHER_LOGIN = Object.fromEntries(Object.values(busSettings).map(({ name }) => [name, ""]));

/** What is the same for all services of one run. */
export interface Surroundings {
  readonly natsUrl: string;
  readonly passwords: NatsPasswords;
  readonly redisUrl: string;
  readonly streamTokenSecret: string;
  /** Opens the business API. */
  readonly adminToken: string;
  /** Where Twilio reaches the edges. */
  readonly publicUrl: string;
  /** Where a single edge listens; 0 = any port, behind the balancer. */
  readonly edgePort: number;
  /** Settings by their names in the environment, for all services. What is planned here goes before them. */
  readonly settings: Readonly<Record<string, string>>;
  /** The same, for one service. */
  readonly settingsOf: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>>;
}

export interface PlannedService {
  readonly name: ServiceName;
  /** For people: `stt-1`. */
  readonly label: string;
  /** On the bus, and never used before: `stt-1-8f3a`. */
  readonly instance: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Every service, each as often as it is wanted. */
export function planServices(
  instances: Instances,
  surroundings: Surroundings,
  random: () => string,
): PlannedService[] {
  return SERVICE_NAMES.flatMap((name) =>
    Array.from(
      { length: instances[name] },
      (_, i) => planService(name, i + 1, surroundings, random),
    )
  );
}

/** @param number tells it apart from the others of its kind, from 1 */
export function planService(
  name: ServiceName,
  number: number,
  around: Surroundings,
  random: () => string,
): PlannedService {
  const label = `${name}-${number}`;
  const instance = `${label}-${random()}`;
  const edge = {
    PORT: String(around.edgePort),
    PUBLIC_URL: around.publicUrl,
    STREAM_TOKEN_SECRET: around.streamTokenSecret,
  };
  return {
    name,
    label,
    instance,
    env: {
      ...around.settings,
      ...around.settingsOf[name],
      ...NO_OTHER_LOGIN,
      NATS_URL: around.natsUrl,
      NATS_USER: name,
      NATS_PASSWORD: around.passwords[name],
      REDIS_URL: around.redisUrl,
      INSTANCE: instance,
      HTTP_PORT: "0",
      ...name === "edge" ? edge : {},
      ...name === "greetings" ? { ADMIN_TOKEN: around.adminToken } : {},
    },
  };
}

/** `url` with a user's name and password in it. */
export function urlOfUser(url: string, user: NatsUser, passwords: NatsPasswords): string {
  return url.replace("://", `://${user}:${passwords[user]}@`);
}
