import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { OutboundEncoder } from "./outbound.ts";

describe("OutboundEncoder", () => {
  const encoder = new OutboundEncoder("MZ18ad3ab5a668481ce02b83e7395059f0");

  it("writes `media`, `mark` and `clear` as the golden strings", () => {
    assertEquals(
      encoder.media(Uint8Array.of(0xff, 0x7f, 0x00)),
      '{"event":"media","streamSid":"MZ18ad3ab5a668481ce02b83e7395059f0","media":{"payload":"/38A"}}',
    );
    assertEquals(
      encoder.mark("greeting_end"),
      '{"event":"mark","streamSid":"MZ18ad3ab5a668481ce02b83e7395059f0","mark":{"name":"greeting_end"}}',
    );
    assertEquals(
      encoder.clear(),
      '{"event":"clear","streamSid":"MZ18ad3ab5a668481ce02b83e7395059f0"}',
    );
  });

  it("writes exactly the fields Twilio knows, whatever the frame, name and stream", () => {
    const frames = fc.uint8Array({ minLength: 1, maxLength: 200 });
    fc.assert(fc.property(fc.string(), fc.string(), frames, (streamSid, name, frame) => {
      const any = new OutboundEncoder(streamSid);
      assertEquals(JSON.parse(any.media(frame)), {
        event: "media",
        streamSid,
        media: { payload: btoa(String.fromCharCode(...frame)) },
      });
      assertEquals(JSON.parse(any.mark(name)), { event: "mark", streamSid, mark: { name } });
      assertEquals(JSON.parse(any.clear()), { event: "clear", streamSid });
    }));
  });
});
