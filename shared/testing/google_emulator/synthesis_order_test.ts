import { assertEquals, assertInstanceOf, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { RpcError } from "./rpc_error.ts";
import { mannerOf, streamingMannerOf, textOf } from "./synthesis_order.ts";

const WAVENET = { name: "he-IL-Wavenet-A", language: "he-IL" };
const CHIRP = { name: "en-US-Chirp3-HD-Kore", language: "en-US" };
const VOICES = [WAVENET, { name: "he-IL-Standard-A", language: "he-IL" }, CHIRP];

const VOICE = { name: WAVENET.name, languageCode: "he-IL" };
const CHIRP_VOICE = { name: CHIRP.name, languageCode: "en-US" };
const AUDIO = { audioEncoding: "MULAW", sampleRateHertz: 8_000, speakingRate: 0 };

function assertInvalid(ask: () => unknown, details: string): void {
  const error = assertThrows(ask);
  assertInstanceOf(error, RpcError);
  assertEquals(error.code, 3);
  assertStringIncludes(error.details, details);
}

describe("mannerOf()", () => {
  const of = (voice: object, audio: object = {}) =>
    mannerOf({ voice: { ...VOICE, ...voice }, audioConfig: { ...AUDIO, ...audio } }, VOICES);

  it("reads voice, encoding and rate; the rate is 1 when unset", () => {
    assertEquals(of({}), { voice: WAVENET, encoding: "MULAW", rate: 1 });
    assertEquals(of({}, { audioEncoding: "LINEAR16", speakingRate: 0.25 }), {
      voice: WAVENET,
      encoding: "LINEAR16",
      rate: 0.25,
    });
    assertEquals(of({}, { audioEncoding: "PCM", speakingRate: 2 }).rate, 2);
  });

  it("takes the first voice of the language when none is named", () => {
    assertEquals(of({ name: "" }).voice, WAVENET);
    assertEquals(of({ name: "", languageCode: "en-US" }).voice, CHIRP);
  });

  it("takes a language in any case", () => {
    assertEquals(of({ languageCode: "HE-il" }).voice, WAVENET);
  });

  const REFUSED: [asked: string, voice: object, audio: object, details: string][] = [
    [
      "an unknown voice",
      { name: "he-IL-X" },
      {},
      "Voice 'he-IL-X' does not exist. Is it misspelled?",
    ],
    ["a language without a voice", { name: "", languageCode: "xx" }, {}, "does not exist"],
    ["no language", { languageCode: "" }, {}, "voice.language_code"],
    ["a language that is not the voice's", { languageCode: "en-US" }, {}, "language code 'he-IL'"],
    ["MP3", {}, { audioEncoding: "MP3" }, "Unsupported audio encoding: MP3."],
    ["another sample rate", {}, { sampleRateHertz: 16_000 }, "received 16000"],
    ["no sample rate", {}, { sampleRateHertz: 0 }, "received 0"],
    ["a rate that is too slow", {}, { speakingRate: 0.24 }, "Invalid speaking_rate"],
    ["a rate that is too fast", {}, { speakingRate: 2.01 }, "Invalid speaking_rate"],
    ["a rate that is no number", {}, { speakingRate: NaN }, "Invalid speaking_rate"],
  ];
  for (const [asked, voice, audio, details] of REFUSED) {
    it(`refuses ${asked}`, () => assertInvalid(() => of(voice, audio), details));
  }

  it("refuses a request without voice or audio", () => {
    assertInvalid(() => mannerOf({ voice: null, audioConfig: AUDIO }, VOICES), "language_code");
    assertInvalid(() => mannerOf({ voice: VOICE, audioConfig: null }, VOICES), "audio_config");
  });
});

describe("streamingMannerOf()", () => {
  const of = (voice: object, audio: object | null) =>
    streamingMannerOf({
      streamingConfig: {
        voice: { ...CHIRP_VOICE, ...voice },
        streamingAudioConfig: audio && { ...AUDIO, ...audio },
      },
    }, VOICES);

  it("reads voice, encoding and rate", () => {
    assertEquals(of({}, { speakingRate: 1.5 }), { voice: CHIRP, encoding: "MULAW", rate: 1.5 });
    assertEquals(of({}, { audioEncoding: "PCM" }).encoding, "PCM");
  });

  it("refuses voices that do not stream, encodings with a header, and no config", () => {
    assertInvalid(() => of(VOICE, {}), "only Chirp 3: HD voices");
    assertInvalid(() => of({}, { audioEncoding: "LINEAR16" }), "Unsupported audio encoding");
    assertInvalid(() => of({}, null), "streaming_audio_config");
    assertInvalid(() => streamingMannerOf({ input: { text: "yes" } }, VOICES), "first message");
    assertInvalid(() => streamingMannerOf({ streamingConfig: null }, VOICES), "first message");
  });
});

describe("textOf()", () => {
  it("gives the text as it is, of SSML what it says", () => {
    assertEquals(textOf({ text: "you & me <3" }), "you & me <3");
    assertEquals(textOf({ ssml: "<speak>you &amp; me</speak>" }).trim(), "you & me");
  });

  it("takes 5,000 bytes and refuses one more", () => {
    assertEquals(textOf({ text: "א".repeat(2_500) }).length, 2_500);
    assertInvalid(() => textOf({ text: "א".repeat(2_500) + "a" }), "limit of 5000 bytes");
    const ssml = `<speak>${"a".repeat(4_985)}</speak>`;
    assertEquals(textOf({ ssml }).trim().length, 4_985);
    assertInvalid(() => textOf({ ssml: `${ssml} ` }), "limit of 5000 bytes");
  });

  it("refuses malformed SSML, and nothing to say", () => {
    assertInvalid(() => textOf({ ssml: "<speak>you & me</speak>" }), "Invalid SSML.");
    for (const input of [null, undefined, {}, { text: "" }, { ssml: "" }]) {
      assertInvalid(() => textOf(input), "must be set");
    }
  });
});
