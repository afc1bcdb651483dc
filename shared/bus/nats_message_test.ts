import { headers, type Msg } from "nats";
import { assert, assertEquals, assertFalse } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { fromMsgHeaders, NatsMessage, toMsgHeaders } from "./nats_message.ts";

describe("fromMsgHeaders()", () => {
  it("keeps what a publisher set and leaves out what is nats-server's own", () => {
    const set = headers();
    set.set("Kav-Trace", "a b: c");
    set.set("Nats-Msg-Id", "1");
    assertEquals({ ...fromMsgHeaders(set) }, { "Kav-Trace": "a b: c" });
    assertEquals({ ...fromMsgHeaders(undefined) }, {});
    assertEquals({ ...fromMsgHeaders(toMsgHeaders({ other: "2" })) }, { other: "2" });
    assertEquals(toMsgHeaders({}), undefined);
  });
});

describe("NatsMessage.respond()", () => {
  const received = (reply?: string) =>
    ({ subject: "a.b", data: new Uint8Array([1]), reply }) as Msg;

  it("answers once: nats-server refuses a second answer", () => {
    const answers: string[] = [];
    const message = new NatsMessage(received("_INBOX.x"), (subject) => {
      answers.push(subject);
      return true;
    });
    assert(message.respond(new Uint8Array()));
    assertFalse(message.respond(new Uint8Array()));
    assertEquals(answers, ["_INBOX.x"]);
  });

  it("may be tried again after it could not be sent, and is false without a reply subject", () => {
    let connected = false;
    const message = new NatsMessage(received("_INBOX.x"), () => connected);
    assertFalse(message.respond(new Uint8Array()));
    connected = true;
    assert(message.respond(new Uint8Array()));
    assertFalse(new NatsMessage(received(), () => true).respond(new Uint8Array()));
  });
});
