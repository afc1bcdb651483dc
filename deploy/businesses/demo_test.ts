import { assert, assertEquals } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import type { CallDesk } from "services/dialog-tts-service/dialog/dialog.ts";
import { ScriptedDialog } from "services/dialog-tts-service/dialog/scripted_dialog.ts";
import { FliteSynthesizer } from "shared/speech/flite/flite_synthesizer.ts";
import { splitSentences } from "shared/speech/sentences.ts";
import { type Business, spokenPhrases } from "shared/store/business.ts";
import { parseBusinessFile } from "shared/store/business_file.ts";

const SCHEMA_LINE = "# yaml-language-server: $schema=./business.schema.json";

function readDemo(): { readonly text: string; readonly demo: Business } {
  const text = Deno.readTextFileSync(new URL("./demo.yaml", import.meta.url));
  const file = parseBusinessFile(text, "demo.yaml");
  assert(file.ok, file.ok ? "" : file.problems.join("\n"));
  return { text, demo: file.businesses[0]! };
}

describe("demo.yaml", () => {
  const { text, demo } = readDemo();
  const { signal } = new AbortController();
  const desk: CallDesk = { note: () => {}, useTool: () => Promise.reject(new Error("used")) };

  it("names its schema to editors in its first line", () => {
    assertEquals(text.split("\n")[0], SCHEMA_LINE);
  });

  it("uses every key, nine of them to give answers", () => {
    const actions = Object.entries(demo.keypad).map(([key, action]) => `${key} ${action?.do}`);
    assertEquals(actions.toSorted(), [
      ...["# goodbye", "* say_again", "0 transfer", "1 answer", "2 answer", "3 answer"],
      ...["4 answer", "5 answer", "6 answer", "7 answer", "8 answer", "9 say"],
    ]);
  });

  it("has phrases of plain words only, each once", () => {
    const phrases = spokenPhrases(demo);
    assertEquals(phrases.filter((phrase) => !/^[a-z]+( [a-z]+)*$/.test(phrase)), []);
    assertEquals(phrases.length, new Set(phrases).size);
  });

  it("answers every phrasing with the answer of its question", async () => {
    const dialog = new ScriptedDialog(demo);
    for (const { id, phrasings } of demo.questions) {
      for (const text of phrasings) {
        const input = { kind: "speech", text } as const;
        const reply = await dialog.reply({ input, turns: [], desk }, signal);
        assertEquals([text, reply.question], [text, id]);
      }
    }
  });
});

describe("demo.yaml spoken by flite", () => {
  const { demo } = readDemo();
  const synthesizer = new FliteSynthesizer();
  const { signal } = new AbortController();

  beforeAll(() => synthesizer.open());
  afterAll(() => synthesizer.close());

  async function seconds(text: string): Promise<number> {
    let bytes = 0;
    for (const sentence of splitSentences(text)) {
      const request = { text: sentence, language: demo.language, voice: demo.voice };
      for await (const piece of synthesizer.synthesize(request, signal)) bytes += piece.length;
    }
    return bytes / 8000;
  }

  function assertBetween(min: number, value: number, max: number): void {
    assert(min <= value && value <= max, `${value} s is between ${min} s and ${max} s`);
  }

  it("greets in 3 to 5 seconds", async () => {
    assertBetween(3, await seconds(demo.greeting.text), 5);
  });

  it("reads a text of about a minute at key 9", async () => {
    const action = demo.keypad["9"];
    assert(action?.do === "say");
    assertBetween(50, await seconds(action.text), 70);
  });

  it("answers in 3 to 11 seconds, one question in 8 to 10", async () => {
    const durations: number[] = [];
    for (const { answer } of demo.questions) durations.push(await seconds(answer));
    for (const duration of durations) assertBetween(3, duration, 11);
    assert(durations.some((duration) => duration >= 8 && duration <= 10), durations.join(" s, "));
  });
});
