import { assertEquals, assertLess, assertMatch } from "@std/assert";
import { afterAll, describe, it } from "@std/testing/bdd";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { FliteSynthesizer } from "shared/speech/flite/flite_synthesizer.ts";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import { renderSpeech } from "shared/speech/render_speech.ts";
import { hearingOf } from "../end_to_end/heard.ts";
import { type BenchCall, eventually, LONG_MS } from "../end_to_end/kav_bench.ts";
import { GoogleBench } from "./google_bench.ts";
import { attemptsRunOut } from "./speech_client.ts";

const UNAVAILABLE = 14;
/** So many frames before a stream breaks, the caller begins to speak: it breaks within the question. */
const INTO_QUESTION = 25;

/** The next engine has the call within a second, and needs its own time to hear, think and speak. */
const MAX_ANSWER_MS = 3_000;

/** Begins to speak so that the current stream breaks within the question, at its frame `breaksAt`. */
async function askAcross(
  { google }: GoogleBench,
  { call }: BenchCall,
  question: string,
  breaksAt: number,
): Promise<void> {
  const frames = () => (google.streams.at(-1)?.audio.length ?? 0) / FRAME_BYTES;
  await call.until(() => frames() >= breaksAt - INTO_QUESTION, "the moment to speak", LONG_MS);
  const streams = google.streams.length;
  await call.say(question);
  assertEquals(google.streams.length, streams + 1, "it broke within the question");
}

describe("A call whose recognition streams break", () => {
  it("hears every question whole and once, by the streams that follow", async () => {
    await using bench = await GoogleBench.start();
    const { google, kav } = bench;
    const rental = { asked: "כמה עולה לשכור אופניים ליום", told: kav.textOfKey("3") };
    const address = { asked: "איפה אתם נמצאים", told: kav.textOfKey("2") };
    google.faults.nextStreams(
      { atFrame: 300, do: "error", code: UNAVAILABLE },
      { atFrame: 500, do: "end" },
    );
    const placed = await bench.greeted();
    await askAcross(bench, placed, rental.asked, 300);
    await bench.hears(placed, 2, rental.told);
    await askAcross(bench, placed, address.asked, 500);
    await bench.hears(placed, 3, address.told);

    const { call, telemetry } = placed;
    const turns = (await kav.turns(call)).slice(1);
    assertEquals(turns.map(({ asked, told }) => ({ asked, told })), [rental, address]);
    assertEquals(telemetry.rx.filter(({ drops }) => drops > 0), [], "dropped");
    const ends = google.streams.map(({ ended }) => ended);
    assertEquals(ends, ["server", "server", "open"]);
  });
});

describe("A call to a business whose voice does not exist", () => {
  it("is greeted and answered by Google's own voice for the language", async () => {
    await using bench = await GoogleBench.start({ business: { voice: "he-IL-Wavenet-Z" } });
    const placed = await bench.greeted();
    await bench.assertHeard(placed, bench.kav.business.greeting.text);
    placed.call.press("2");
    await bench.hears(placed, 2, bench.kav.textOfKey("2"));
    const complaints = bench.kav.log.filter((line) => / (warn|error) /.test(line));
    assertEquals(complaints.length, 1, complaints.join(""));
    assertMatch(complaints[0]!, /INVALID_ARGUMENT \(3\): Voice 'he-IL-Wavenet-Z' does not exist/);
  });
});

const available = PocketSphinxRecognizer.available();
if (available !== true) console.warn(`SKIP a call that leaves Google: ${available}`);

describe("A call in English whose Google answers nothing", { ignore: available !== true }, () => {
  afterAll(attemptsRunOut);

  it("goes on with the embedded engines, and later calls with Google when it is back", async () => {
    await using bench = await GoogleBench.start({
      settings: { BUSINESS_FILE: "deploy/businesses/demo.yaml", ENGINE_RETRY_MS: "1000" },
    });
    const { google, kav } = bench;
    const { language, voice } = kav.business;
    const flite = new FliteSynthesizer();
    await flite.open();
    const byFlite = (text: string) =>
      renderSpeech(flite, { text, language, voice }, AbortSignal.timeout(LONG_MS));
    const [question, answer] = [await byFlite("where are you located"), kav.textOfKey("2")];
    const spoken = await byFlite(answer);
    await flite.close();

    const placed = await bench.greeted();
    const { call, telemetry } = placed;
    await call.say("can i pay by credit card");
    await bench.hears(placed, 2, kav.textOfKey("5"));
    google.hang();
    await call.play(question);
    await call.untilMark("u3:end", LONG_MS);
    hearingOf(call.heardTrack(), spoken);
    assertLess(telemetry.latency.at(-1)!.total_ms!, MAX_ANSWER_MS);
    const engines = bench.outages.map((line) => / engine=(\S+)/.exec(line)![1]);
    assertEquals(engines, ["google-stt", "google-tts"]);
    await call.hangUp();

    await google.comeBack();
    await letCheck(bench);
    const later = await bench.greeted();
    await later.call.say("is there any parking nearby");
    await bench.hears(later, 2, kav.textOfKey("6"));
  });
});

/** A call that would like to be heard and to hear something by Google: with it, checks whether Google is back. */
async function letCheck(bench: GoogleBench): Promise<void> {
  const { call } = await bench.greeted();
  call.press("2");
  for (const engine of ["google-stt", "google-tts"]) {
    const open = `kav_engine_open{engine="${engine}"}`;
    await eventually(async () => await bench.kav.sample(open) === 0, `${engine} works again`);
  }
  await call.hangUp();
}
