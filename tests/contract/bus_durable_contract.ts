import { assertEquals, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { type BusMessage, type DurableMessage, MAX_PAYLOAD_BYTES } from "shared/bus/bus.ts";
import {
  AUDITOR,
  bytes,
  handedOver,
  type OpenBus,
  type OpenBusFn,
  textOf,
  textsOf,
  WORKER,
} from "./bus_rig.ts";
import { Received } from "./received.ts";

const FRESH = { ok: true, duplicate: false } as const;
const DUPLICATE = { ok: true, duplicate: true } as const;

/** A handler that keeps and acknowledges everything. */
const acking = (got: Received<DurableMessage>) => (message: DurableMessage) => {
  message.ack();
  got.add(message);
};

export function durableContract(name: string, open: OpenBusFn): void {
  describe(`${name}.publishDurable()`, () => {
    let rig: OpenBus;
    beforeEach(async () => void (rig = await open()));
    afterEach(() => rig.close());
    publishRules(() => rig);
  });

  describe(`${name}.consume()`, () => {
    let rig: OpenBus;
    beforeEach(async () => void (rig = await open()));
    afterEach(() => rig.close());
    consumeRules(() => rig);
    sharingRules(() => rig);
  });
}

function publishRules(rig: () => OpenBus): void {
  it("says that no stream takes the subject", async () => {
    assertEquals(await rig().bus.publishDurable("contract.fleeting", bytes("x")), {
      ok: false,
      reason: "no_stream",
    });
  });

  it("takes a message id once, and only ids are compared", async () => {
    const { bus, second } = rig();
    const send = (from: typeof bus, text: string, messageId?: string) =>
      from.publishDurable("contract.durable.x", bytes(text), messageId ? { messageId } : {});
    assertEquals(await send(bus, "a", "1"), FRESH);
    assertEquals(await send(second, "a again", "1"), DUPLICATE);
    assertEquals(await send(bus, "a", "2"), FRESH);
    assertEquals(await send(bus, "b"), FRESH);
    assertEquals(await send(bus, "b"), FRESH);
    const got = new Received<DurableMessage>();
    await bus.consume(WORKER, acking(got));
    assertEquals(textsOf(await got.atLeast(4)), ["a", "a", "b", "b"]);
  });

  it("reaches plain subscribers as well", async () => {
    const { bus, second } = rig();
    const got = new Received<BusMessage>();
    second.subscribe("contract.durable.*", got.add);
    await second.flush();
    await bus.publishDurable("contract.durable.x", bytes("both"));
    assertEquals(textsOf(await got.atLeast(1)), ["both"]);
  });

  it("rejects a malformed subject, and a payload above 64 KiB", async () => {
    const { bus } = rig();
    await assertRejects(() => bus.publishDurable("contract.durable.>", bytes("x")), TypeError);
    const tooLarge = new Uint8Array(MAX_PAYLOAD_BYTES + 1);
    await assertRejects(() => bus.publishDurable("contract.durable.x", tooLarge), TypeError);
  });
}

function consumeRules(rig: () => OpenBus): void {
  it("delivers what was published before it joined, durably or not, in order", async () => {
    const { bus, second } = rig();
    await bus.publishDurable("contract.durable.a", bytes("1"), { headers: { "Kav-Trace": "t" } });
    bus.publish("contract.durable.b.c", bytes("2"));
    await bus.flush();
    await bus.publishDurable("contract.durable.a", bytes("3"));
    const got = new Received<DurableMessage>();
    await second.consume(WORKER, acking(got));
    bus.publish("contract.durable.a", bytes("4"));
    const messages = await got.atLeast(4);
    assertEquals(textsOf(messages), ["1", "2", "3", "4"]);
    assertEquals(messages.map((message) => message.deliveries), [1, 1, 1, 1]);
    assertEquals(messages[0]!.headers["Kav-Trace"], "t");
    assertEquals(messages[1]!.subject, "contract.durable.b.c");
  });

  it("lets a consumer go on where it left", async () => {
    const { bus, second } = rig();
    const [before, after] = [new Received<DurableMessage>(), new Received<DurableMessage>()];
    const first = await bus.consume(WORKER, acking(before));
    bus.publish("contract.durable.x", bytes("1"));
    await before.atLeast(1);
    await handedOver(rig());
    first.unsubscribe();
    await bus.publishDurable("contract.durable.x", bytes("2"));
    await second.consume(WORKER, acking(after));
    assertEquals(textsOf(await after.atLeast(1)), ["2"]);
    assertEquals(textsOf(before.items), ["1"]);
  });

  it("gives every durable consumer all messages", async () => {
    const { bus, second } = rig();
    const [worker, auditor] = [new Received<DurableMessage>(), new Received<DurableMessage>()];
    await bus.consume(WORKER, acking(worker));
    await second.consume(AUDITOR, acking(auditor));
    for (const text of ["1", "2", "3"]) bus.publish("contract.durable.x", bytes(text));
    assertEquals(textsOf(await worker.atLeast(3)), ["1", "2", "3"]);
    assertEquals(textsOf(await auditor.atLeast(3)), ["1", "2", "3"]);
  });

  it("rejects a stream or consumer that is not declared", async () => {
    const { bus } = rig();
    await assertRejects(() => bus.consume({ ...WORKER, stream: "NONE" }, () => {}), Error);
    await assertRejects(() => bus.consume({ ...WORKER, durable: "none" }, () => {}), Error);
  });
}

function sharingRules(rig: () => OpenBus): void {
  it("shares the work: an instance gets its next message when its handler has ended", async () => {
    const { bus, second } = rig();
    const begun = new Received<{ instance: string; text: string; end: () => void }>();
    const slow = (instance: string) => (message: DurableMessage) =>
      new Promise<void>((resolve) => {
        message.ack();
        begun.add({ instance, text: textOf(message), end: resolve });
      });
    await bus.consume(WORKER, slow("a"));
    await second.consume(WORKER, slow("b"));
    for (const text of ["1", "2", "3"]) bus.publish("contract.durable.x", bytes(text));
    const [one, two] = await begun.atLeast(2);
    assertEquals(new Set([one!.instance, two!.instance]), new Set(["a", "b"]));
    await handedOver(rig());
    assertEquals(begun.items.length, 2);
    two!.end();
    const [, , three] = await begun.atLeast(3);
    assertEquals(three!.instance, two!.instance);
    assertEquals(begun.items.map((each) => each.text).sort(), ["1", "2", "3"]);
    one!.end();
    three!.end();
  });

  it("gives an instance that has left nothing more", async () => {
    const { bus, second } = rig();
    const [gone, stays] = [new Received<DurableMessage>(), new Received<DurableMessage>()];
    const leaving = await bus.consume(WORKER, acking(gone));
    await second.consume(WORKER, acking(stays));
    leaving.unsubscribe();
    for (let i = 0; i < 10; i++) bus.publish("contract.durable.x", bytes(`${i}`));
    await stays.atLeast(10);
    assertEquals(gone.items.length, 0);
  });
}
