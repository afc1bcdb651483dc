import { assert, assertEquals, assertFalse } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { BusMessage } from "shared/bus/bus.ts";
import { bytes, handedOver, type OpenBus, type OpenBusFn, textsOf } from "./bus_rig.ts";
import { Received } from "./received.ts";

export function handlerContract(name: string, open: OpenBusFn): void {
  describe(`${name}.subscribe()`, () => {
    let rig: OpenBus;
    beforeEach(async () => void (rig = await open()));
    afterEach(() => rig.close());

    isolationRules(() => rig);
    unsubscribeRules(() => rig);

    it("hands everything published over before flush() resolves", async () => {
      const got = new Received<BusMessage>();
      rig.bus.subscribe("contract.flush", got.add);
      for (let i = 0; i < 300; i++) rig.bus.publish("contract.flush", bytes(`${i}`));
      await rig.bus.flush();
      assertEquals(got.items.length, 300);
    });

    it("lets respond() return false for a message that is no request", async () => {
      const answers = new Received<boolean>();
      rig.bus.subscribe("contract.plain", (message) => answers.add(message.respond(bytes("?"))));
      rig.bus.publish("contract.plain", bytes("x"));
      assertEquals(await answers.atLeast(1), [false]);
    });
  });
}

function isolationRules(rig: () => OpenBus): void {
  it("never runs a handler inside publish() or request()", async () => {
    const { bus } = rig();
    const during = new Received<boolean>();
    let inside = false;
    bus.subscribe("contract.inside", (message) => {
      during.add(inside);
      if (during.items.length < 3) {
        inside = true;
        bus.publish("contract.inside", bytes("again"));
        inside = false;
      }
      message.respond(bytes("done"));
    });
    inside = true;
    bus.publish("contract.inside", bytes("x"));
    const reply = bus.request("contract.inside", bytes("x"), { timeoutMs: 20_000 });
    inside = false;
    await reply;
    assertEquals(await during.atLeast(4), [false, false, false, false]);
  });

  it("gives every subscriber bytes of its own", async () => {
    const { bus, second } = rig();
    const got = new Received<string>();
    const scribble = (message: BusMessage) => {
      got.add(new TextDecoder().decode(message.data));
      message.data.fill(0);
    };
    for (let i = 0; i < 3; i++) bus.subscribe("contract.own", scribble);
    second.subscribe("contract.own", scribble, { queue: "q" });
    await handedOver(rig());
    bus.publish("contract.own", bytes("clean"));
    assertEquals(await got.atLeast(4), ["clean", "clean", "clean", "clean"]);
  });

  it("goes on when a handler throws, and the adapter reports it", async () => {
    const { bus, errors } = rig();
    const got = new Received<BusMessage>();
    const failure = new Error("a handler's own");
    const fail = () => {
      throw failure;
    };
    bus.subscribe("contract.throws", fail);
    bus.subscribe("contract.throws", got.add);
    bus.subscribe("contract.*", fail);
    bus.publish("contract.throws", bytes("1"));
    bus.publish("contract.throws", bytes("2"));
    assertEquals(textsOf(await got.atLeast(2)), ["1", "2"]);
    await handedOver(rig());
    assertEquals(errors.length, 4);
    assert(errors.every((error) => error === failure));
  });
}

function unsubscribeRules(rig: () => OpenBus): void {
  it("begins no handler call after unsubscribe(), not even for what was published before", async () => {
    const { bus } = rig();
    const [gone, stays] = [new Received<BusMessage>(), new Received<BusMessage>()];
    const subscription = bus.subscribe("contract.leave", gone.add);
    bus.subscribe("contract.leave", stays.add);
    bus.publish("contract.leave", bytes("1"));
    subscription.unsubscribe();
    bus.publish("contract.leave", bytes("2"));
    assertEquals(textsOf(await stays.atLeast(2)), ["1", "2"]);
    assertEquals(gone.items.length, 0);
  });

  it("can be ended by its own handler, and twice", async () => {
    const { bus } = rig();
    const [once, all] = [new Received<BusMessage>(), new Received<BusMessage>()];
    const subscription = bus.subscribe("contract.once", (message) => {
      once.add(message);
      subscription.unsubscribe();
      subscription.unsubscribe();
    });
    bus.subscribe("contract.once", all.add);
    for (let i = 0; i < 5; i++) bus.publish("contract.once", bytes(`${i}`));
    await all.atLeast(5);
    assertEquals(textsOf(once.items), ["0"]);
  });

  it("keeps two subscriptions of one handler apart", async () => {
    const { bus } = rig();
    const got = new Received<BusMessage>();
    const one = bus.subscribe("contract.twice", got.add);
    bus.subscribe("contract.twice", got.add);
    bus.publish("contract.twice", bytes("a"));
    await got.atLeast(2);
    one.unsubscribe();
    bus.publish("contract.twice", bytes("b"));
    await bus.flush();
    assertEquals(textsOf(got.items), ["a", "a", "b"]);
  });
}

export function closeContract(name: string, open: OpenBusFn): void {
  describe(`${name}.close()`, () => {
    let rig: OpenBus;
    beforeEach(async () => void (rig = await open()));
    afterEach(() => rig.close());

    it("leaves the bus disconnected: nothing is sent any more", async () => {
      const { bus } = rig;
      assert(bus.connected);
      await bus.close();
      assertFalse(bus.connected);
      assertFalse(bus.publish("contract.closed", bytes("x")));
      const disconnected = { ok: false, reason: "disconnected" } as const;
      const timeoutMs = 20_000;
      assertEquals(
        await bus.request("contract.closed", bytes("x"), { timeoutMs }),
        disconnected,
      );
      assertEquals(await bus.publishDurable("contract.durable.x", bytes("x")), disconnected);
    });

    it("ends all subscriptions, and may be called twice", async () => {
      const { bus } = rig;
      const got = new Received<BusMessage>();
      bus.subscribe("contract.closing", got.add);
      bus.publish("contract.closing", bytes("1"));
      await got.atLeast(1);
      await bus.close();
      const late = bus.subscribe("contract.closing", got.add);
      bus.publish("contract.closing", bytes("2"));
      late.unsubscribe();
      await bus.close();
      assertEquals(textsOf(got.items), ["1"]);
    });

    it("answers the requests that wait with disconnected", async () => {
      const { bus, second } = rig;
      const asked = new Received<BusMessage>();
      second.subscribe("contract.hanging", asked.add);
      await second.flush();
      const reply = bus.request("contract.hanging", bytes("x"), { timeoutMs: 20_000 });
      await asked.atLeast(1);
      await bus.close();
      assertEquals(await reply, { ok: false, reason: "disconnected" });
    });
  });
}
