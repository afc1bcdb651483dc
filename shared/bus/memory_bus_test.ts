import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { MemoryBus } from "./memory_bus.ts";
import type { StreamSpec } from "./stream_spec.ts";

const DATA = Uint8Array.of(1);
const WORK: StreamSpec = {
  name: "WORK",
  subjects: ["work.*"],
  maxMessages: 3,
  consumers: [{ durable: "w", ackWaitMs: 5_000 }],
};

const WORKER = { stream: "WORK", durable: "w" };

function open(streams: readonly StreamSpec[] = []) {
  const clock = new FakeClock();
  const errors: unknown[] = [];
  const bus = new MemoryBus({ clock, streams, onError: (error) => void errors.push(error) });
  return { clock, bus, errors };
}

describe("MemoryBus", () => {
  it("keeps one order over all subjects and publishers", async () => {
    const { bus } = open();
    const seen: string[] = [];
    for (const subject of ["a", "b"]) {
      bus.subscribe(subject, (message) => {
        seen.push(`${subject}${message.data[0]}`);
        if (subject === "a") bus.publish("c", message.data);
      });
    }
    bus.subscribe("c", (message) => void seen.push(`c${message.data[0]}`));
    for (const i of [1, 2]) {
      bus.publish("b", Uint8Array.of(i));
      bus.publish("a", Uint8Array.of(i));
    }
    await bus.flush();
    assertEquals(seen, ["b1", "a1", "b2", "a2", "c1", "c2"]);
  });

  it("hands a burst of 64,000 messages over, in several goes, before flush() resolves", async () => {
    const { bus } = open();
    let got = 0;
    bus.subscribe("burst", () => void got++);
    for (let i = 0; i < 64_000; i++) bus.publish("burst", DATA);
    await bus.flush();
    assertEquals(got, 64_000);
  });

  it("makes a handler's failure an uncaught one when nobody else is told", async () => {
    const uncaught = new Promise((resolve) => {
      addEventListener("error", (event) => {
        event.preventDefault();
        resolve(event.error);
      }, { once: true });
    });
    const bus = new MemoryBus({ clock: new FakeClock() });
    const failure = new Error("a handler's own");
    bus.subscribe("a", () => {
      throw failure;
    });
    bus.publish("a", DATA);
    assertStrictEquals(await uncaught, failure);
  });

  it("refuses headers that no wire could carry", () => {
    const { bus } = open();
    for (const headers of [{ "a b": "x" }, { "": "x" }, { a: "x\r\ny" }, { "a:": "x" }]) {
      assertThrows(() => bus.publish("a", DATA, { headers }), TypeError, "a header is");
    }
  });

  it("refuses streams that share a name or a subject", () => {
    const other = { ...WORK, name: "OTHER", subjects: ["*.now"] };
    const same = { ...WORK, subjects: ["elsewhere"] };
    for (const clash of [other, same]) {
      assertThrows(() => open([WORK, clash]), TypeError, "Cannot declare streams");
    }
  });
});

describe("MemoryBus.request()", () => {
  it("times out by its clock and then leaves no timer behind", async () => {
    const { clock, bus } = open();
    bus.subscribe("silent", () => {});
    bus.subscribe("echo", (message) => void message.respond(message.data));
    const silent = bus.request("silent", DATA, { timeoutMs: 400 });
    assertEquals((await bus.request("echo", DATA, { timeoutMs: 400 })).ok, true);
    assertEquals(clock.sleeping, 1);
    let ended = false;
    silent.then(() => ended = true);
    await clock.advance(399);
    assertEquals(ended, false);
    await clock.advance(1);
    assertEquals(await silent, { ok: false, reason: "timeout" });
    assertEquals(clock.sleeping, 0);
  });

  it("finds no responder when the only one leaves before its turn comes", async () => {
    const { bus } = open();
    const subscription = bus.subscribe("echo", (message) => void message.respond(DATA));
    const reply = bus.request("echo", DATA, { timeoutMs: 400 });
    subscription.unsubscribe();
    assertEquals(await reply, { ok: false, reason: "no_responders" });
  });

  it("lets respond() return false once the request has ended", async () => {
    const { bus } = open();
    const answers: boolean[] = [];
    bus.subscribe("echo", async (message) => {
      message.respond(DATA);
      await settle();
      answers.push(message.respond(DATA));
    });
    await bus.request("echo", DATA, { timeoutMs: 400 });
    await settle();
    assertEquals(answers, [false]);
  });
});

describe("MemoryBus.consume()", () => {
  it("waits for the acknowledgement by its clock, and leaves no timer behind", async () => {
    const { clock, bus } = open([WORK]);
    const deliveries: number[] = [];
    await bus.consume(WORKER, (message) => {
      deliveries.push(message.deliveries);
      if (message.deliveries === 2) message.ack();
    });
    bus.publish("work.a", DATA);
    await clock.advance(4_999);
    assertEquals(deliveries, [1]);
    await clock.advance(1);
    assertEquals(deliveries, [1, 2]);
    assertEquals(clock.sleeping, 0);
  });

  it("never delivers what the stream has evicted", async () => {
    const { clock, bus } = open([WORK]);
    const seen: (number | undefined)[] = [];
    await bus.consume(
      WORKER,
      (message) => void seen.push(message.data[0]),
    );
    bus.publish("work.a", Uint8Array.of(1));
    await settle();
    for (const i of [2, 3, 4]) bus.publish("work.a", Uint8Array.of(i));
    await clock.advance(5_000);
    assertEquals(seen, [1, 2, 3, 4, 2, 3, 4]);
    await bus.close();
    assertEquals(clock.sleeping, 0);
  });

  it("takes only the first of ack(), nak() and working() after nak()", async () => {
    const { clock, bus } = open([WORK]);
    const deliveries: number[] = [];
    await bus.consume(WORKER, (message) => {
      deliveries.push(message.deliveries);
      if (message.deliveries > 1) return message.ack();
      message.nak(1_000);
      message.nak();
      message.working();
    });
    bus.publish("work.a", DATA);
    await clock.advance(999);
    assertEquals(deliveries, [1]);
    await clock.advance(1);
    assertEquals(deliveries, [1, 2]);
    assertEquals(clock.sleeping, 0);
  });

  it("lets its instances take turns", async () => {
    const { bus } = open([WORK]);
    const seen: string[] = [];
    for (const instance of ["a", "b"]) {
      await bus.consume(WORKER, (message) => {
        seen.push(instance);
        message.ack();
      });
    }
    for (let i = 0; i < 3; i++) bus.publish("work.a", DATA);
    await settle();
    assertEquals(seen, ["a", "b", "a"]);
  });

  it("has 1,000 messages unacknowledged at most, those the stream has lost not counted", async () => {
    const { clock, bus } = open([WORK]);
    let delivered = 0;
    await bus.consume(WORKER, () => void delivered++);
    for (let i = 0; i < 1_100; i++) {
      bus.publish("work.a", DATA);
      await bus.flush();
      await bus.flush();
    }
    assertEquals(delivered, 1_000);
    await clock.advance(5_000);
    assertEquals(delivered, 1_003);
    await bus.close();
  });
});
