import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { type Speaker, SynthesisError } from "shared/speech/synthesizer.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { type ScriptedSpeech, ScriptedSynthesizer } from "shared/testing/scripted_synthesizer.ts";
import { RECORDED_TEXTS } from "./recorded_texts.ts";
import { Recordings } from "./recordings.ts";

const HEBREW: Speaker = { language: "he-IL", voice: "he-IL-Wavenet-A", rate: 1.1 };
const ENGLISH: Speaker = { language: "en-GB", voice: "en-GB-Neural2-B", rate: 0.9 };
const KINDS = ["greeting", "apology", "filler"] as const;
/** What is had of each kind. */
const [EN, HE] = ["en", "he"].map((primary) => KINDS.map(() => primary));

let clock: FakeClock;
let logged: string[];
let recordings: Recordings;

beforeEach(() => {
  clock = new FakeClock(1_000);
  logged = [];
});

afterEach(async () => {
  recordings.close();
  await clock.advance(0);
  assertEquals(clock.sleeping, 0, "nothing stays behind");
});

/** Opens them, which takes no time on the clock. */
async function open(
  synthesizer: ScriptedSynthesizer,
  speakers: readonly Speaker[],
  lastResort = new ScriptedSynthesizer(),
): Promise<void> {
  const note = (fields?: Readonly<Record<string, unknown>>) =>
    void logged.push(`${fields?.language} ${fields?.error ?? "unsupported"}`);
  recordings = await Recordings.open({
    synthesizer,
    lastResort,
    clock,
    log: { info: (_, fields) => note(fields), warnLimited: (_key, _, fields) => note(fields) },
  }, speakers);
}

/** Whose texts are had: primary languages. */
function had(language: string): string[] {
  return KINDS.map((kind) => {
    const { text } = recordings.of(kind, language);
    return [...RECORDED_TEXTS].find(([, texts]) => texts[kind] === text)![0];
  });
}

/** A synthesizer that cannot speak until it is told that it can. */
class FailingSynthesizer extends ScriptedSynthesizer {
  works = false;

  override async *synthesize(...request: Parameters<ScriptedSynthesizer["synthesize"]>) {
    if (!this.works) throw new SynthesisError("Cannot speak: it is away");
    yield* super.synthesize(...request);
  }
}

const slow = (ms: number): ScriptedSpeech => ({ delay: { clock, ms } });

describe("Recordings.open()", () => {
  it("renders every text of the businesses' languages as their businesses speak", async () => {
    const synthesizer = new ScriptedSynthesizer();
    await open(synthesizer, [HEBREW, ENGLISH, { ...HEBREW, voice: "another" }]);
    const speakers = new Set(
      synthesizer.requests.map(({ language, voice, rate }) => `${language} ${voice} ${rate}`),
    );
    assertEquals([...speakers], ["he-IL he-IL-Wavenet-A 1.1", "en-GB en-GB-Neural2-B 0.9"]);
    assertEquals([had("he-IL"), had("en-GB"), logged], [HE, EN, []]);
  });

  it("renders the other languages that the synthesizer speaks by their own voices", async () => {
    const synthesizer = new ScriptedSynthesizer();
    await open(synthesizer, [ENGLISH]);
    const inHebrew = synthesizer.requests.filter(({ language }) => language === "he-IL");
    assertEquals(new Set(inHebrew.map(({ voice }) => voice)), new Set([undefined]));
    assertEquals([had("he"), had("en-GB"), logged], [HE, EN, []]);
    const { length } = synthesizer.requests;
    recordings.prepare(HEBREW);
    await clock.advance(60_000);
    assertEquals(synthesizer.requests.length, length, "a business that comes finds it made");
  });

  it("says nothing of a language that no business speaks, nor the synthesizer", async () => {
    const synthesizer = new ScriptedSynthesizer({ languages: ["en-US"] });
    await open(synthesizer, []);
    assertEquals([had("he"), had("en"), logged], [EN, EN, []]);
  });

  it("asks for the engine that is meant to speak, and for no fallback of it", async () => {
    const synthesizer = new ScriptedSynthesizer();
    synthesizer.preferredOnly = (speaker) => ({ ...speaker, engines: [{ engine: "meant" }] });
    await open(synthesizer, [HEBREW]);
    for (const { engines } of synthesizer.requests) assertEquals(engines, [{ engine: "meant" }]);
  });

  it("gives English by the last resort where no synthesizer speaks a language, and says so once", async () => {
    const lastResort = new ScriptedSynthesizer();
    await open(new ScriptedSynthesizer({ languages: ["en-GB"] }), [HEBREW], lastResort);
    assertEquals([had("he-IL"), logged], [EN, ["he-IL unsupported"]]);
    assertEquals(new Set(lastResort.requests.map(({ language }) => language)), new Set(["en-US"]));
    recordings.prepare(HEBREW);
    await clock.advance(60_000);
    assertEquals(logged.length, 1);
  });

  it("gives English by the last resort while the synthesizer fails", async () => {
    await open(new FailingSynthesizer(), [HEBREW, ENGLISH]);
    assertEquals([had("he-IL"), had("en-GB")], [EN, EN]);
    const away = "SynthesisError: Cannot speak: it is away";
    assertEquals(new Set(logged), new Set([`he-IL ${away}`, `en-GB ${away}`]));
  });

  it("waits 4 s for a synthesizer that does not answer, whatever it is asked for", async () => {
    const synthesizer = new ScriptedSynthesizer(slow(60_000));
    let isOpen = false;
    const opening = open(synthesizer, [HEBREW, ENGLISH]).then(() => isOpen = true);
    await clock.advance(3_999);
    assertEquals(isOpen, false);
    await clock.advance(1);
    await opening;
    assertEquals([had("he-IL"), had("en-GB")], [EN, EN]);
    assertEquals(new Set(synthesizer.requests.map(({ state }) => state)), new Set(["aborted"]));
    assert(logged[0]?.endsWith("slower than 4000 ms"), logged[0]);
  });

  it("takes the same synthesizer for the last resort where none is given", async () => {
    const synthesizer = new ScriptedSynthesizer({ languages: ["en-US"] });
    const log = { info: () => {}, warnLimited: () => {} };
    recordings = await Recordings.open({ synthesizer, clock, log }, []);
    assertEquals(had("he-IL"), EN);
  });

  it("rejects when not even the last resort can speak", async () => {
    const lastResort = new FailingSynthesizer();
    await assertRejects(() => open(new ScriptedSynthesizer(), [], lastResort), SynthesisError);
    lastResort.works = true;
    await open(new ScriptedSynthesizer(), [], lastResort);
  });
});

