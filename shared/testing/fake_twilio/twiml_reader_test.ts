import { describe, it } from "@std/testing/bdd";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readTwiml } from "./twiml_reader.ts";

const response = (inner: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><Response>${inner}</Response>`;

const connect = (stream: string) => response(`<Connect>${stream}</Connect>`);

describe("readTwiml()", () => {
  it("reads a stream with its parameters and what follows it", () => {
    const result = readTwiml(response(
      `<Connect><Stream url="wss://kav.example/s/1"><Parameter name="leg" value="0"/>` +
        `<Parameter name="note" value=""/></Stream></Connect>` +
        `<Redirect method="POST">https://kav.example/twilio/next?leg=0&amp;x=1</Redirect>`,
    ));
    assertEquals(result, {
      ok: true,
      verbs: [
        {
          verb: "Connect",
          url: "wss://kav.example/s/1",
          parameters: { leg: "0", note: "" },
          strippedQuery: null,
        },
        {
          verb: "Redirect",
          url: "https://kav.example/twilio/next?leg=0&x=1",
          method: "POST",
        },
      ],
    });
  });

  it("reads the other verbs", () => {
    const result = readTwiml(response(
      `<Say language="en-US" voice="x">Sorry &amp; bye</Say><Pause length="2"/><Dial>+15550001111</Dial>` +
        `<Dial answerOnBridge="true"><Number>+15550002222</Number></Dial>` +
        `<Redirect method="GET">/next</Redirect><Reject reason="busy"/><Hangup/>`,
    ));
    assert(result.ok);
    assertEquals(result.verbs, [
      { verb: "Say", text: "Sorry & bye" },
      { verb: "Pause", lengthSeconds: 2 },
      { verb: "Dial", number: "+15550001111" },
      { verb: "Dial", number: "+15550002222" },
      { verb: "Redirect", url: "/next", method: "GET" },
      { verb: "Reject", reason: "busy" },
      { verb: "Hangup" },
    ]);
  });

  it("strips the query of a stream's url, as Twilio does, and tells it", () => {
    const result = readTwiml(connect(`<Stream url="ws://127.0.0.1:8080/s?token=1"/>`));
    assert(result.ok);
    assertEquals(result.verbs[0], {
      verb: "Connect",
      url: "ws://127.0.0.1:8080/s",
      parameters: {},
      strippedQuery: "?token=1",
    });
  });

  const long = "v".repeat(500);
  const refused: readonly (readonly [string, string])[] = [
    ["<Other/>", "<Response> expected"],
    [response("<Record/>"), "unknown verb <Record>"],
    [response("hello"), "text between verbs"],
    [response(`<Hangup reason="x"/>`), "<Hangup> has no attribute reason"],
    [response(`<Redirect method="PUT">/x</Redirect>`), 'cannot be "PUT"'],
    [response("<Redirect/>"), "<Redirect> is empty"],
    [response("<Say><b>x</b></Say>"), "<Say> holds text"],
    [response(`<Pause length="long"/>`), 'cannot be "long"'],
    [response(`<Dial><Sip>x</Sip></Dial>`), "<Number> expected"],
    [connect(""), "exactly one <Stream>"],
    [connect(`<Stream url="wss://a/b"/><Stream url="wss://a/b"/>`), "exactly one <Stream>"],
    [connect(`<Stream url="ws://kav.example/s"/>`), "31922"],
    [connect(`<Stream url="https://kav.example/s"/>`), "31922"],
    [connect(`<Stream/>`), "31922"],
    [connect(`<Stream url="wss://a/b" track="both_tracks"/>`), "31941"],
    [connect(`<Stream url="wss://a/b" speed="2"/>`), "no attribute speed"],
    [connect(`<Stream url="wss://a/b"><Parameter name="x"/></Stream>`), "a name and a value"],
    [
      connect(`<Stream url="wss://a/b"><Parameter name="x" value="${long}"/></Stream>`),
      "longer than 500",
    ],
    ["<Response>", "is not closed"],
  ];
  for (const [source, problem] of refused) {
    it(`refuses ${source.replace(/^<\?xml[^>]*>/, "").slice(0, 90)}`, () => {
      const result = readTwiml(source);
      assert(!result.ok);
      assertStringIncludes(result.problem, problem);
    });
  }
});
