import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { spokenPhrases } from "shared/store/business.ts";
import { RECORDED_TEXTS } from "services/dialog-tts-service/recorded_texts.ts";
import { hearingOf } from "../end_to_end/heard.ts";
import { type BenchCall, LONG_MS } from "../end_to_end/kav_bench.ts";
import { GoogleBench } from "./google_bench.ts";

const QUESTION = "כמה עולה לשכור אופניים ליום";
/** Nothing that the business knows of. */
const NONSENSE = "שבעה פילים סגולים רוקדים הלילה";

/** Kav says a text to its end, as its utterance `number`, and not before `fromMs` of the call. */
async function hears(
  { kav }: GoogleBench,
  { call }: BenchCall,
  number: number,
  text: string,
): Promise<void> {
  await call.untilMark(`u${number}:end`, LONG_MS);
  hearingOf(call.heardTrack(), await kav.speech(text));
}

describe("A call in Hebrew by Google", () => {
  it("is greeted in Google's voice, heard while the caller speaks, and answered", async () => {
    await using bench = await GoogleBench.start({ settings: { LOG_TEXT: "on" } });
    const { google, kav } = bench;
    const placed = await bench.greeted();
    const { call, telemetry } = placed;
    hearingOf(call.heardTrack(), await kav.speech(kav.business.greeting.text));
    console.log(JSON.stringify(google.streams.map(({ config }) => config)));
    await call.say(QUESTION);
    await hears(bench, placed, 2, kav.textOfKey("3"));
    console.log(JSON.stringify(telemetry.call));
    console.log(JSON.stringify(google.requests));
  });
});
