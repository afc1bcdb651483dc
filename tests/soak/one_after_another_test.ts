/** Two hundred calls one after the other, with real speech over real sockets: nothing may pile up. */
import { assertEquals, assertLess } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type FakeCall, placeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { streamed } from "shared/testing/openai_server/answers.ts";
import { OpenAiServer } from "shared/testing/openai_server/openai_server.ts";
import { type CallerVoice, callerVoice } from "../bench/turns/caller_voice.ts";
import { NumberedRecognizer } from "../bench/turns/numbered_recognizer.ts";
import { eventually, KavBench, LONG_MS } from "../end_to_end/kav_bench.ts";
import { heldMb } from "../memory/held_memory.ts";

const CALLS = 200;
const WARM_UP_CALLS = 40;
const MOST_GROWTH = 0.1;
const ANSWER = "We are open from nine to five. On Saturday we close at two. On Sunday we are out.";
const IDLE_MS = 1_000;

type Caller = (call: FakeCall, voice: CallerVoice) => Promise<unknown>;

/** What callers do, in turn. */
const CALLERS: readonly Caller[] = [
  async function interrupts(call, { question, interruptions }) {
    await call.play(question);
    await call.untilHeardSpeech(LONG_MS);
    await Promise.all([call.untilEvent("clear", LONG_MS), call.play(interruptions[0]!)]);
    await call.untilHeardSpeech(LONG_MS);
  },
  async function pressesKeys(call) {
    call.press("5");
    await call.untilHeardSpeech(LONG_MS);
    call.press("3");
    await call.untilEvent("clear", LONG_MS);
  },
  async function saysNothing(call) {
    await call.untilHeardSpeech(LONG_MS);
    await call.untilSilence(IDLE_MS / 2, LONG_MS);
  },
  async function hangsUpWhileTheModelWrites(call, { question }) {
    await call.play(question);
  },
];

async function oneCall(bench: KavBench, voice: CallerVoice, number: number): Promise<void> {
  const call = await placeCall({ webhook: bench.origin, to: bench.business.called_numbers[0]! });
  await call.untilMark("greeting_end", LONG_MS);
  await CALLERS[number % CALLERS.length]!(call, voice);
  await call.hangUp();
  await eventually(() => bench.kav.edge.calls === 0, "the call gone");
  // Kept for other tests to look at.
  (bench.printed as string[]).length = (bench.log as string[]).length = 0;
}

describe("Kav", () => {
  it(`takes ${CALLS} calls one after the other and holds no more than after ${WARM_UP_CALLS}`, async () => {
    await using model = new OpenAiServer();
    model.respond = () => streamed(ANSWER, 30);
    const LLM_BASE_URL = model.listen();
    await using bench = await KavBench.start({
      settings: { LLM_BASE_URL, LLM_MODEL: "scripted", IDLE_PROMPT_MS: `${IDLE_MS}` },
      recognizer: new NumberedRecognizer(() => {}),
      business: { greeting: { text: "Hello.", interruptible: false } },
    });
    const voice = callerVoice();
    let warmMb = 0;
    for (let number = 0; number < CALLS; number++) {
      if (number === WARM_UP_CALLS) warmMb = await heldMb();
      await oneCall(bench, voice, number);
      model.requests.length = 0;
    }
    await eventually(() => model.open === 0, "the last answer aborted");
    const endMb = await heldMb();
    console.log(
      `${warmMb.toFixed(1)} MB held after ${WARM_UP_CALLS} calls, ${
        endMb.toFixed(1)
      } MB after ${CALLS}`,
    );
    assertEquals(await bench.sample('kav_calls_total{reason="caller_hung_up"}'), CALLS);
    assertEquals(await bench.sample("kav_calls"), 0);
    assertEquals(await bench.sample("kav_dialog_calls"), 0);
    assertLess(endMb, warmMb * (1 + MOST_GROWTH), "MB held");
  });
});
