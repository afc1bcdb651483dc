import { assert, assertEquals, assertFalse } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { BusMessage } from "shared/bus/bus.ts";
import { NatsBus } from "shared/bus/nats_bus.ts";
import { connectAdmin, ensureStreams } from "shared/bus/nats_streams.ts";
import { NatsServer } from "shared/testing/nats_server.ts";
import { bytes, CONTRACT_STREAM, textsOf } from "../../contract/bus_rig.ts";
import { Received } from "../../contract/received.ts";
import { clock, scene, sleep } from "../nats_scene.ts";

/** Nothing else happens in this process for so long. */
function standStill(forMs: number): void {
  const untilMs = clock.now() + forMs;
  while (clock.now() < untilMs);
}

describe("NatsBus when nats-server comes and goes", () => {
  let server: NatsServer;
  beforeEach(async () => void (server = await NatsServer.start()));
  afterEach(() => server.stop());

  it("settles what waits when the server dies, sends nothing meanwhile, and comes back", async () => {
    const { options, event } = scene(server.url);
    const bus = await NatsBus.connect(options);
    const got = new Received<BusMessage>();
    bus.subscribe("away.silent", () => {});
    bus.subscribe("away.x", got.add);
    const reply = bus.request("away.silent", bytes("?"), { timeoutMs: 20_000 });
    await bus.flush();
    await server.kill();
    assertEquals(await reply, { ok: false, reason: "disconnected" });
    await event("disconnected");
    assertFalse(bus.connected);
    assertFalse(bus.publish("away.x", bytes("lost")));
    assertEquals(await bus.request("away.x", bytes("?"), { timeoutMs: 20_000 }), {
      ok: false,
      reason: "disconnected",
    });
    await bus.flush();
    bus.subscribe("away.y", got.add);
    await server.startAgain();
    assert((await event("reconnected")).awayMs > 0);
    assert(bus.publish("away.x", bytes("old subscription")));
    assert(bus.publish("away.y", bytes("new subscription")));
    assertEquals(textsOf(await got.atLeast(2)), ["old subscription", "new subscription"]);
    await bus.close();
  });

  it("loses nothing while the server is suspended for 300 ms", async () => {
    const { options, events } = scene(server.url);
    const bus = await NatsBus.connect(options);
    const got = new Received<BusMessage>();
    bus.subscribe("suspended.x", got.add);
    await bus.flush();
    const sent = Array.from({ length: 200 }, (_, i) => `${i}`);
    for (const [i, text] of sent.entries()) {
      if (i === 20) server.suspend();
      assert(bus.publish("suspended.x", bytes(text)));
      await sleep(3);
      if (i === 120) server.resume();
    }
    assertEquals(textsOf(await got.atLeast(sent.length)), sent);
    assertEquals(events.items.map(({ kind }) => kind), ["connected"]);
    await bus.close();
  });

  it("takes no stall of its own process for the silence of another", async () => {
    const { options } = scene(server.url);
    const bus = await NatsBus.connect(options);
    for (const [i, stallMs] of [...Array<number>(10).fill(200), 3_000].entries()) {
      // nats-server itself answers this one.
      const reply = bus.request("$JS.API.INFO", bytes(""), { timeoutMs: 100 });
      await sleep(0);
      standStill(stallMs);
      assert((await reply).ok, `answer ${i}`);
    }
    await bus.close();
  });

  it("can be closed while the server is away, and tries no more", async () => {
    const { options, events, event } = scene(server.url);
    const bus = await NatsBus.connect(options);
    await server.kill();
    await event("disconnected");
    await bus.close();
    await server.startAgain();
    await sleep(500);
    assertEquals(events.items.map(({ kind }) => kind), ["connected", "disconnected"]);
  });

  it("finds a server that has fallen silent, and closes within 1 s or so even then", async () => {
    const { options, event } = scene(server.url);
    const bus = await NatsBus.connect(options);
    server.suspend();
    await event("disconnected");
    assertFalse(bus.connected);
    server.resume();
    await event("reconnected");
    server.suspend();
    assert(bus.publish("silent.x", bytes("x")));
    const beforeMs = clock.now();
    await bus.close();
    assert(clock.now() - beforeMs < 10_000);
    server.resume();
  });

  it("goes on with a durable consumer after the server has died", async () => {
    const { options, event } = scene(server.url);
    const admin = await connectAdmin(options);
    await ensureStreams(admin, [CONTRACT_STREAM]);
    await admin.close();
    const bus = await NatsBus.connect(options);
    const got = new Received<string>();
    await bus.consume({ stream: CONTRACT_STREAM.name, durable: "auditor" }, (message) => {
      got.add(new TextDecoder().decode(message.data));
      message.ack();
    });
    assert((await bus.publishDurable("contract.durable.x", bytes("before"))).ok);
    await got.atLeast(1);
    await bus.flush();
    await server.kill();
    await server.startAgain();
    await event("reconnected");
    while (!(await bus.publishDurable("contract.durable.x", bytes("after"))).ok) await sleep(20);
    assertEquals((await got.atLeast(2)).slice(0, 2), ["before", "after"]);
    await bus.close();
  });
});
