import { assert, assertEquals, assertLess } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import { type BenchCall, eventually, LiveKav, LONG_MS } from "../live_kav.ts";

const FIXTURE = new URL("../fixtures/failover.yaml", import.meta.url).pathname;
const BYTES_PER_S = 8_000;
const KILL_AT_MS = 3_000;
const LIMIT_MS = 2_000;
const ROUNDS = 3;
/** What is heard twice would come soon. */
const LINGER_MS = 1_000;

const available = PocketSphinxRecognizer.available();
if (available !== true) console.warn(`SKIP a recognizer that is killed: ${available}`);

/** The one sentence of the caller was recognised as it was said, and answered, once. */
async function assertHeardOnce(kav: LiveKav, { call, telemetry }: BenchCall, said: string) {
  const results = () =>
    telemetry.call.filter(({ event }) => event === "final" || event === "rejected");
  await eventually(() => results().length > 0, "a final");
  await call.untilMark("u2:end", LONG_MS);
  await kav.clock.sleepUntil(kav.clock.now() + LINGER_MS);
  assertEquals(results().map(({ event, text }) => [event, text]), [["final", said]]);
  const turns = await kav.turns(call);
  assertEquals(turns.map(({ asked, told }) => [asked, told]), [
    [null, kav.business.greeting.text],
    [said, kav.business.questions[0]!.answer],
  ]);
  return results()[0]!.atMs;
}

describe("A recognizer killed 3 s into a sentence of 5 s", { ignore: available !== true }, () => {
  it("has a successor within 2 s, which hears the sentence whole and once", async () => {
    await using kav = await LiveKav.start({
      businessFile: FIXTURE,
      instances: { stt: 2 },
      settings: { LOG_TEXT: "on" },
    });
    const said = kav.business.questions[0]!.phrasings[0]!;
    const audio = await kav.speech(said);
    const seconds = audio.length / BYTES_PER_S;
    assert(seconds > 4.5 && seconds < 5.5, `${seconds} s`);

    const usual = await kav.place();
    await usual.call.untilMark("greeting_end", LONG_MS);
    await usual.call.play(audio);
    await assertHeardOnce(kav, usual, said);
    await usual.call.hangUp();

    let adding: Promise<unknown> | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      const placed = await kav.place();
      const { call } = placed;
      await call.untilMark("greeting_end", LONG_MS);
      const speaking = call.play(audio);
      const spokeMs = call.timeline.last("spoke")!.atMs;
      const first = await kav.workerOf(call, "stt");
      await adding;
      await kav.clock.sleepUntil(spokeMs + KILL_AT_MS);
      const killMs = kav.clock.now();
      await kav.kill(first);
      const second = await kav.workerOf(call, "stt", first);
      const takenMs = kav.clock.now() - killMs;
      await speaking;
      const endMs = kav.clock.now();
      const finalMs = await assertHeardOnce(kav, placed, said);
      console.log(
        `stt killed: taken by ${second.label} after ${Math.round(takenMs)} ms, ` +
          `final ${Math.round(finalMs - endMs)} ms after the last word`,
      );
      assertLess(takenMs, LIMIT_MS);
      assertEquals(kav.takersOf(call, "stt"), [first.instance, second.instance]);
      await call.hangUp();
      if (round + 1 < ROUNDS) adding = kav.up.add("stt");
    }
  });
});
