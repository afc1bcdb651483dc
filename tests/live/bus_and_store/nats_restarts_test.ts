import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { NatsBus, type NatsEvent } from "shared/bus/nats_bus.ts";
import { connectAdmin, ensureStreams } from "shared/bus/nats_streams.ts";
import type { StreamSpec } from "shared/bus/stream_spec.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { NatsServer } from "shared/testing/nats_server.ts";

const RESTARTS = 20;
const SUBJECTS = 20;
const REQUEST_TIMEOUT_MS = 500;
/** A request that has not settled so long after its timeout hangs. */
const SLACK_MS = 5_000;
const PATIENCE_MS = 20_000;

const STREAM: StreamSpec = {
  name: "RESTARTS",
  subjects: ["restarts.durable"],
  maxMessages: 100_000,
  consumers: [{ durable: "worker", ackWaitMs: 1_000 }],
};

const clock = new SystemClock();
const sleep = (ms: number) => clock.sleepUntil(clock.now() + ms);
const between = (minMs: number, maxMs: number) => minMs + Math.random() * (maxMs - minMs);
const encode = (text: string) => new TextEncoder().encode(text);
const decode = (data: Uint8Array) => new TextDecoder().decode(data);

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadlineMs = clock.now() + PATIENCE_MS;
  while (!condition()) {
    assert(clock.now() < deadlineMs, `Cannot go on: ${what} never came`);
    await sleep(10);
  }
}

const to = (server: NatsServer, name: string) => ({
  servers: [server.url],
  name,
  inboxPrefix: `_INBOX_${name}`,
  clock,
});

/** What services do on the bus, all at once, until stopped. */
class Load {
  readonly durable = new Set<string>();
  readonly answers = new Map<string, number>();
  longestRequestMs = 0;
  unsent = 0;
  #stopped = false;
  readonly #loops: Promise<void>[] = [];

  constructor(bus: NatsBus) {
    this.#loop((i) => {
      if (!bus.publish(`restarts.plain.${i % SUBJECTS}`, encode(`${i}`))) this.unsent++;
      bus.publish("restarts.work", encode(`${i}`));
      return sleep(1);
    });
    for (let n = 0; n < 4; n++) this.#loop(() => this.#ask(bus));
    this.#loop(async (i) => {
      const result = await bus.publishDurable("restarts.durable", encode(`${i}`), {
        messageId: `${i}`,
        timeoutMs: REQUEST_TIMEOUT_MS,
      });
      if (result.ok) this.durable.add(`${i}`);
      await sleep(2);
    });
    // Subscribing and leaving, connected or not.
    this.#loop(async (i) => {
      const subscription = bus.subscribe(`restarts.churn.${i % 5}`, () => {});
      await sleep(between(0, 20));
      subscription.unsubscribe();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
  }

  async #ask(bus: NatsBus): Promise<void> {
    const beforeMs = clock.now();
    const result = await bus.request("restarts.ask", encode("?"), {
      timeoutMs: REQUEST_TIMEOUT_MS,
    });
    this.longestRequestMs = Math.max(this.longestRequestMs, clock.now() - beforeMs);
    const outcome = result.ok ? "ok" : result.reason;
    this.answers.set(outcome, (this.answers.get(outcome) ?? 0) + 1);
    await sleep(3);
  }

  #loop(step: (i: number) => Promise<unknown>): void {
    const run = async () => {
      for (let i = 0; !this.#stopped; i++) await step(i);
    };
    this.#loops.push(run());
  }
}

/** Two instances of a service: each hears every plain subject, both share work, answers and the consumer. */
class Listeners {
  readonly plain = new Set<string>();
  readonly work: string[] = [];
  readonly consumed = new Set<string>();

