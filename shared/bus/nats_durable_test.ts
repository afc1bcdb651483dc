import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { deliveriesOf } from "./nats_durable.ts";

describe("deliveriesOf()", () => {
  it("reads the count from both forms of an ack subject", () => {
    assertEquals(deliveriesOf("$JS.ACK.KAV_PROMPTS.greeting-builder.3.17.20.1700000000.5"), 3);
    assertEquals(
      deliveriesOf("$JS.ACK.hub.ACCHASH.KAV_PROMPTS.greeting-builder.4.17.20.1700000000.5"),
      4,
    );
    assertEquals(
      deliveriesOf("$JS.ACK._.ACCHASH.KAV_PROMPTS.greeting-builder.5.17.20.1700000000.5.token"),
      5,
    );
  });

  it("is 1 for anything else", () => {
    assertEquals(deliveriesOf(""), 1);
    assertEquals(deliveriesOf("$JS.ACK.S.C.x.1.1.1.1"), 1);
  });
});
