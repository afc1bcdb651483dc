import { assertEquals, assertGreater } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SynthesisError } from "shared/speech/synthesizer.ts";
import { hearingOf } from "../heard.ts";
import { type BenchCall, eventually, KavBench, LONG_MS } from "../kav_bench.ts";

const APOLOGY = "We are sorry, we cannot speak with you right now. One moment please.";
const FALLBACK = { do: "dial", number: "+15555550199" } as const;
const FIRST_SENTENCE = "We open at nine.";

/** From now on the bench's synthesizer fails, but for these sentences. */
function breakSynthesizer({ synthesizer }: KavBench, ...spoken: string[]): void {
  const { synthesize } = synthesizer;
  synthesizer.synthesize = async function* (request, signal) {
    if (!spoken.includes(request.text)) throw new SynthesisError("Cannot speak: all are away");
    yield* synthesize.call(synthesizer, request, signal);
  };
}

/** Nothing can be spoken: the caller hears the apology, then what the business falls back to. */
async function assertFallsBack(bench: KavBench, { call }: BenchCall, apology: Uint8Array) {
  const { verbs, by } = await call.ended;
  assertEquals(verbs.map(({ verb }) => verb), ["Connect", "Redirect", "Dial", "Hangup"]);
  assertEquals([verbs.at(-2), by], [{ verb: "Dial", number: FALLBACK.number }, "kav"]);
  const { fromMs, toMs } = hearingOf(call.heardTrack(), apology);
  const closed = call.timeline.last("stream_ended")!;
  assertGreater(closed.atMs - call.startedMs, toMs, "all of it before the stream is closed");
  assertEquals(await bench.sample("kav_apologies_total"), 1);
  assertEquals(await bench.sample('kav_calls_total{reason="fallback"}'), 1);
  assertEquals((await bench.turns(call)).at(-1)?.told, APOLOGY);
  return fromMs;
}

describe("A call whose synthesizers all fail", () => {
  it("hears the apology, then the fallback verb", async () => {
    await using bench = await KavBench.start({ business: { fallback: FALLBACK } });
    const apology = await bench.speech(APOLOGY);
    const placed = await bench.place();
    await placed.call.untilMark("greeting_end", LONG_MS);
    breakSynthesizer(bench);
    placed.call.press("1");
    await assertFallsBack(bench, placed, apology);
    await eventually(async () => await bench.sample("kav_dialog_calls") === 0, "the call gone");
  });

  it("hears the apology behind what was said of an answer, then the fallback verb", async () => {
    await using bench = await KavBench.start({
      business: {
        fallback: FALLBACK,
        keypad: { "1": { do: "say", text: `${FIRST_SENTENCE} We close at five.` } },
      },
    });
    const [apology, first] = [await bench.speech(APOLOGY), await bench.speech(FIRST_SENTENCE)];
    const placed = await bench.place();
    await placed.call.untilMark("greeting_end", LONG_MS);
    breakSynthesizer(bench, FIRST_SENTENCE);
    placed.call.press("1");
    const apologyMs = await assertFallsBack(bench, placed, apology);
    const { toMs } = hearingOf(placed.call.heardTrack(), first);
    assertGreater(apologyMs + 1, toMs);
  });
});
