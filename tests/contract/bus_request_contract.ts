import { assert, assertEquals, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { type BusMessage, MAX_PAYLOAD_BYTES, type RequestResult } from "shared/bus/bus.ts";
import { bytes, handedOver, type OpenBus, type OpenBusFn, textOf, textsOf } from "./bus_rig.ts";
import { Received } from "./received.ts";

const LONG = { timeoutMs: 20_000 };
const answerOf = (result: RequestResult) =>
  result.ok ? new TextDecoder().decode(result.data) : result.reason;

export function requestContract(name: string, open: OpenBusFn): void {
  describe(`${name}.request()`, () => {
    let rig: OpenBus;
    beforeEach(async () => void (rig = await open()));
    afterEach(() => rig.close());

    answerRules(() => rig);
    failureRules(() => rig);
    responderRules(() => rig);
  });
}

function answerRules(rig: () => OpenBus): void {
  it("resolves with the answer, and carries its own bytes and headers", async () => {
    const { bus, second } = rig();
    second.subscribe("contract.echo", (message) => {
      message.respond(bytes(`${textOf(message)} ${message.headers["Kav-Trace"]}`));
    });
    await second.flush();
    const result = await bus.request("contract.echo", bytes("hello"), {
      ...LONG,
      headers: { "Kav-Trace": "t1" },
    });
    assertEquals(answerOf(result), "hello t1");
  });

  it("keeps many requests at a time apart", async () => {
    const { bus, second } = rig();
    const held: BusMessage[] = [];
    second.subscribe("contract.many", (message) => {
      held.push(message);
      if (held.length === 50) { for (const each of held.reverse()) each.respond(each.data); }
    });
    await second.flush();
    const texts = Array.from({ length: 50 }, (_, i) => `${i}`);
    const results = await Promise.all(
      texts.map((text) => bus.request("contract.many", bytes(text), LONG)),
    );
    assertEquals(results.map(answerOf), texts);
  });

  it("takes the first answer when several come", async () => {
    const { bus, second } = rig();
    second.subscribe("contract.two", (message) => {
      message.respond(bytes("first"));
      message.respond(bytes("second"));
    });
    await second.flush();
    assertEquals(answerOf(await bus.request("contract.two", bytes("?"), LONG)), "first");
    await handedOver(rig());
  });

  it("asks one member of a queue group", async () => {
    const { bus, second } = rig();
    const asked = new Received<BusMessage>();
    const answer = (message: BusMessage) => {
      asked.add(message);
      message.respond(bytes("mine"));
    };
    bus.subscribe("contract.offer", answer, { queue: "workers" });
    second.subscribe("contract.offer", answer, { queue: "workers" });
    await handedOver(rig());
    assertEquals(answerOf(await bus.request("contract.offer", bytes("?"), LONG)), "mine");
    await handedOver(rig());
    assertEquals(asked.items.length, 1);
  });
}

function failureRules(rig: () => OpenBus): void {
  it("fails at once with no_responders when nobody has subscribed", async () => {
    const before = performance.now();
    const result = await rig().bus.request("contract.nobody", bytes("?"), { timeoutMs: 60_000 });
    assertEquals(result, { ok: false, reason: "no_responders" });
    assert(performance.now() - before < 20_000);
  });

  it("fails with no_responders when the only subscriber has left", async () => {
    const { bus, second } = rig();
    const subscription = second.subscribe("contract.left", (message) => {
      message.respond(bytes("still here"));
    });
    subscription.unsubscribe();
    await second.flush();
    assertEquals(answerOf(await bus.request("contract.left", bytes("?"), LONG)), "no_responders");
  });

  it("fails with timeout, not before its time, when nobody answers", async () => {
    const { bus, second } = rig();
    const asked = new Received<BusMessage>();
    second.subscribe("contract.silent", asked.add);
    await second.flush();
    const before = performance.now();
    const result = await bus.request("contract.silent", bytes("?"), { timeoutMs: 60 });
    assertEquals(result, { ok: false, reason: "timeout" });
    assert(performance.now() - before >= 59);
    assertEquals(asked.items.length, 1);
  });

  it("is not harmed by an answer that comes too late", async () => {
    const { bus, second } = rig();
    const asked = new Received<BusMessage>();
    second.subscribe("contract.slow", asked.add);
    await second.flush();
    const late = await bus.request("contract.slow", bytes("1"), { timeoutMs: 30 });
    const next = bus.request("contract.slow", bytes("2"), LONG);
    const [first, again] = await asked.atLeast(2);
    first!.respond(bytes("to the first"));
    again!.respond(bytes("to the second"));
    assertEquals([answerOf(late), answerOf(await next)], ["timeout", "to the second"]);
  });

  it("rejects a malformed subject, and a payload above 64 KiB", async () => {
    const { bus } = rig();
    await assertRejects(() => bus.request("contract.*", bytes("?"), LONG), TypeError);
    const tooLarge = new Uint8Array(MAX_PAYLOAD_BYTES + 1);
    await assertRejects(() => bus.request("contract.large", tooLarge, LONG), TypeError);
  });
}

function responderRules(rig: () => OpenBus): void {
  it("answers a taker that subscribes before it replies: it misses nothing sent after", async () => {
    const { bus, second } = rig();
    const got = new Received<BusMessage>();
    second.subscribe("contract.take", (offer) => {
      second.subscribe("contract.taken.*", got.add);
      offer.respond(bytes("taken"));
    });
    await second.flush();
    await bus.request("contract.take", bytes("?"), LONG);
    bus.publish("contract.taken.audio", bytes("1"));
    bus.publish("contract.taken.event", bytes("2"));
    assertEquals(textsOf(await got.atLeast(2)), ["1", "2"]);
  });

  it("lets the responder answer later, with bytes it may use again", async () => {
    const { bus, second } = rig();
    const asked = new Received<BusMessage>();
    second.subscribe("contract.later", asked.add);
    await second.flush();
    const reply = bus.request("contract.later", bytes("?"), LONG);
    const [message] = await asked.atLeast(1);
    const buffer = bytes("right");
    assert(message!.respond(buffer));
    buffer.set(bytes("wrong"));
    assertEquals(answerOf(await reply), "right");
  });
}
