import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { KAV_STREAMS } from "shared/bus/kav_streams.ts";
import { connectAdmin, ensureStreams } from "shared/bus/nats_streams.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { freePort } from "shared/testing/local_process.ts";
import { NatsServer } from "shared/testing/nats_server.ts";
import { RedisServer } from "shared/testing/redis_server.ts";
import { type NatsUser, newPasswords, passwordEnvironment } from "deploy/nats/users.ts";
import { ask, ServiceProcess, type ServiceTask } from "../service_process.ts";

const SERVICES: readonly (readonly [ServiceTask, string])[] = [
  ["edge", "ws-edge"],
  ["stt", "stt-service"],
  ["dialog", "dialog-tts-service"],
  ["greetings", "greeting-builder"],
];

/** Some heartbeats, and the period in which a refusal ends a service. */
const WATCHED_MS = 2_500;

let nats: NatsServer;
let redis: RedisServer;

beforeAll(async () => {
  [nats, redis] = await Promise.all([NatsServer.start(), RedisServer.start()]);
  await makeStreams(nats);
});

afterAll(async () => {
  await Promise.all([nats.stop(), redis.stop()]);
});

async function makeStreams(
  server: NatsServer,
  login: { readonly user?: string; readonly password?: string } = {},
): Promise<void> {
  const connection = await connectAdmin({
    servers: [server.url],
    name: "test",
    inboxPrefix: `_INBOX_${login.user ?? "test"}`,
    clock: new SystemClock(),
    ...login,
  });
  await ensureStreams(connection, KAV_STREAMS);
  await connection.close();
}

const settings = () => ({
  NATS_URL: nats.url,
  REDIS_URL: redis.url,
  PORT: "0",
  HTTP_PORT: "0",
});

async function readyz(origin: string): Promise<{ status: number; reasons: string[] }> {
  const { status, body } = await ask(`${origin}/readyz`);
  return { status, reasons: JSON.parse(body).reasons ?? [] };
}

for (const [task, name] of SERVICES) {
  describe(`deno task ${task}`, () => {
    it("says READY and where, answers for its health, and ends with 0 at SIGTERM", async () => {
      await using service = new ServiceProcess(task, settings());
      const fields = await service.ready();
      assertEquals(fields.name, name);
      assertMatch(fields.instance!, new RegExp(`^${task}-[0-9a-z]{8}$`));
      assertMatch(fields.http!, /^http:\/\/127\.0\.0\.1:\d+$/);
      assertEquals((await ask(`${fields.http}/livez`)).status, 200);
      assertEquals(await readyz(fields.http!), { status: 200, reasons: [] });
      const metrics = (await ask(`${fields.http}/metrics`)).body;
      assertStringIncludes(metrics, "kav_bus_connected 1");
      assertStringIncludes(metrics, "kav_store_connected 1");
      assertEquals(await service.end("SIGTERM"), 0, service.process.output);
      assertEquals(service.stdout.filter((line) => line.startsWith("READY ")).length, 1);
    });

    it("names NATS_URL when it is missing, and ends with 2", async () => {
      await using service = new ServiceProcess(task, {});
      assertEquals(await service.end(), 2);
      assertEquals(service.stderr.filter((line) => line.startsWith("- NATS_URL: ")).length, 1);
    });
  });
}

