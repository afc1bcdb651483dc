/** The users of `deploy/nats/nats.conf` at a real nats-server: each may do what it needs, and nothing else. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { jetstream } from "@nats-io/jetstream";
import { initStreams } from "deploy/nats/init.ts";
import { NATS_USERS } from "deploy/nats/users.ts";
import { MAX_PAYLOAD_BYTES } from "shared/bus/bus.ts";
import { CALLS, PROMPTS } from "shared/bus/kav_streams.ts";
import { callSubject, offerQueue, offerSubject } from "shared/bus/subjects.ts";
import { NatsServer } from "shared/testing/nats_server.ts";
import { GuardedNats } from "../nats_users.ts";
import { PUBLISHERS, SUBSCRIBERS } from "../permissions_table.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

describe("nats.conf", () => {
  let guarded: GuardedNats;
  beforeAll(async () => {
    guarded = await GuardedNats.start();
    const { server, passwords } = guarded;
    await initStreams({
      servers: [server.url],
      user: "admin",
      password: passwords.admin,
      print: () => {},
    });
  });
  afterAll(() => guarded[Symbol.asyncDispose]());

  for (const user of NATS_USERS) {
    it(`lets ${user} publish what it needs and nothing else`, async () => {
      await using connection = await guarded.connect(user);
      for (const [subject, users] of PUBLISHERS) {
        const refused = await connection.refusedToPublish(subject);
        assertEquals(refused, !users.includes(user), `${user} publishes to ${subject}`);
      }
    });

    it(`lets ${user} subscribe to what it needs and to nothing else`, async () => {
      await using connection = await guarded.connect(user);
      for (const { subject, queue, users } of SUBSCRIBERS) {
        const refused = await connection.refusedToSubscribe(subject, queue);
        assertEquals(refused, !users.includes(user), `${user} in ${queue} hears ${subject}`);
      }
    });
  }

  it("lets the instances of a role answer offers, and the edge answer controls", async () => {
    await using edge = await guarded.connect("edge");
    for (const role of ["stt", "dialog"] as const) {
      await using worker = await guarded.connect(role);
      for (
        const [subject, queue] of [
          [offerSubject(role), offerQueue(role)],
          [offerSubject(role, "one"), undefined],
        ] as const
      ) {
        worker.nats.subscribe(subject, {
          ...(queue === undefined ? {} : { queue }),
          callback: (_, message) => void message.respond(encoder.encode("mine")),
        });
        await worker.nats.flush();
        const reply = await edge.nats.request(subject, new Uint8Array(), { timeout: 2_000 });
        assertEquals(decoder.decode(reply.data), "mine");
      }
      assertEquals(await worker.refusals(), []);
    }
    edge.nats.subscribe("kav.call.CA1.tx.*", {
      callback: (_, message) => void message.respond(message.data),
    });
    await edge.nats.flush();
    await using dialog = await guarded.connect("dialog");
    const control = encoder.encode("clear");
    const reply = await dialog.nats.request(callSubject("CA1", "tx.control"), control);
    assertEquals(decoder.decode(reply.data), "clear");
    assertEquals([...await edge.refusals(), ...await dialog.refusals()], []);
  });

  it("lets a request be answered once", async () => {
    await using edge = await guarded.connect("edge");
    await using stt = await guarded.connect("stt");
    stt.nats.subscribe(offerSubject("stt"), {
      queue: offerQueue("stt"),
      callback: (_, message) => {
        message.respond(encoder.encode("mine"));
        message.respond(encoder.encode("mine"));
      },
    });
    await stt.nats.flush();
    await edge.nats.request(offerSubject("stt"));
    const refusals = await stt.refusals();
    assertEquals(refusals.length, 1);
    assert(/Publish to "_INBOX_edge\./.test(refusals[0]!), refusals[0]);
  });

  for (const user of ["site", "dialog", "greetings"] as const) {
    it(`lets ${user} announce a changed prompt and know that the stream has it`, async () => {
      await using announcer = await guarded.connect(user);
      const change = encoder.encode("{}");
      const ack = await jetstream(announcer.nats).publish("kav.prompt.changed.demo", change);
      assertEquals(ack.stream, PROMPTS.stream);
      assertEquals(await announcer.refusals(), []);
    });
  }

  it("lets greetings take changed prompts from its consumer", async () => {
    await using site = await guarded.connect("site");
    await jetstream(site.nats).publish("kav.prompt.changed.demo", encoder.encode("{}"));
    await using greetings = await guarded.connect("greetings");
    const consumer = await jetstream(greetings.nats)
      .consumers.get(PROMPTS.stream, PROMPTS.durable);
    const message = await consumer.next({ expires: 2_000 });
    assertEquals(message?.subject, "kav.prompt.changed.demo");
    assertEquals(await message?.ackAck(), true);
    assertEquals(await greetings.refusals(), []);
  });

  it("lets the edge write call events into their stream", async () => {
    await using edge = await guarded.connect("edge");
    const ack = await jetstream(edge.nats).publish("kav.event.call.ended", encoder.encode("{}"));
    assertEquals(ack.stream, CALLS.stream);
    assertEquals(await edge.refusals(), []);
  });

  it("names the permission that a service started with another service's user lacks", async () => {
    await using stt = await guarded.connect("stt");
    stt.nats.subscribe(offerSubject("dialog"), { queue: "kav-dialog", callback: () => {} });
    stt.nats.publish(callSubject("CA1", "tx.audio"));
    assertEquals(await stt.refusals(), [
      'Permissions Violation for Subscription to "kav.offer.dialog" using queue "kav-dialog"',
      'Permissions Violation for Publish to "kav.call.CA1.tx.audio"',
    ]);
  });

  it("takes 64 KiB and not a byte more", async () => {
    await using edge = await guarded.connect("edge");
    const { nats } = edge;
    assertEquals(nats.info?.max_payload, MAX_PAYLOAD_BYTES);
    nats.publish(callSubject("CA1", "rx.audio"), new Uint8Array(MAX_PAYLOAD_BYTES));
    assertEquals(await edge.refusals(), []);
    const more = new Uint8Array(MAX_PAYLOAD_BYTES + 1);
    assertThrows(() => nats.publish(callSubject("CA1", "rx.audio"), more));
    const told = await guarded.publishUnchecked(
      "edge",
      callSubject("CA1", "rx.audio"),
      more.length,
    );
    assertStringIncludes(told, "Maximum Payload Violation");
  });

  for (
    const [who, login] of Object.entries({
      "nobody": {},
      "an unknown user": { user: "root", pass: "x" },
      "a user without a password": { user: "edge" },
      "a user with an empty password": { user: "edge", pass: "" },
      "a user with a wrong password": { user: "edge", pass: "wrong-password" },
    })
  ) {
    it(`does not let ${who} in`, async () => {
      await assertRejects(() => guarded.connectAs(login), Error, "Authorization Violation");
    });
  }

  it("does not let a user in with another one's password", async () => {
    const login = { user: "edge", pass: guarded.passwords.tap };
    await assertRejects(() => guarded.connectAs(login), Error, "Authorization Violation");
  });

  it("does not start without all passwords", async () => {
    const start = NatsServer.start({ config: "deploy/nats/nats.conf" });
    await assertRejects(() => start, Error, "KAV_NATS_EDGE_PASSWORD");
  });
});
