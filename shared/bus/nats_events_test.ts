import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { refusedEvent } from "./nats_events.ts";

const of = (message: string, user?: string) => {
  const event = refusedEvent(new Error(message), user);
  return event.kind === "refused" ? event : undefined;
};

describe("refusedEvent()", () => {
  it("names operation, subject and user from the text of nats-server", () => {
    const publish = of('Permissions Violation for Publish to "kav.offer.stt"', "dialog")!;
    assertEquals([publish.operation, publish.subject], ["publish", "kav.offer.stt"]);
    assertEquals(
      publish.message,
      'Cannot publish: user "dialog" lacks the permission to publish to "kav.offer.stt", ' +
        'received Permissions Violation for Publish to "kav.offer.stt"',
    );
    const subscribe = of('Permissions Violation for Subscription to "kav.>" using queue "q"')!;
    assertEquals([subscribe.operation, subscribe.subject], ["subscribe", "kav.>"]);
  });

  it("names the reply subject when that is what was refused, and ? when the text is another", () => {
    const reply = of('Permissions Violation for Publish with Reply of "_INBOX.x"')!;
    assertEquals([reply.operation, reply.subject], ["publish", "_INBOX.x"]);
    assertEquals(of("Permissions Violation")!.subject, "?");
  });
});
