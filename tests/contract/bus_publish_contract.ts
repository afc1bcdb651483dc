import { assert, assertEquals, assertThrows } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { type BusMessage, MAX_PAYLOAD_BYTES } from "shared/bus/bus.ts";
import { bytes, handedOver, type OpenBus, type OpenBusFn, textsOf } from "./bus_rig.ts";
import { Received } from "./received.ts";

const NOT_SUBJECTS = ["", ".", "a.", ".a", "a..b", "a b", "a.*", "a.>", ">", "a\tb", "a\r\nb"];
const NOT_PATTERNS = ["", "a.", ".a", "a..b", "a b", "a.>.b", "a*", "a.b>", "a\r\nb"];

const MATCHES: readonly [pattern: string, subject: string, matches: boolean][] = [
  ["kav.call.CA1.ack", "kav.call.CA1.ack", true],
  ["kav.call.CA1.ack", "kav.call.CA2.ack", false],
  ["kav.call.CA1.ack", "kav.call.CA1.ack.more", false],
  ["kav.call.CA1", "kav.call.CA1.ack", false],
  ["kav.call.*.ack", "kav.call.CA1.ack", true],
  ["kav.call.*.ack", "kav.call.CA1.tx.ack", false],
  ["kav.call.*", "kav.call", false],
  ["*.call.*", "kav.call.CA1", true],
  ["kav.>", "kav.call.CA1.tx.audio", true],
  ["kav.>", "kav", false],
  ["kav.*.>", "kav.call", false],
  ["kav.*.>", "kav.call.CA1", true],
  ["kav.call.CA1.tx.*", "kav.call.CA1.tx.audio", true],
  ["kav.call.CA1.tx.*", "kav.call.CA1.rx.audio", false],
  ["Kav.case", "kav.case", false],
];

export function publishContract(name: string, open: OpenBusFn): void {
  describe(`${name}.publish()`, () => {
    let rig: OpenBus;
    beforeEach(async () => void (rig = await open()));
    afterEach(() => rig.close());

    subjectRules(() => rig);
    payloadRules(() => rig);

    it("keeps the order of one publisher over all subjects of a subscription", async () => {
      const got = new Received<BusMessage>();
      rig.second.subscribe("contract.tx.*", got.add);
      await rig.second.flush();
      const sent = Array.from({ length: 500 }, (_, i) => `${i}`);
      sent.forEach((text, i) => {
        rig.bus.publish(i % 3 ? "contract.tx.audio" : "contract.tx.control", bytes(text));
      });
      assertEquals(textsOf(await got.atLeast(sent.length)), sent);
    });

    it("reaches nobody who subscribes afterwards", async () => {
      const got = new Received<BusMessage>();
      rig.bus.publish("contract.late", bytes("before"));
      rig.bus.subscribe("contract.late", got.add);
      rig.bus.publish("contract.late", bytes("after"));
      assertEquals(textsOf(await got.atLeast(1)), ["after"]);
    });

    it("returns true when nobody listens", () => {
      assert(rig.bus.publish("contract.nobody", bytes("x")));
    });
  });
}

function subjectRules(rig: () => OpenBus): void {
  for (const [pattern, subject, matches] of MATCHES) {
    it(`${matches ? "reaches" : "does not reach"} ${pattern} from ${subject}`, async () => {
      const { bus, second } = rig();
      const got = new Received<BusMessage>();
      second.subscribe(pattern, got.add);
      await second.flush();
      bus.publish(subject, bytes("x"));
      await handedOver(rig());
      assertEquals(got.items.map((message) => message.subject), matches ? [subject] : []);
    });
  }

  it("refuses a malformed subject", () => {
    for (const subject of NOT_SUBJECTS) {
      assertThrows(() => rig().bus.publish(subject, bytes("x")), TypeError, "Cannot publish");
    }
  });

  it("refuses to subscribe to a malformed pattern", () => {
    for (const pattern of NOT_PATTERNS) {
      assertThrows(() => rig().bus.subscribe(pattern, () => {}), TypeError, "Cannot subscribe");
    }
  });
}

function payloadRules(rig: () => OpenBus): void {
  it("carries bytes and headers", async () => {
    const { bus, second } = rig();
    const got = new Received<BusMessage>();
    second.subscribe("contract.bytes", got.add);
    await second.flush();
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    bus.publish("contract.bytes", all, { headers: { "Kav-Trace": "a b: c", other: "2" } });
    bus.publish("contract.bytes", new Uint8Array());
    const [first, empty] = await got.atLeast(2);
    assertEquals(new Uint8Array(first!.data), all);
    assertEquals({ ...first!.headers }, { "Kav-Trace": "a b: c", other: "2" });
    assertEquals(empty!.data.length, 0);
    assertEquals({ ...empty!.headers }, {});
  });

  it("takes a payload of 64 KiB and refuses a byte more", async () => {
    const { bus, second } = rig();
    const got = new Received<BusMessage>();
    second.subscribe("contract.large", got.add);
    await second.flush();
    bus.publish("contract.large", new Uint8Array(MAX_PAYLOAD_BYTES).fill(7));
    assertThrows(
      () => bus.publish("contract.large", new Uint8Array(MAX_PAYLOAD_BYTES + 1)),
      TypeError,
      "Cannot publish",
    );
    const [message] = await got.atLeast(1);
    assertEquals(message!.data.length, MAX_PAYLOAD_BYTES);
    assert(message!.data.every((byte) => byte === 7));
  });

  it("has taken the bytes when it returns", async () => {
    const { bus, second } = rig();
    const got = new Received<BusMessage>();
    second.subscribe("contract.reused", got.add);
    await second.flush();
    const buffer = bytes("first");
    bus.publish("contract.reused", buffer);
    buffer.set(bytes("other"));
    bus.publish("contract.reused", buffer);
    assertEquals(textsOf(await got.atLeast(2)), ["first", "other"]);
  });
}

export function queueGroupContract(name: string, open: OpenBusFn): void {
  describe(`${name}.subscribe() with a queue group`, () => {
    let rig: OpenBus;
    beforeEach(async () => void (rig = await open()));
    afterEach(() => rig.close());

    it("gives each message once to every group, and to every other subscriber", async () => {
      const { bus, second } = rig;
      const [a, b, one, all] = [0, 1, 2, 3].map(() => new Received<BusMessage>());
      bus.subscribe("contract.work.*", a!.add, { queue: "workers" });
      second.subscribe("contract.work.now", b!.add, { queue: "workers" });
      second.subscribe("contract.work.now", one!.add, { queue: "alone" });
      second.subscribe("contract.>", all!.add);
      await handedOver(rig);
      const sent = Array.from({ length: 40 }, (_, i) => `${i}`.padStart(2, "0"));
      for (const text of sent) bus.publish("contract.work.now", bytes(text));
      await handedOver(rig);
      assertEquals([...textsOf(a!.items), ...textsOf(b!.items)].sort(), sent);
      assertEquals(textsOf(one!.items), sent);
      assertEquals(textsOf(all!.items), sent);
    });

    it("gives a member that has left nothing more", async () => {
      const { bus, second } = rig;
      const [gone, stays] = [new Received<BusMessage>(), new Received<BusMessage>()];
      const membership = bus.subscribe("contract.offer", gone.add, { queue: "workers" });
      second.subscribe("contract.offer", stays.add, { queue: "workers" });
      membership.unsubscribe();
      await handedOver(rig);
      for (let i = 0; i < 20; i++) second.publish("contract.offer", bytes(`${i}`));
      await stays.atLeast(20);
      assertEquals(gone.items.length, 0);
    });
  });
}
