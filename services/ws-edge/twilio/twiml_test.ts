import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { connectTwiml, dialTwiml, hangupTwiml, sayThenHangupTwiml } from "./twiml.ts";

const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const says = (twiml: string) => [...twiml.matchAll(/<Say [^>]*>([^<]*)<\/Say>/g)].map((m) => m[1]!);

describe("connectTwiml()", () => {
  it("opens a stream with its parameters, and asks afterwards what comes next", () => {
    const twiml = connectTwiml({
      streamUrl: "wss://kav.example.com/twilio/stream/CA1/t",
      parameters: { business: "demo", leg: "0" },
      redirectUrl: "https://kav.example.com/twilio/next?leg=0",
    });
    assertEquals(
      twiml,
      `${XML}<Response><Connect><Stream url="wss://kav.example.com/twilio/stream/CA1/t">` +
        '<Parameter name="business" value="demo"/><Parameter name="leg" value="0"/>' +
        '</Stream></Connect><Redirect method="POST">https://kav.example.com/twilio/next?leg=0' +
        "</Redirect></Response>",
    );
  });

  const withCaller = (caller: string) =>
    connectTwiml({
      streamUrl: "wss://e.com/s",
      parameters: { caller },
      redirectUrl: "https://e.com/n?a&b",
    });

  it("escapes what has a meaning in XML", () => {
    const twiml = withCaller(`<a href="x">&amp;'`);
    assertStringIncludes(twiml, `value="&lt;a href=&quot;x&quot;>&amp;amp;'"`);
    assertStringIncludes(twiml, ">https://e.com/n?a&amp;b</Redirect>");
  });

  it("drops characters that XML cannot carry", () => {
    assertStringIncludes(
      withCaller("a\u0000b\u001bc\ud800d\uffff\u{1f600}"),
      'value="abcd\u{1f600}"',
    );
  });

  it("keeps a parameter under 500 characters", () => {
    assertStringIncludes(withCaller("5".repeat(2_000)), `value="${"5".repeat(493)}"`);
  });
});

describe("hangupTwiml()", () => {
  it("hangs up", () => {
    assertEquals(hangupTwiml(), `${XML}<Response><Hangup/></Response>`);
  });
});

describe("dialTwiml()", () => {
  it("dials, and hangs up when nobody answers", () => {
    assertEquals(
      dialTwiml("+15551234567"),
      `${XML}<Response><Dial>+15551234567</Dial><Hangup/></Response>`,
    );
  });
});

describe("sayThenHangupTwiml()", () => {
  it("says a text in its language, and hangs up", () => {
    assertEquals(
      sayThenHangupTwiml("שלום & <ברוכים>", "he-IL"),
      `${XML}<Response><Say language="he-IL">שלום &amp; &lt;ברוכים&gt;</Say><Hangup/></Response>`,
    );
  });

  it("cuts a long text at spaces into parts that a <Say> takes, and loses no word", () => {
    for (const word of ["word", "מילה"]) {
      const text = Array.from({ length: 1_000 }, (_, i) => `${word}${i}`).join(" ");
      const parts = says(sayThenHangupTwiml(text, "en-US"));
      assertEquals(parts.join(" "), text);
      assert(parts.length > 1);
      for (const part of parts) assert(encodeURIComponent(part).length <= 2_900);
    }
  });

  it("leaves a word that is longer than a part whole", () => {
    const giant = "x".repeat(4_000);
    assertEquals(says(sayThenHangupTwiml(`a ${giant} b`, "en-US")), ["a", giant, "b"]);
    assertEquals(
      sayThenHangupTwiml(giant, "en-US"),
      `${XML}<Response><Say language="en-US">${giant}</Say><Hangup/></Response>`,
    );
  });
});