describe("a service run alone", () => {
  it("tells with --help what it is and what can be set, without any setting", async () => {
    await using service = new ServiceProcess("stt", { NATS_URL: "" }, ["--help"]);
    assertEquals(await service.end(), 0);
    const text = service.stdout.join("\n");
    for (const word of ["stt-service: ", "STT_CAPACITY", "NATS_URL", "HTTP_PORT"]) {
      assertStringIncludes(text, word);
    }
  });

  it("refuses arguments it does not know", async () => {
    await using service = new ServiceProcess("greetings", settings(), ["--verbose"]);
    assertEquals(await service.end(), 2);
    assertStringIncludes(service.stderr.join("\n"), "- --verbose: there is no such argument");
  });

  it("lives while nats-server is away, says so, and becomes ready when it comes", async () => {
    const [natsPort, httpPort] = [freePort(), freePort()];
    const origin = `http://127.0.0.1:${httpPort}`;
    await using service = new ServiceProcess("edge", {
      ...settings(),
      NATS_URL: `nats://127.0.0.1:${natsPort}`,
      HTTP_PORT: String(httpPort),
      INSTANCE: "edge-of-test",
    });
    await service.line("stderr", /bus not reached/);
    assertEquals((await ask(`${origin}/livez`)).status, 200);
    assertEquals(await readyz(origin), { status: 503, reasons: ["bus not connected"] });
    assertStringIncludes((await ask(`${origin}/metrics`)).body, "kav_bus_connected 0");
    assertEquals(service.stdout.filter((line) => line.startsWith("READY")), []);

    await using _late = await NatsServer.start({ port: natsPort });
    const { instance, http, webhook } = await service.ready();
    assertEquals([instance, http], ["edge-of-test", origin]);
    assertEquals((await readyz(origin)).status, 200);
    assertEquals((await ask(`${webhook}/twilio/voice`)).status, 405);
    assertEquals(await service.end("SIGINT"), 0, service.process.output);
  });

  it("ends with 0 at a SIGTERM while it waits for nats-server", async () => {
    const nowhere = `nats://127.0.0.1:${freePort()}`;
    await using service = new ServiceProcess("dialog", { ...settings(), NATS_URL: nowhere });
    await service.line("stderr", /bus not reached/);
    assertEquals(await service.end("SIGTERM"), 0, service.process.output);
  });

  it("serves while Redis is away; greeting-builder is ready once it has come", async () => {
    const redisPort = freePort();
    const away = { ...settings(), REDIS_URL: `redis://127.0.0.1:${redisPort}` };
    await using edge = new ServiceProcess("edge", away);
    await using builder = new ServiceProcess("greetings", {
      ...away,
      HTTP_PORT: String(freePort()),
    });
    const { http } = await edge.ready();
    assertStringIncludes((await ask(`${http}/metrics`)).body, "kav_store_connected 0");
    await builder.line("stderr", /businesses not imported/);
    assertEquals(builder.stdout.filter((line) => line.startsWith("READY")), []);
    await using _late = await RedisServer.start({ port: redisPort });
    await builder.ready();
    assertEquals(await builder.end("SIGTERM"), 0);
    assertEquals(await edge.end("SIGTERM"), 0);
  });

  it("says which service lacks which port", async () => {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = taken.addr;
    await using service = new ServiceProcess("stt", { ...settings(), HTTP_PORT: String(port) });
    assertEquals(await service.end(), 1);
    const [problem] = service.stderr.filter((line) =>
      line.startsWith("Cannot start stt-service: ")
    );
    assert(problem?.includes("HTTP_PORT"), service.process.output);
  });
});

describe("a service run alone, as a user of nats.conf", () => {
  const passwords = newPasswords();
  let guarded: NatsServer;

  beforeAll(async () => {
    guarded = await NatsServer.start({
      config: new URL("../../../deploy/nats/nats.conf", import.meta.url).pathname,
      env: passwordEnvironment(passwords),
    });
    await makeStreams(guarded, { user: "admin", password: passwords.admin });
  });

  afterAll(() => guarded.stop());

  const as = (user: NatsUser, password: string = passwords[user]) => ({
    ...settings(),
    NATS_URL: guarded.url.replace("//", `//${user}:${password}@`),
  });

  it("needs no permission beyond its own, whichever it is", async () => {
    await Promise.all(SERVICES.map(async ([task]) => {
      await using service = new ServiceProcess(task, as(task));
      const { http } = await service.ready();
      await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
      assertEquals(await readyz(http!), { status: 200, reasons: [] }, service.process.output);
      assertEquals(await service.end("SIGTERM"), 0, service.process.output);
    }));
  });

  for (
    const [task, user, lacks] of [
      ["edge", "stt", "subscribe to kav.worker.*.*.heartbeat"],
      ["stt", "dialog", "subscribe to kav.offer.stt"],
      ["dialog", "edge", "subscribe to kav.offer.dialog"],
      ["greetings", "stt", "to $JS.API."],
    ] as const
  ) {
    it(`${task} as user ${user} is refused, says what it lacks, and ends with 1`, async () => {
      const own = { ...as(user), NATS_INBOX_PREFIX: `_INBOX_${user}` };
      await using service = new ServiceProcess(task, own);
      assertEquals(await service.end(), 1, service.process.output);
      const last = service.stderr.at(-1)!;
      assertStringIncludes(last, `nats-server refuses user ${user} to`);
      assertStringIncludes(last, lacks);
    });
  }

  it("ends with 1 when its password is wrong, and does not show it", async () => {
    await using service = new ServiceProcess("edge", as("edge", "wrong-password"));
    assertEquals(await service.end(), 1, service.process.output);
    assertStringIncludes(service.stderr.at(-1)!, "Authorization Violation");
    assert(!service.process.output.includes("wrong-password"));
  });
});
