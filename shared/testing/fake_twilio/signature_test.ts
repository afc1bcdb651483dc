import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import { twilioSignature } from "./signature.ts";

describe("twilioSignature()", () => {
  it("gives Twilio's published vector, whatever the order of the parameters", () => {
    const signature = twilioSignature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", {
      To: "+18005551212",
      Digits: "1234",
      From: "+12349013030",
      CallSid: "CA1234567890ABCDE",
      Caller: "+12349013030",
    });
    assertEquals(signature, "0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
  });

  it("signs a handshake's URL alone", () => {
    const bare = twilioSignature("token", "wss://kav.example/stream");
    assertEquals(bare, twilioSignature("token", "wss://kav.example/stream", {}));
    assertEquals(bare === twilioSignature("token", "ws://kav.example/stream"), false);
  });
});
