import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { inputOf, isGoogleVoice, sentBytes, streams, voiceOf } from "./google_voice.ts";

const request = (voice?: string, language = "he-IL", rate?: number) => ({
  text: "שלום",
  language,
  ...(voice !== undefined && { voice }),
  ...(rate !== undefined && { rate }),
});

describe("isGoogleVoice()", () => {
  it("knows Google's names by their pattern, and no others", () => {
    const names = ["he-IL-Wavenet-A", "cmn-CN-Standard-B", "en-US-Chirp3-HD-Kore", "kal", "he-IL"];
    assertEquals(names.map(isGoogleVoice), [true, true, true, false, false]);
  });
});

describe("voiceOf()", () => {
  it("takes Google's names, and leaves others to the language's own voice", () => {
    assertEquals(voiceOf(request("he-IL-Wavenet-A")), {
      language: "he-IL",
      name: "he-IL-Wavenet-A",
    });
    assertEquals(voiceOf(request("kal")), { language: "he-IL" });
    assertEquals(voiceOf(request()), { language: "he-IL" });
  });

  it("speaks by the voice's own region, but not by another language", () => {
    const voice = "en-US-Wavenet-A";
    assertEquals(voiceOf(request(voice, "en")), { language: "en-US", name: voice });
    assertEquals(voiceOf(request(voice, "en-GB")), { language: "en-US", name: voice });
    assertEquals(voiceOf(request(voice, "he-IL")), { language: "he-IL", name: voice });
  });

  it("names a pace only when it is not the voice's own", () => {
    assertEquals(voiceOf(request(undefined, "he-IL", 1)), { language: "he-IL" });
    assertEquals(voiceOf(request(undefined, "he-IL", 1.5)), { language: "he-IL", rate: 1.5 });
  });
});

describe("inputOf()", () => {
  it("is SSML for voices that take it", () => {
    for (const kind of ["Wavenet", "Standard", "Neural2", "Studio"]) {
      const voice = { language: "en-US", name: `en-US-${kind}-A` };
      assertEquals(inputOf(voice, "a < b"), { ssml: "<speak>a &lt; b</speak>" });
    }
  });

  it("is plain text for Chirp, Chirp3-HD and Journey, and for voices that Google chooses", () => {
    for (const name of ["en-US-Chirp-HD-F", "en-US-Chirp3-HD-Kore", "en-US-Journey-D"]) {
      assertEquals(inputOf({ language: "en-US", name }, "a < b"), { text: "a < b" });
    }
    assertEquals(inputOf({ language: "he-IL" }, "a < b"), { text: "a < b" });
  });
});

describe("sentBytes()", () => {
  it("counts UTF-8, and markup where there is any", () => {
    assertEquals(sentBytes({ language: "he-IL" }, "שלום & more"), 15);
    assertEquals(sentBytes({ language: "he-IL", name: "he-IL-Wavenet-A" }, "שלום & more"), 34);
  });
});

describe("streams()", () => {
  it("is true of Chirp3-HD alone", () => {
    const names = ["en-US-Chirp3-HD-Kore", "en-US-Chirp-HD-F", "he-IL-Wavenet-A"];
    assertEquals(names.map((name) => streams({ language: "en-US", name })), [true, false, false]);
    assertEquals(streams({ language: "en-US" }), false);
  });
});
