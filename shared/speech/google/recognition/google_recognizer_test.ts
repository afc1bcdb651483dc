import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { failureOf, RecognitionRig } from "shared/testing/recognition_rig.ts";
import { ScriptedSpeech } from "shared/testing/scripted_speech.ts";
import { EngineFailure } from "shared/speech/engine_failure.ts";
import { GoogleRecognizer, type GoogleRecognizerOptions } from "./google_recognizer.ts";

/** A region that refuses everything, before a default that does not. */
function regional(options: Partial<GoogleRecognizerOptions> = {}) {
  const region = new ScriptedSpeech();
  region.onStream = (stream) => queueMicrotask(() => stream.end(failureOf("refused")));
  region.onRecognize = () => Promise.reject(failureOf("refused"));
  const byDefault = new ScriptedSpeech();
  const warnings: string[] = [];
  const recognizer = recognizerOf({
    connections: { region, default: byDefault },
    onWarning: (message) => warnings.push(message),
    ...options,
  });
  return { region, byDefault, warnings, recognizer };
}

function recognizerOf(options: Partial<GoogleRecognizerOptions>): GoogleRecognizer {
  return new GoogleRecognizer({
    clock: new FakeClock(),
    connections: { default: new ScriptedSpeech() },
    warm: () => Promise.resolve(),
    closeConnections: () => Promise.resolve(),
    model: "default",
    useEnhanced: false,
    batchMs: 40,
    streaming: true,
    onWarning: () => {},
    ...options,
  });
}

const SINK = {
  onReady: () => {},
  onPartial: () => {},
  onFinal: () => {},
  onRejected: () => {},
  onError: () => {},
  onFailed: () => {},
};

describe("GoogleRecognizer", () => {
  it("warms its connections at the opening, and closes them", async () => {
    const calls: string[] = [];
    const recognizer = recognizerOf({
      warm: async () => void await calls.push("warm"),
      closeConnections: async () => void await calls.push("close"),
    });
    await recognizer.open();
    await recognizer.close();
    assertEquals([calls, recognizer.name, recognizer.supports()], [
      ["warm", "close"],
      "google-stt",
      true,
    ]);
  });

  it("asks the region whether it answers, and gives the place back", async () => {
    const { region, byDefault, recognizer } = regional();
    await recognizer.check();
    assertEquals([region.checks, region.places, byDefault.checks], [1, 0, 0]);
    region.onCheck = () => Promise.reject(failureOf("unreachable"));
    await assertRejects(() => recognizer.check(), EngineFailure);
    assertEquals(region.places, 0);
  });

  it("leaves a region that refuses the language, once and with one warning", async () => {
    const clock = new FakeClock();
    const { region, byDefault, warnings, recognizer } = regional({ clock });
    const calls = ["CA1", "CA2"].map((call) =>
      recognizer.recognize({ call, language: "he-IL", phrases: [], hints: [] }, SINK)
    );
    await clock.advance(0);
    calls.push(
      recognizer.recognize({ call: "CA3", language: "he-IL", phrases: [], hints: [] }, SINK),
    );
    await clock.advance(0);
    assertEquals([region.streams.length, byDefault.openStreams], [2, 3]);
    assertEquals(warnings, [
      "google-stt: the configured region refuses he-IL: its calls go to the default endpoint",
    ]);
    calls.push(
      recognizer.recognize({ call: "CA4", language: "en-US", phrases: [], hints: [] }, SINK),
    );
    await clock.advance(0);
    assertEquals([region.streams.length, warnings.length], [3, 2]);
    for (const call of calls) call.close();
  });

  it("leaves it for whole utterances as well", async () => {
    const region = new ScriptedSpeech();
    region.onRecognize = () => Promise.reject(failureOf("refused"));
    const byDefault = new ScriptedSpeech();
    byDefault.onRecognize = () => Promise.resolve("שלום");
    const connections = { region, default: byDefault };
    const rig = new RecognitionRig({ streaming: false, connections });
    await rig.speak(40);
    await rig.write(20);
    rig.recognition.close();
    assertEquals([rig.told, rig.warnings.length], [["final שלום @39"], 1]);
    assertEquals([region.utterances.length, region.places, byDefault.places], [1, 0, 0]);
  });

  it("gives Google the phrases and hints it takes, and tells once what it goes without", async () => {
    const speech = new ScriptedSpeech();
    const clock = new FakeClock();
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    const recognizer = recognizerOf({ clock, connections: { default: speech }, onWarning });
    const phrases = ["x".repeat(101), "שעות פתיחה", "שעות פתיחה"];
    const hints = ["טנדמט", "שעות פתיחה"];
    for (const call of ["CA1", "CA2"]) {
      const recognition = recognizer.recognize({ call, language: "he-IL", phrases, hints }, SINK);
      await clock.advance(0);
      assertEquals(speech.last.config.phrases, ["שעות פתיחה", "טנדמט"]);
      recognition.close();
    }
    assertEquals(warnings.length, 1);
    assertMatch(warnings[0]!, /phrases of 100 characters.* goes without "x+"$/);
  });

  it("listens in its own language where one is configured", async () => {
    const speech = new ScriptedSpeech();
    const clock = new FakeClock();
    const recognizer = recognizerOf({ clock, connections: { default: speech }, language: "iw-IL" });
    const options = { call: "CA1", language: "he-IL", phrases: [], hints: [] };
    const recognition = recognizer.recognize(options, SINK);
    await clock.advance(0);
    assertEquals(speech.last.config.language, "iw-IL");
    recognition.close();
  });
});
