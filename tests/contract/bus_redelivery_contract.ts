import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import type { DurableMessage } from "shared/bus/bus.ts";
import {
  ACK_WAIT_MS,
  bytes,
  handedOver,
  MAX_DELIVER,
  type OpenBus,
  type OpenBusFn,
  textOf,
  WORKER,
} from "./bus_rig.ts";
import { Received } from "./received.ts";

/** Clocks of server and client may differ by so much. */
const EARLY_MS = 20;

/** Every delivery as `text/deliveries`, so that tests can wait for one of them. */
class Deliveries {
  readonly #got = new Received<{ tag: string; message: DurableMessage; atMs: number }>();

  add(message: DurableMessage): void {
    const tag = `${textOf(message)}/${message.deliveries}`;
    this.#got.add({ tag, message, atMs: performance.now() });
  }

  get tags(): string[] {
    return this.#got.items.map((each) => each.tag);
  }

  async next(tag: string): Promise<{ message: DurableMessage; atMs: number }> {
    await this.#got.where(() => this.tags.includes(tag), `delivery ${tag}`);
    return this.#got.items.find((each) => each.tag === tag)!;
  }
}

export function redeliveryContract(name: string, open: OpenBusFn): void {
  describe(`${name}.consume() redelivery`, () => {
    let rig: OpenBus;
    let deliveries: Deliveries;
    const send = (text: string) => rig.bus.publishDurable("contract.durable.x", bytes(text));
    beforeEach(async () => {
      rig = await open();
      deliveries = new Deliveries();
    });
    afterEach(() => rig.close());

    it("delivers again what is not acknowledged in time, and never what is", async () => {
      await rig.second.consume(WORKER, (message) => deliveries.add(message));
      await send("done");
      await send("open");
      (await deliveries.next("done/1")).message.ack();
      const first = await deliveries.next("open/1");
      const again = await deliveries.next("open/2");
      assert(again.atMs - first.atMs >= ACK_WAIT_MS - EARLY_MS);
      assertEquals(deliveries.tags, ["done/1", "open/1", "open/2"]);
      again.message.ack();
    });

    it("delivers again after nak(), at the earliest after its delay", async () => {
      await rig.second.consume(WORKER, (message) => deliveries.add(message));
      await send("now");
      await send("later");
      (await deliveries.next("now/1")).message.nak();
      const first = await deliveries.next("later/1");
      const beforeMs = performance.now();
      first.message.nak(150);
      const later = await deliveries.next("later/2");
      assert(later.atMs - beforeMs >= 150 - EARLY_MS);
      (await deliveries.next("now/2")).message.ack();
      later.message.ack();
    });

    it("gives up a message after the consumer's last delivery", async () => {
      await rig.second.consume(WORKER, (message) => {
        deliveries.add(message);
        if (textOf(message) === "bad") message.nak();
        else message.ack();
      });
      await send("bad");
      await deliveries.next(`bad/${MAX_DELIVER}`);
      await handedOver(rig);
      await send("good");
      await deliveries.next("good/1");
      assertEquals(deliveries.tags, ["bad/1", "bad/2", "bad/3", "good/1"]);
    });

    deadlineRules(() => ({ rig, deliveries, send }));
  });
}

interface Scene {
  readonly rig: OpenBus;
  readonly deliveries: Deliveries;
  send(text: string): Promise<unknown>;
}

function deadlineRules(scene: () => Scene): void {
  it("starts the deadline anew on working()", async () => {
    const { rig, deliveries, send } = scene();
    await rig.second.consume(WORKER, (message) => {
      deliveries.add(message);
      if (textOf(message) === "half-time" && message.deliveries === 1) message.nak(ACK_WAIT_MS / 2);
    });
    for (const text of ["half-time", "slow", "forgotten"]) await send(text);
    const slow = await deliveries.next("slow/1");
    await deliveries.next("forgotten/1");
    (await deliveries.next("half-time/2")).message.ack();
    slow.message.working();
    await deliveries.next("forgotten/2");
    assert(!deliveries.tags.includes("slow/2"));
    await deliveries.next("slow/2");
  });

  it("leaves a message whose handler fails unacknowledged, and reports the failure", async () => {
    const { rig, deliveries, send } = scene();
    const failLater = async (message: DurableMessage) => {
      await Promise.resolve();
      if (message.deliveries === 1) throw new Error("later");
      message.ack();
    };
    await rig.second.consume(WORKER, (message) => {
      deliveries.add(message);
      if (textOf(message) === "async") return failLater(message);
      if (message.deliveries === 1) throw new Error("at once");
      message.ack();
    });
    await send("sync");
    await send("async");
    await deliveries.next("sync/2");
    await deliveries.next("async/2");
    const messages = rig.errors.map((error) => (error as Error).message);
    assertEquals(messages.sort(), ["at once", "later"]);
  });
}
