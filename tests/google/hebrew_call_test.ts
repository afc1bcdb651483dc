import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { afterAll, describe, it } from "@std/testing/bdd";
import { spokenPhrases } from "shared/store/business.ts";
import { RECORDED_TEXTS } from "services/dialog-tts-service/greeting/recorded_texts.ts";
import { type BenchCall, LONG_MS } from "../end_to_end/kav_bench.ts";
import { GoogleBench } from "./google_bench.ts";
import { attemptsRunOut } from "./speech_client.ts";

const QUESTION = "איפה אתם נמצאים";
/** What answers it, and another one that nobody has asked for. */
const ANSWER_KEY = "2";
const OTHER_KEY = "3";
/** Nothing that the business knows of. */
const NONSENSE = "שבעה פילים סגולים";

/** All fields that Google does not get from us, as they then arrive. */
const UNSET = {
  alternativeLanguageCodes: [],
  maxAlternatives: 0,
  profanityFilter: false,
  enableWordTimeOffsets: false,
  metadata: null,
  enableAutomaticPunctuation: false,
  enableSeparateRecognitionPerChannel: false,
  enableWordConfidence: false,
  diarizationConfig: null,
  adaptation: null,
  enableSpokenPunctuation: null,
  enableSpokenEmojis: null,
  transcriptNormalization: null,
};

describe("A call in Hebrew by Google", () => {
  it("is greeted in Google's voice, heard while the caller speaks, and answered", async () => {
    await using bench = await GoogleBench.start({ settings: { LOG_TEXT: "on" } });
    const { google, kav } = bench;
    const placed = await bench.greeted();
    const { call, telemetry } = placed;
    const { greeting } = kav.business;
    assertEquals((await kav.turns(call)).map(({ told }) => told), [greeting.text]);
    await bench.assertHeard(placed, greeting.text);
    await call.say(QUESTION);
    await bench.hears(placed, 2, kav.textOfKey(ANSWER_KEY));

    const [stream, ...others] = google.streams;
    assertEquals(others, []);
    assertEquals(stream!.config, {
      config: {
        ...UNSET,
        encoding: "MULAW",
        sampleRateHertz: 8_000,
        audioChannelCount: 1,
        languageCode: "he-IL",
        model: "default",
        useEnhanced: true,
        speechContexts: [{ phrases: spokenPhrases(kav.business), boost: 0 }],
      },
      interimResults: true,
      enableVoiceActivityEvents: true,
      singleUtterance: false,
      voiceActivityTimeout: null,
    });
    const texts = (of: string) => telemetry.call.filter(({ event }) => event === of);
    assertEquals(texts("final").map(({ text }) => text), [QUESTION]);
    const partials = texts("partial").map(({ text }) => text!);
    assertGreater(partials.length, 0);
    for (const partial of partials) assert(QUESTION.startsWith(partial), partial);
    assertEquals((await kav.turns(call)).map(({ asked, told }) => [asked, told]), [
      [null, greeting.text],
      [QUESTION, kav.textOfKey(ANSWER_KEY)],
    ]);
  });

  it("asks the model that the settings name", async () => {
    await using bench = await GoogleBench.start({
      settings: { GCP_STT_MODEL: "telephony", GCP_STT_ENHANCED: "off" },
    });
    const { google, kav } = bench;
    const { call } = await kav.place();
    const sent = await call.until(() => google.streams[0]?.config, "a config", LONG_MS);
    const { config } = sent as { config: { model: string; useEnhanced: boolean } };
    assertEquals([config.model, config.useEnhanced], ["telephony", false]);
  });
});

/** Everything that this call is to hear again without Google is said once, so that it is kept. */
async function hearAll(bench: GoogleBench, placed: BenchCall): Promise<void> {
  await placed.call.say(QUESTION);
  await bench.hears(placed, 2, bench.kav.textOfKey(ANSWER_KEY));
  await placed.call.say(NONSENSE);
  await bench.hears(placed, 3, bench.kav.business.not_understood);
}

describe("A call in Hebrew that loses Google", () => {
  afterAll(attemptsRunOut);

  it("goes on by keypad with what Google has said before, then apologises and falls back", async () => {
    await using bench = await GoogleBench.start();
    const { kav } = bench;
    const { business } = kav;
    const placed = await bench.greeted();
    const { call } = placed;
    await hearAll(bench, placed);

    await bench.loseGoogle();
    await call.say(QUESTION);
    await bench.hears(placed, 4, business.not_understood);
    call.press(ANSWER_KEY);
    await bench.hears(placed, 5, kav.textOfKey(ANSWER_KEY));
    call.press(OTHER_KEY);
    const { by, verbs } = await call.untilEnded(LONG_MS);

    const { apology } = RECORDED_TEXTS.get("he")!;
    const apologyEndMs = await bench.assertHeard(placed, apology);
    assertGreater(call.timeline.last("stream_ended")!.atMs - call.startedMs, apologyEndMs);
    assertEquals(by, "kav");
    assertEquals(verbs.slice(-3).map(({ verb }) => verb), ["Redirect", "Say", "Hangup"]);
    assert(business.fallback.do === "say");
    assertEquals(verbs.at(-2), { verb: "Say", text: business.fallback.text });
    assertEquals((await kav.turns(call)).slice(1).map(({ asked, told }) => [asked, told]), [
      [QUESTION, kav.textOfKey(ANSWER_KEY)],
      [NONSENSE, business.not_understood],
      [null, business.not_understood],
      [`key ${ANSWER_KEY}`, kav.textOfKey(ANSWER_KEY)],
      [null, apology],
    ]);
    assertEquals(bench.outages.length, 2, kav.log.join(""));
    assertMatch(bench.outages[0]!, / engine=google-stt .*UNAVAILABLE \(14\)/);
    assertMatch(bench.outages[1]!, / engine=google-tts .*UNAVAILABLE \(14\)/);
  });
});