describe("Recordings later", () => {
  it("are tried again every 30 s, only what is missing, until they are there", async () => {
    const synthesizer = new FailingSynthesizer();
    await open(synthesizer, [HEBREW]);
    synthesizer.works = true;
    await clock.advance(29_999);
    assertEquals(had("he-IL"), EN);
    await clock.advance(1);
    assertEquals(had("he-IL"), HE);
    const inHebrew = synthesizer.requests.filter(({ language }) => language === "he-IL");
    assertEquals(new Set(inHebrew.map(({ voice }) => voice)), new Set([HEBREW.voice]));
    const { length } = synthesizer.requests;
    await clock.advance(120_000);
    assertEquals(synthesizer.requests.length, length);
  });

  it("are rendered as a business speaks that comes later, where nobody spoke so, without waiting", async () => {
    const synthesizer = new ScriptedSynthesizer({ ...slow(100), languages: ["he"] });
    await open(synthesizer, []);
    recordings.prepare({ language: "he" });
    assertEquals(had("he-IL"), EN);
    await clock.advance(1_000);
    assertEquals(had("he-IL"), HE);
    const { length } = synthesizer.requests;
    recordings.prepare({ language: "he", voice: "another" });
    await clock.advance(60_000);
    assertEquals(synthesizer.requests.length, length, "once per language");
  });

  it("are tried as another business of the language speaks, where the first one's fail", async () => {
    const synthesizer = new ScriptedSynthesizer({ languages: ["he"] });
    synthesizer.supports = () => true;
    await open(synthesizer, [HEBREW]);
    recordings.prepare({ language: "he" });
    assertEquals(had("he"), EN);
    await clock.advance(30_000);
    assertEquals(had("he-IL"), HE);
  });

  it("are English for a language nobody has written texts in", async () => {
    const synthesizer = new ScriptedSynthesizer({ languages: ["fr-FR"] });
    await open(synthesizer, [{ language: "fr-FR" }]);
    assertEquals([had("fr-FR"), synthesizer.requests, logged], [EN, [], []]);
  });

  it("are given up when closed, and nothing is said about it", async () => {
    const synthesizer = new ScriptedSynthesizer({ ...slow(10_000), languages: ["he"] });
    await open(synthesizer, []);
    recordings.prepare({ language: "he" });
    await clock.advance(100);
    assertEquals(synthesizer.requests.length, KINDS.length);
    recordings.close();
    await clock.advance(60_000);
    assertEquals([had("he-IL"), logged], [EN, []]);
  });
});

describe("Recordings.of()", () => {
  it("goes by the language without its country", async () => {
    await open(new ScriptedSynthesizer(), [HEBREW, ENGLISH]);
    for (const kind of KINDS) {
      assertStrictEquals(recordings.of(kind, "he"), recordings.of(kind, "he-IL"));
      assertStrictEquals(recordings.of(kind, "en-US"), recordings.of(kind, "en-GB"));
    }
  });

  it("is whole frames and shorter than six seconds", async () => {
    await open(new ScriptedSynthesizer({ extraBytes: 7 }), [HEBREW]);
    for (const language of ["he", "en"]) {
      for (const kind of KINDS) {
        const { length } = recordings.of(kind, language).audio;
        assertEquals(length % 160, 0);
        assert(length > 0 && length < 6 * 8000, `${language} ${kind}: ${length}`);
      }
    }
  });
});
