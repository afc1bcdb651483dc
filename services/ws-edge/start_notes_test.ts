import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { callControlNote, missingForTwilio } from "./start_notes.ts";

const EDGE = { publicUrl: "https://voice.example.com", validates: true };
const SETTINGS = {
  streamTokenSecret: "secret",
  twilioAccountSid: `AC${"0".repeat(32)}`,
  twilioAuthToken: "token-1",
  twilioApiUrl: "https://api.twilio.com",
};

describe("missingForTwilio()", () => {
  const missing = (edge: Partial<typeof EDGE>, settings: Partial<typeof SETTINGS>) =>
    missingForTwilio({ ...EDGE, ...edge }, { ...SETTINGS, ...settings })
      .map((note) => note.split(":")[0]);

  it("names nothing where all is set, and every setting that is not", () => {
    assertEquals(missing({}, {}), []);
    assertEquals(
      missing({ publicUrl: "http://127.0.0.1:8080", validates: false }, { streamTokenSecret: "" }),
      ["PUBLIC_URL", "TWILIO_AUTH_TOKEN", "STREAM_TOKEN_SECRET"],
    );
  });

  it("names a REST that would get the token in clear", () => {
    const twilioApiUrl = "http://api.example.com";
    assertEquals(missing({}, { twilioApiUrl }), ["TWILIO_API_URL"]);
    assertEquals(missing({}, { twilioApiUrl, twilioAccountSid: "" }), []);
    assertEquals(missing({}, { twilioApiUrl: "http://127.0.0.1:9000" }), []);
  });
});

describe("callControlNote()", () => {
  it("says whether Twilio's REST is used, and never the token", () => {
    const used = callControlNote(SETTINGS);
    assertMatch(used, /by Twilio's REST \(https:\/\/api\.twilio\.com\)/);
    assertEquals(used.includes("token-1"), false);
    for (const lacking of [{ twilioAccountSid: "" }, { twilioAuthToken: undefined }]) {
      assertMatch(callControlNote({ ...SETTINGS, ...lacking }), /REST needs TWILIO_ACCOUNT_SID/);
    }
  });
});
