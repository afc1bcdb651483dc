import { assert, assertEquals, assertFalse, assertMatch, assertRejects } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import type { BusMessage } from "shared/bus/bus.ts";
import { NatsBus } from "shared/bus/nats_bus.ts";
import { connectAdmin, ensureStreams } from "shared/bus/nats_streams.ts";
import { freePort } from "shared/testing/local_process.ts";
import { NatsServer } from "shared/testing/nats_server.ts";
import { busContract } from "../../contract/bus_contract.ts";
import { bytes, CONTRACT_STREAM, type OpenBus, textsOf } from "../../contract/bus_rig.ts";
import { Received } from "../../contract/received.ts";
import { scene } from "../nats_scene.ts";

describe("NatsBus against nats-server", () => {
  let server: NatsServer;
  beforeAll(async () => void (server = await NatsServer.start()));
  afterAll(() => server.stop());

  busContract("NatsBus", () => open(server));

  it("ensureStreams() says what it did, and does nothing twice", async () => {
    const admin = await connectAdmin(scene(server.url).options);
    try {
      await admin.request(`$JS.API.STREAM.DELETE.${CONTRACT_STREAM.name}`);
      const made = await ensureStreams(admin, [CONTRACT_STREAM]);
      assertEquals(made.map(({ durable }) => durable), [undefined, "worker", "auditor"]);
      assert(made.every(({ action }) => action === "created"));
      const again = await ensureStreams(admin, [CONTRACT_STREAM]);
      assert(again.every(({ action }) => action === "unchanged"));
      const [auditor, worker] = [...CONTRACT_STREAM.consumers!].reverse();
      const wider = {
        ...CONTRACT_STREAM,
        maxBytes: 1_000_000,
        consumers: [{ ...worker!, maxDeliver: 9 }, auditor!],
      };
      const actions = (await ensureStreams(admin, [wider])).map(({ action }) => action);
      assertEquals(actions, ["updated", "updated", "unchanged"]);
    } finally {
      await admin.close();
    }
  });
});

describe("NatsBus.connect()", () => {
  it("waits for a server that is away", async () => {
    const port = freePort();
    const { options, events } = scene(`nats://127.0.0.1:${port}`);
    const connecting = NatsBus.connect(options);
    await events.where(() => events.items.length >= 2, "two attempts");
    assert(events.items.every(({ kind }) => kind === "connecting"));
    await using _server = await NatsServer.start({ port });
    const bus = await connecting;
    assert(bus.connected);
    assertEquals(events.items.at(-1)!.kind, "connected");
    await bus.close();
  });

  it("ends with an error when aborted, before and while the server is away", async () => {
    const { options, event } = scene(`nats://127.0.0.1:${freePort()}`);
    const abort = new AbortController();
    const connecting = NatsBus.connect(options, abort.signal);
    await event("connecting");
    abort.abort();
    await assertRejects(() => connecting, Error, "aborted");
    await assertRejects(() => NatsBus.connect(options, abort.signal), Error, "aborted");
  });
});

const USERS = `
authorization {
  users: [
    { user: "stt", password: "right", permissions: {
      publish: ["kav.ok.>"]
      subscribe: ["kav.ok.>", "_INBOX_stt.>"]
    } }
  ]
}
`;

describe("NatsBus as a user with permissions", () => {
  let server: NatsServer;
  let folder: string;
  const as = (password: string) => {
    const parts = scene(server.url, "stt");
    return { ...parts, options: { ...parts.options, user: "stt", password } };
  };
  beforeAll(async () => {
    folder = await Deno.makeTempDir({ prefix: "kav-nats-users-" });
    await Deno.writeTextFile(`${folder}/nats.conf`, USERS);
    server = await NatsServer.start({ config: `${folder}/nats.conf` });
  });
  afterAll(async () => {
    await server.stop();
    await Deno.remove(folder, { recursive: true });
  });

  it("rejects at once when the password is wrong, and names the user and never the password", async () => {
    // Often, because the server also resets the connection, sometimes before the client has let go of it.
    for (let i = 0; i < 30; i++) {
      const { options, events } = as("wrong");
      const error = await assertRejects(() => NatsBus.connect(options), Error, "Cannot connect");
      assertMatch(error.message, /as "stt": .*authorization violation/i);
      assertFalse(error.message.includes("wrong"));
      assertEquals(events.items, []);
    }
  });

  it("reports a refused publication with its subject, and stays connected", async () => {
    const { options, event } = as("right");
    const bus = await NatsBus.connect(options);
    bus.publish("kav.secret", bytes("x"));
    const refused = await event("refused");
    assertEquals([refused.operation, refused.subject], ["publish", "kav.secret"]);
    assertMatch(refused.message, /user "stt" lacks the permission to publish to "kav.secret"/);
    const got = new Received<BusMessage>();
    bus.subscribe("kav.ok.x", got.add);
    bus.publish("kav.ok.x", bytes("still here"));
    assertEquals(textsOf(await got.atLeast(1)), ["still here"]);
    await bus.close();
  });

  it("reports a refused subscription with its pattern, and the others go on", async () => {
    const { options, event } = as("right");
    const bus = await NatsBus.connect(options);
    const refusedSubscription = bus.subscribe("kav.>", () => {}, { queue: "kav-stt" });
    const refused = await event("refused");
    assertEquals([refused.operation, refused.subject], ["subscribe", "kav.>"]);
    assertMatch(refused.message, /user "stt" lacks the permission to subscribe to "kav.>"/);
    refusedSubscription.unsubscribe();
    const got = new Received<BusMessage>();
    bus.subscribe("kav.ok.>", got.add);
    bus.publish("kav.ok.x", bytes("still here"));
    assertEquals(textsOf(await got.atLeast(1)), ["still here"]);
    await bus.close();
  });

  it("ends a refused request at once, and a durable publication too", async () => {
    const { options, event } = as("right");
    const bus = await NatsBus.connect(options);
    assertEquals(await bus.request("kav.secret", bytes("?"), { timeoutMs: 20_000 }), {
      ok: false,
      reason: "no_responders",
    });
    assertEquals(await bus.publishDurable("kav.secret", bytes("?"), { timeoutMs: 20_000 }), {
      ok: false,
      reason: "no_stream",
    });
    assertEquals((await event("refused")).subject, "kav.secret");
    await bus.close();
  });
});

async function open(server: NatsServer): Promise<OpenBus> {
  const errors: unknown[] = [];
  const admin = await connectAdmin(scene(server.url, "admin").options);
  const connect = (name: string) =>
    NatsBus.connect({
      ...scene(server.url, name).options,
      onError: (error) => void errors.push(error),
    });
  await admin.request(`$JS.API.STREAM.DELETE.${CONTRACT_STREAM.name}`);
  await ensureStreams(admin, [CONTRACT_STREAM]);
  await admin.close();
  const [bus, second] = await Promise.all([connect("first"), connect("second")]);
  const close = async () => void (await Promise.all([bus.close(), second.close()]));
  return { bus, second, errors, close };
}