  async listen(buses: readonly NatsBus[]): Promise<void> {
    for (const [b, bus] of buses.entries()) {
      for (let i = 0; i < SUBJECTS; i++) {
        bus.subscribe(`restarts.plain.${i}`, ({ data }) => {
          this.plain.add(`${b} ${i} ${decode(data)}`);
        });
      }
      bus.subscribe("restarts.work", ({ data }) => void this.work.push(decode(data)), {
        queue: "workers",
      });
      bus.subscribe("restarts.ask", (message) => void message.respond(encode("!")), {
        queue: "workers",
      });
      await bus.consume({ stream: STREAM.name, durable: "worker" }, (message) => {
        this.consumed.add(decode(message.data));
        message.ack();
      });
    }
  }
}

async function restart(server: NatsServer): Promise<void> {
  await sleep(between(50, 500));
  await server.kill();
  await sleep(between(0, 300));
  await server.startAgain();
}

async function everythingWorks(asker: NatsBus, heard: Listeners): Promise<void> {
  for (let i = 0; i < SUBJECTS; i++) asker.publish(`restarts.plain.${i}`, encode("after"));
  for (let i = 0; i < SUBJECTS; i++) asker.publish("restarts.work", encode(`after ${i}`));
  const subscriptions = [0, 1].flatMap((b) =>
    Array.from({ length: SUBJECTS }, (_, i) => `${b} ${i} after`)
  );
  const work = () => heard.work.filter((text) => text.startsWith("after"));
  await until(() => subscriptions.every((each) => heard.plain.has(each)), "every subscription");
  await until(() => work().length >= SUBJECTS, "all work");
  assertEquals(work().length, SUBJECTS);
  const reply = await asker.request("restarts.ask", encode("?"), { timeoutMs: PATIENCE_MS });
  assert(reply.ok);
  assert((await asker.publishDurable("restarts.durable", encode("after"))).ok);
  await until(() => heard.consumed.has("after"), "the durable consumer");
}

async function underLoad(server: NatsServer): Promise<string> {
  const events: NatsEvent[] = [];
  const failures: unknown[] = [];
  const connect = (name: string) =>
    NatsBus.connect({
      ...to(server, name),
      onEvent: (event) => void events.push(event),
      onError: (error) => void failures.push(error),
    });
  const buses = await Promise.all(["asker", "one", "two"].map(connect));
  const asker = buses[0]!;
  try {
    const heard = new Listeners();
    await heard.listen(buses.slice(1));
    const load = new Load(asker);
    for (let i = 0; i < RESTARTS; i++) await restart(server);
    await load.stop();
    await until(() => buses.every((bus) => bus.connected), "the connection");
    await Promise.all(buses.map((bus) => bus.flush()));
    await everythingWorks(asker, heard);
    const missing = () => [...load.durable].filter((each) => !heard.consumed.has(each));
    await until(() => missing().length === 0, `durable messages`);
    assert(load.longestRequestMs < REQUEST_TIMEOUT_MS + SLACK_MS);
    assert((load.answers.get("ok") ?? 0) > 0 && (load.answers.get("disconnected") ?? 0) > 0);
    assert(load.durable.size > 0 && load.unsent > 0);
    const losses = events.filter(({ kind }) => kind === "disconnected").length;
    assertEquals(events.filter(({ kind }) => kind === "reconnected").length, losses);
    assertEquals(failures, []);
    return `${load.durable.size} durable, answers ${JSON.stringify([...load.answers])}, ` +
      `longest request ${
        Math.round(load.longestRequestMs)
      } ms, unsent ${load.unsent}, ${losses} losses`;
  } finally {
    await Promise.all(buses.map((bus) => bus.close()));
  }
}

describe("nats_bus against nats-server restarted 20 times at random under load", () => {
  it("loses no subscription, lets no request hang, leaves no rejection unhandled", async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (event: PromiseRejectionEvent) => {
      event.preventDefault();
      unhandled.push(event.reason);
    };
    globalThis.addEventListener("unhandledrejection", onUnhandled);
    await using server = await NatsServer.start();
    try {
      const admin = await connectAdmin(to(server, "admin"));
      await ensureStreams(admin, [STREAM]);
      await admin.close();
      console.log(await underLoad(server));
    } finally {
      globalThis.removeEventListener("unhandledrejection", onUnhandled);
    }
    assertEquals(unhandled, []);
  });
});
