import { assertEquals, assertLess } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { splitSentences } from "shared/speech/sentences.ts";
import { GREETING_FORMAT, greetingHash, ttsHash } from "shared/store/greeting_key.ts";
import { GoogleEmulator } from "shared/testing/google_emulator/google_emulator.ts";
import { hearingOf } from "../../end_to_end/heard.ts";
import { textOfKey } from "../../end_to_end/text_of_key.ts";
import { GoogleFiles } from "../google_files.ts";
import { type BenchCall, eventually, LiveKav, LONG_MS } from "../live_kav.ts";

const BUSINESS = new URL("../../../deploy/businesses/demo.he.yaml", import.meta.url).pathname;
const ENGINE = "google-tts@v1";
const ADDRESS = { asked: "איפה אתם נמצאים", key: "2" } as const;
/** Two seconds. */
const RENTAL = { asked: "כמה עולה לשכור אופניים ליום", key: "3" } as const;
const KILL_AT_MS = 800;
/** With a recognizer killed on the way. */
const MAX_ANSWER_MS = 8_000;

/** A text in Google's voice: sentence by sentence. */
function spoken(google: GoogleEmulator, text: string): Uint8Array {
  return Uint8Array.from(splitSentences(text).flatMap((each) => [...google.say(each)]));
}

/** The greeting-builder renders the greeting by Google. */
async function assertRendered(kav: LiveKav, google: GoogleEmulator): Promise<void> {
  const { business } = kav;
  const stored = await eventually(() => kav.stores.greetings.get(business.id), "a greeting");
  assertEquals(stored.ttsHash, greetingHash(business, ENGINE));
  assertEquals(stored.audio, spoken(google, business.greeting.text));
}

async function assertHeard(
  google: GoogleEmulator,
  { call }: BenchCall,
  mark: string,
  text: string,
) {
  await call.untilMark(mark, LONG_MS);
  hearingOf(call.heardTrack(), spoken(google, text));
}

/** Every sentence of a text is kept in Redis, for whichever process speaks it next. */
async function assertKept(kav: LiveKav, google: GoogleEmulator, text: string): Promise<void> {
  const { language, voice, speaking_rate: rate } = kav.business;
  for (const sentence of splitSentences(text)) {
    const parts = { text: sentence, language, voice, rate };
    const hash = ttsHash({ ...parts, engine: ENGINE, format: GREETING_FORMAT });
    assertEquals(await kav.stores.phrases.get(hash), google.say(sentence));
  }
}

describe("The services as processes, with Google", () => {
  it("greet and answer in its voice, and lose no word to a recognizer that is killed", async () => {
    await using google = await GoogleEmulator.start();
    await using files = await GoogleFiles.write(google);
    await using kav = await LiveKav.start({
      businessFile: BUSINESS,
      instances: { stt: 2 },
      settings: { ...files.settings, LOG_TEXT: "on" },
    });
    const { business } = kav;
    await assertRendered(kav, google);
    const placed = await kav.place({ speak: (text) => Promise.resolve(spoken(google, text)) });
    const { call, telemetry } = placed;
    await assertHeard(google, placed, "greeting_end", business.greeting.text);

    const address = textOfKey(business, ADDRESS.key);
    await call.say(ADDRESS.asked);
    await assertHeard(google, placed, "u2:end", address);
    await assertKept(kav, google, address);

    const rental = textOfKey(business, RENTAL.key);
    const speaking = call.say(RENTAL.asked);
    const spokeMs = call.timeline.last("spoke")!.atMs;
    const first = await kav.workerOf(call, "stt");
    await kav.clock.sleepUntil(spokeMs + KILL_AT_MS);
    await kav.kill(first);
    await speaking;
    await assertHeard(google, placed, "u3:end", rental);
    const second = await kav.workerOf(call, "stt", first);
    assertEquals(kav.takersOf(call, "stt"), [first.instance, second.instance]);
    const finals = telemetry.call.filter(({ event }) => event === "final");
    assertEquals(finals.map(({ text }) => text), [ADDRESS.asked, RENTAL.asked]);
    assertEquals((await kav.turns(call)).map(({ asked, told }) => [asked, told]), [
      [null, business.greeting.text],
      [ADDRESS.asked, address],
      [RENTAL.asked, rental],
    ]);
    assertLess(telemetry.latency.at(-1)!.total_ms!, MAX_ANSWER_MS);
  });
});
