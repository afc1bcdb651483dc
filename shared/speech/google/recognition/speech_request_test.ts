import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { streamingConfig, streamResponse, wholeText } from "./speech_request.ts";

const hearing = { language: "he-IL", model: "default", useEnhanced: true, phrases: ["שעות פתיחה"] };

describe("streamingConfig()", () => {
  it("asks for mu-law at 8 kHz as it came, in the business's language, with hints", () => {
    assertEquals(streamingConfig(hearing), {
      config: {
        encoding: "MULAW",
        sampleRateHertz: 8_000,
        audioChannelCount: 1,
        languageCode: "he-IL",
        model: "default",
        useEnhanced: true,
        speechContexts: [{ phrases: ["שעות פתיחה"] }],
      },
      interimResults: true,
      enableVoiceActivityEvents: true,
    });
  });

  it("sends no context where there are no phrases", () => {
    assertEquals(streamingConfig({ ...hearing, phrases: [] }).config.speechContexts, []);
  });
});

describe("streamResponse()", () => {
  const response = (seconds: unknown, nanos: number) =>
    streamResponse({
      results: [{
        alternatives: [{ transcript: " שלום" }, { transcript: "שלו" }],
        isFinal: true,
        resultEndTime: { seconds: seconds as string, nanos },
      }],
      speechEventType: "SPEECH_EVENT_UNSPECIFIED",
    });

  it("reads the first alternative, and times whose seconds are a number, a text or an object", () => {
    for (const seconds of [61, "61", { toString: () => "61" }]) {
      assertEquals(response(seconds, 250_000_000), {
        results: [{ text: "שלום", isFinal: true, endMs: 61_250 }],
        voice: undefined,
      });
    }
  });

  it("tells when voice begins and ends", () => {
    const voice = (speechEventType: string) => streamResponse({ speechEventType }).voice;
    assertEquals(voice("SPEECH_ACTIVITY_BEGIN"), "begin");
    assertEquals(voice("SPEECH_ACTIVITY_END"), "end");
    assertEquals(voice("SPEECH_ACTIVITY_TIMEOUT"), undefined);
  });

  it("keeps a final without a text: it says up to where nothing was heard", () => {
    const { results } = streamResponse({
      results: [{ alternatives: [], isFinal: true, resultEndTime: { seconds: "2" } }, {}],
    });
    assertEquals(results, [
      { text: "", isFinal: true, endMs: 2_000 },
      { text: "", isFinal: false, endMs: 0 },
    ]);
  });
});

describe("wholeText()", () => {
  it("joins the pieces of an utterance, and is empty where nothing was heard", () => {
    const piece = (transcript: string) => ({ alternatives: [{ transcript }] });
    assertEquals(wholeText({ results: [piece("one"), {}, piece(" two ")] }), "one two");
    assertEquals(wholeText({}), "");
  });
});
