import { assert, assertEquals, assertFalse } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { FakeClock, settle } from "./fake_clock.ts";
import { LossyBus } from "./lossy_bus.ts";

const byte = (value: number) => Uint8Array.of(value);

describe("LossyBus", () => {
  let clock: FakeClock;
  let inner: MemoryBus;
  let bus: LossyBus;
  let got: (number | undefined)[];
  beforeEach(() => {
    clock = new FakeClock();
    inner = new MemoryBus({ clock });
    bus = new LossyBus(inner, clock);
    got = [];
    inner.subscribe("a.>", (message) => void got.push(message.data[0]));
    inner.subscribe("echo", (message) => void message.respond(message.data));
  });

  it("loses what drop names, and says it was sent", async () => {
    bus.drop = (subject, data) => subject === "a.audio" && data[0] === 2;
    for (const value of [1, 2, 3]) assert(bus.publish("a.audio", byte(value)));
    assert(bus.publish("a.event", byte(2)));
    await settle();
    assertEquals(got, [1, 3, 2]);
    assertEquals(bus.dropped, 1);
  });

  it("lets a lost request time out", async () => {
    bus.drop = () => true;
    const reply = bus.request("echo", byte(1), { timeoutMs: 200 });
    await clock.advance(200);
    assertEquals(await reply, { ok: false, reason: "timeout" });
    bus.heal();
    assert((await bus.request("echo", byte(1), { timeoutMs: 200 })).ok);
  });

  it("loses the answers given through it", async () => {
    bus.subscribe("ask", (message) => void message.respond(message.data));
    bus.dropReply = (subject) => subject === "ask";
    const reply = inner.request("ask", byte(1), { timeoutMs: 200 });
    await clock.advance(200);
    assertEquals(await reply, { ok: false, reason: "timeout" });
    assertEquals(bus.dropped, 1);
  });

  it("delays without changing the order, also when the delay ends", async () => {
    bus.delayMs = 50;
    const buffer = byte(1);
    bus.publish("a.x", buffer);
    buffer[0] = 9;
    bus.delayMs = 0;
    bus.publish("a.x", byte(2));
    await clock.advance(49);
    assertEquals(got, []);
    await clock.advance(1);
    bus.publish("a.x", byte(3));
    await settle();
    assertEquals(got, [1, 2, 3]);
  });

  it("delays a request within its own time", async () => {
    bus.delayMs = 50;
    const inTime = bus.request("echo", byte(1), { timeoutMs: 60 });
    await clock.advance(50);
    assert((await inTime).ok);
    const tooLate = bus.request("echo", byte(1), { timeoutMs: 30 });
    await clock.advance(30);
    assertEquals(await tooLate, { ok: false, reason: "timeout" });
  });

  it("sends and receives nothing while disconnected, and again afterwards", async () => {
    const here: (number | undefined)[] = [];
    bus.subscribe("a.>", (message) => void here.push(message.data[0]));
    bus.setConnected(false);
    assertFalse(bus.connected);
    assertFalse(bus.publish("a.x", byte(1)));
    const disconnected = { ok: false, reason: "disconnected" } as const;
    assertEquals(await bus.request("echo", byte(1), { timeoutMs: 200 }), disconnected);
    assertEquals(await bus.publishDurable("a.x", byte(1)), disconnected);
    inner.publish("a.x", byte(2));
    await settle();
    bus.setConnected(true);
    assert(bus.publish("a.x", byte(3)));
    await settle();
    assertEquals(here, [3]);
    assertEquals(got, [2, 3]);
  });
});
