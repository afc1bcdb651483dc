import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import type { FakeCall } from "shared/testing/fake_twilio/fake_twilio.ts";
import { hearingOf } from "../../end_to_end/heard.ts";
import { isEnd } from "../answers.ts";
import { burstsAfter, longestSilenceMs } from "../bursts.ts";
import { edgeOf } from "../hands.ts";
import { eventually, LiveKav, LONG_MS, SHORT_GREETING } from "../live_kav.ts";
import { LongAnswer } from "../long_answer.ts";
import { LongTalk } from "../long_talk.ts";

/** At the edge that is killed, and at least one at the other. */
const FEWEST = 2;
const MAX_CALLS = 20;
const SPOKEN_MS = 3_000;
/** A second greeting would come within it. */
const LINGER_MS = 1_000;
/** What has arrived last is not played, or not yet. */
const UNHEARD_FRAMES = 10;

const recognition = PocketSphinxRecognizer.available() === true;

/** The edge that takes a leg of a call. */
async function takenBy(kav: LiveKav, call: FakeCall, leg = 0): Promise<string> {
  return (await eventually(() => edgeOf(kav, call, leg), `the edge of ${call.callSid}`)).label;
}

/** Makes calls until both edges have some. */
async function atBoth<T>(
  make: () => Promise<T>,
  edge: (made: T) => Promise<string>,
): Promise<{ lost: T[]; kept: T[] }> {
  const lost: T[] = [];
  const kept: T[] = [];
  while (lost.length + kept.length < MAX_CALLS) {
    for (const one of await Promise.all([make(), make()])) {
      if (await edge(one) === "edge-1") lost.push(one);
      else kept.push(one);
    }
    if (lost.length >= FEWEST && kept.length > 0) return { lost, kept };
  }
  throw new Error("Cannot place calls at both edges");
}

/** The stream broke; Twilio asked for the next verb, and opened the stream of the next leg. @returns when */
async function nextLeg(kav: LiveKav, call: FakeCall): Promise<number> {
  const second = await call.until(
    () => call.timeline.of("stream_started")[1],
    "the second stream",
    LONG_MS,
  );
  assertEquals(call.timeline.of("stream_ended").map(({ end }) => end.kind), ["broken"]);
  const requests = call.timeline.of("webhook").map(({ url, status }) => [
    url.slice(kav.up.webhook.length),
    status,
  ]);
  assertEquals(requests, [["/twilio/voice", 200], ["/twilio/next?leg=0", 200]]);
  const verbs = call.timeline.of("verb").map(({ verb }) => verb);
  assertEquals(
    verbs.map((verb) => verb.verb === "Connect" ? `leg ${verb.parameters["leg"]}` : verb.verb),
    ["leg 0", "Redirect", "leg 1"],
  );
  assertEquals(await takenBy(kav, call, 1), "edge-2");
  return second.atMs;
}

/** The answer went on with the sentence that was not wholly sent, and nothing else was said. @returns ms of silence */
async function wentOn(
  kav: LiveKav,
  { call, askedMs }: LongTalk,
  legMs: number,
  answer: LongAnswer,
): Promise<number> {
  const frames = call.timeline.of("media").filter(({ atMs }) => atMs > askedMs && atMs < legMs)
    .length;
  const [rest] = burstsAfter(call, legMs);
  assert(rest, "nothing is said in the next leg");
  const { piece: firstSentence } = (await kav.turns(call))[1]!.spoken.from;
  const next = answer.nextAfter(0, frames);
  // The dialog may not have heard of the last frames: the edge that sent them is dead.
  assert([next, next - 1].includes(firstSentence), `goes on with ${firstSentence}, not ${next}`);
  const heard = call.heardTrack();
  const cut = (audio: Uint8Array, count: number) =>
    audio.subarray(0, (count - UNHEARD_FRAMES) * FRAME_BYTES);
  hearingOf(heard, cut(await answer.audioFrom(0), frames), askedMs - call.startedMs);
  const after = cut(await answer.audioFrom(firstSentence), rest.frames);
  hearingOf(heard, after, rest.fromMs - call.startedMs - 20);
  return longestSilenceMs(call, legMs - 500, rest.fromMs + 500);
}

/** The next question is heard and answered: it is the last turn of the call, and turn number `turn`. */
async function asks(kav: LiveKav, call: FakeCall, turn: number): Promise<void> {
  const { answer, phrasings } = kav.business.questions[1]!;
  const spoken = await kav.speech(answer);
  const fromMs = call.nowMs;
  const echoes = call.timeline.of("echoed").length;
  if (recognition) await call.say(phrasings[0]!);
  else call.press("2");
  await call.until(
    () => call.timeline.of("echoed").slice(echoes).some(isEnd),
    "the end of the answer",
    LONG_MS,
  );
  hearingOf(call.heardTrack(), spoken, fromMs - call.startedMs);
  const turns = await kav.turns(call);
  const asked = recognition ? phrasings[0]! : "key 2";
  assertEquals([turns.length, turns.at(-1)!.asked, turns.at(-1)!.told], [turn + 1, asked, answer]);
}

describe("An edge killed with calls on it", () => {
  it("loses their streams, and they go on at the other edge in the next leg", async () => {
    await using kav = await LiveKav.start({
      businessFile: SHORT_GREETING,
      instances: { edge: 2, dialog: 2 },
    });
    const answer = await LongAnswer.ofKey(kav.business, "9");
    const idle = await atBoth(async () => (await kav.place()).call, (call) => takenBy(kav, call));
    const talking = await atBoth(
      () => LongTalk.begin(kav, answer),
      ({ call }) => takenBy(kav, call),
    );
    const kept = [...idle.kept, ...talking.kept.map(({ call }) => call)];
    await kav.clock.sleepUntil(kav.clock.now() + SPOKEN_MS);
    const killMs = kav.clock.now();
    await kav.kill("edge-1");

    const legs = await Promise.all(talking.lost.map(({ call }) => nextLeg(kav, call)));
    await Promise.all(idle.lost.map((call) => nextLeg(kav, call)));
    await Promise.all(
      talking.lost.map(({ call }, i) =>
        eventually(() => burstsAfter(call, legs[i]!).length > 0, "the rest of the answer")
      ),
    );
    await kav.clock.sleepUntil(kav.clock.now() + LINGER_MS);
    const silencesMs = await Promise.all(
      talking.lost.map((talk, i) => wentOn(kav, talk, legs[i]!, answer)),
    );
    for (const call of idle.lost) {
      assertEquals(burstsAfter(call, killMs), [], "nobody is greeted again");
    }
    const legsMs = legs.map((atMs) => Math.round(atMs - killMs));
    console.log(
      `edge killed: next leg after ${legsMs.join(" ")} ms, silence ${silencesMs.join(" ")} ms`,
    );

    await Promise.all([
      ...talking.lost.map(({ call }) => asks(kav, call, 2)),
      ...idle.lost.map((call) => asks(kav, call, 1)),
    ]);
    for (const call of kept) assertEquals(call.timeline.of("stream_started").length, 1);
    for (const { bursts } of talking.kept) assertEquals(bursts.length, 1);
  });
});
