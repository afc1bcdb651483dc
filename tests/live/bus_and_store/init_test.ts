/** `deno task nats:init` against a real nats-server. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { jetstreamManager } from "@nats-io/jetstream";
import { initStreams } from "deploy/nats/init.ts";
import { newPasswords, passwordEnvironment } from "deploy/nats/users.ts";
import { connectAdmin } from "shared/bus/nats_streams.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { freePort } from "shared/testing/local_process.ts";
import { NatsServer } from "shared/testing/nats_server.ts";

const CONFIG = "deploy/nats/nats.conf";
const DAY_NANOS = 86_400e9;

const passwords = newPasswords();
const env = passwordEnvironment(passwords);
const admin = { user: "admin", password: passwords.admin };

async function lines(servers: string, login: { user?: string; password?: string } = admin) {
  const printed: string[] = [];
  await initStreams({
    servers: [servers],
    ...login,
    print: (line) => printed.push(line),
    waitMs: 1_000,
  });
  return printed;
}

/** As another version of Kav has made them. */
async function changeBoth(url: string): Promise<void> {
  const connection = await connectAdmin({
    servers: [url],
    name: "test",
    inboxPrefix: "_INBOX_admin",
    ...admin,
    clock: new SystemClock(),
  });
  const manager = await jetstreamManager(connection);
  const { config } = await manager.streams.info("KAV_CALLS");
  assertEquals(config.max_age, 7 * DAY_NANOS);
  await manager.streams.update("KAV_CALLS", { ...config, max_age: DAY_NANOS });
  const older = { ack_wait: 30e9, max_deliver: 6 };
  await manager.consumers.update("KAV_PROMPTS", "greeting-builder", older);
  await connection.close();
}

describe("initStreams()", () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await NatsServer.start({ config: CONFIG, env });
  });
  afterAll(() => server.stop());

  it("makes the streams with their limits, then changes nothing, then mends what differs", async () => {
    assertEquals(await lines(server.url), [
      "KAV_PROMPTS created: kav.prompt.changed.*, at most 7 days, 64 MiB, 100000 messages; " +
      "greeting-builder created, again after 10 s",
      "KAV_CALLS created: kav.event.call.*, at most 7 days, 512 MiB, 1000000 messages",
    ]);
    const again = (await lines(server.url)).map((line) => line.split(":")[0]);
    assertEquals(again, ["KAV_PROMPTS unchanged", "KAV_CALLS unchanged"]);
    await changeBoth(server.url);
    const mended = await lines(server.url);
    assertEquals(mended.map((line) => line.split(":")[0]), [
      "KAV_PROMPTS unchanged",
      "KAV_CALLS updated",
    ]);
    assertStringIncludes(mended[0]!, "greeting-builder updated, again after 10 s");
  });

  it("says that the password is refused, and not the password", async () => {
    const error = await assertRejects(
      () => lines(server.url, { user: "admin", password: "pass-of-nobody" }),
      Error,
      'as "admin": Authorization Violation',
    );
    assert(!error.message.includes("pass-of-nobody"));
  });

  it("says that a service's user may not do it", async () => {
    const stt = { user: "stt", password: passwords.stt };
    const error = await assertRejects(() => lines(server.url, stt), Error);
    assertStringIncludes(error.message, "$JS.API.STREAM.INFO.KAV_PROMPTS");
    assertStringIncludes(error.message, "Permissions Violation");
  });

  it("says that the server is away once it has waited", async () => {
    const url = `nats://127.0.0.1:${freePort()}`;
    const startMs = performance.now();
    const error = await assertRejects(
      () => lines(url),
      Error,
      `Cannot reach nats-server at ${url}`,
    );
    assertStringIncludes(error.message, "waited 1 s");
    assert(performance.now() - startMs >= 990);
  });

  it("waits for a server that is still starting, and says so", async () => {
    const port = freePort();
    const printed: string[] = [];
    const done = initStreams({
      servers: [`nats://127.0.0.1:${port}`],
      ...admin,
      print: (line) => printed.push(line),
    });
    while (printed.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await using _late = await NatsServer.start({ config: CONFIG, env, port });
    await done;
    assertEquals(printed[0], `waiting up to 10 s for nats-server at nats://127.0.0.1:${port}`);
    assertEquals(printed.length, 3);
  });

  it("says that the server has no JetStream", async () => {
    const config = await Deno.makeTempFile({ prefix: "kav-nats-", suffix: ".conf" });
    await Deno.writeTextFile(config, "max_payload: 65536");
    try {
      await using bare = await NatsServer.start({ config });
      await assertRejects(() => lines(bare.url, {}), Error, "runs without JetStream");
    } finally {
      await Deno.remove(config);
    }
  });
});
