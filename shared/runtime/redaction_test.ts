import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { PERSONAL_FIELDS, redacted, redactedText, SECRET_FIELDS } from "./redaction.ts";

describe("redacted()", () => {
  it("hides personal fields unless texts are logged", () => {
    for (const name of PERSONAL_FIELDS) {
      assertEquals(redacted(name, "value", false), "[redacted]", name);
      assertEquals(redacted(name, "value", true), "value", name);
    }
    assertEquals(redacted("digit", 5, false), "[redacted]");
  });

  it("hides secrets always", () => {
    for (const name of SECRET_FIELDS) {
      assertEquals(redacted(name, "value", true), "[redacted]", name);
    }
  });

  it("shows that a field is empty, and everything that is neither", () => {
    assertEquals(redacted("text", "", false), "");
    assertEquals(redacted("from", null, false), null);
    assertEquals(redacted("chars", 12, false), 12);
    assertEquals(redacted("call", "CA1", false), "CA1");
  });
});

describe("redactedText()", () => {
  it("hides the token of a stream's path, wherever it stands and always", () => {
    const token = "eyJhbGci.OiJIUzI1-NiIs_InR5";
    for (
      const [text, expected] of [
        [`wss://kav.test/twilio/stream/${token}`, "wss://kav.test/twilio/stream/[redacted]"],
        [`GET /stream/${token}?a=1`, "GET /stream/[redacted]?a=1"],
        [`url="/twilio/stream/${token}" ended`, 'url="/twilio/stream/[redacted]" ended'],
        [`/twilio/stream/CA1/${token}/ refused`, "/twilio/stream/[redacted] refused"],
        [`/streams/${token}/x`, "/streams/[redacted]"],
      ] as const
    ) {
      assertEquals(redactedText(text, false), expected);
      assertEquals(redactedText(text, true), expected);
    }
  });

  it("hides phone numbers unless texts are logged", () => {
    assertEquals(
      redactedText("no business for +15551234567.", false),
      "no business for [redacted].",
    );
    assertEquals(
      redactedText("no business for +15551234567.", true),
      "no business for +15551234567.",
    );
  });

  it("leaves other figures alone", () => {
    const text = "offset +120 ms, at 1700000000000, seq 4294967295, +12345678901234567890";
    assertEquals(redactedText(text, false), text);
  });
});
