import { assert, assertEquals, assertGreater, assertLess, assertLessOrEqual } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { encodeAudio } from "shared/bus/audio_codec.ts";
import type { NatsBus } from "shared/bus/nats_bus.ts";
import { callSubject } from "shared/bus/subjects.ts";
import { FRAME_BYTES, MULAW_SILENCE } from "shared/media/frame.ts";
import { PocketSphinxRecognizer } from "shared/speech/pocketsphinx/pocketsphinx_recognizer.ts";
import { freePort } from "shared/testing/local_process.ts";
import type { ServiceProcess } from "deploy/local/service_process.ts";
import { hearingOf } from "../../end_to_end/heard.ts";
import { textOfKey } from "../../end_to_end/text_of_key.ts";
import { assertNothingLost, greeted, greetedMany, hearsKey, isEnd } from "../answers.ts";
import { busOfUser } from "../bus_of_user.ts";
import { type BenchCall, eventually, LiveKav, LONG_MS, SHORT_GREETING } from "../live_kav.ts";
import { NatsMonitor } from "../nats_monitor.ts";
import { largestOf, QueueWatch } from "../queue_watch.ts";

const CALLS = 5;
const STOP_MS = 3_000;
/** The settings' defaults. */
const WINDOW_FRAMES = 9;
const SEND_FRAMES = 144;
const RX_FRAMES = 200;
const INBOX_FRAMES = 200;
/** A call says so much to a dialog: a credit for two frames, offers and their repetitions. */
const DIALOG_BYTES_PER_S = 25 * 256 + 5 * 1_024;
/** And to recognition: a frame with its header, 50 times; events, offers. */
const STT_BYTES_PER_S = 50 * (16 + FRAME_BYTES) + 5 * 1_024;
/** What was never taken from a socket shows here; the kernel hides up to megabytes of it. */
const PENDING_BYTES = 64 * 1024;
/** From a key to its answer where nothing waits before it. */
const PROMPT_MS = 1_000;
const QUESTION = "where are you located";
const SAMPLE_MS = 250;

const recognition = PocketSphinxRecognizer.available() === true;

let kav: LiveKav;
let monitor: NatsMonitor;
let buses: { readonly dialog: NatsBus; readonly edge: NatsBus };

interface Stopped {
  readonly bytes: number;
  readonly messages: number;
  readonly pendingBytes: number;
}

/** Suspends a service for 3 s, meanwhile looks at what nats-server has for it. */
async function stopReading(service: ServiceProcess, meanwhile = () => {}): Promise<Stopped> {
  const before = await monitor.connection(service.instance);
  kav.suspend(service);
  const untilMs = kav.clock.now() + STOP_MS;
  let pendingBytes = 0;
  let now = before;
  meanwhile();
  while (kav.clock.now() < untilMs) {
    await kav.clock.sleepUntil(Math.min(untilMs, kav.clock.now() + SAMPLE_MS));
    now = await monitor.connection(service.instance);
    pendingBytes = Math.max(pendingBytes, now.pendingBytes);
  }
  kav.resume(service);
  return {
    bytes: now.outBytes - before.outBytes,
    messages: now.outMessages - before.outMessages,
    pendingBytes,
  };
}

const watch = (calls: readonly BenchCall[]) => calls.map((each) => new QueueWatch(each, buses));

async function end(calls: readonly BenchCall[], watches: readonly QueueWatch[]): Promise<void> {
  for (const each of watches) each.close();
  await Promise.all(calls.map(({ call }) => call.hangUp()));
}

/** The end of an utterance that began after now, whatever its number. */
async function answerEnds({ call }: BenchCall): Promise<void> {
  const fromMs = call.nowMs;
  await call.untilEvent(
    "echoed",
    3 * LONG_MS,
    (echoed) => echoed.atMs > fromMs && isEnd(echoed),
  );
}

function told(stopped: Stopped, queues: object): string {
  const sizes = Object.entries(queues).map(([name, frames]) => `${name} ${frames}`).join(", ");
  return `${CALLS} calls: nats-server had ${stopped.messages} messages of ${stopped.bytes} bytes ` +
    `for it, ${stopped.pendingBytes} pending; largest queues: ${sizes}`;
}

const dropsIn = (calls: readonly BenchCall[]) =>
  calls.flatMap(({ telemetry }) => telemetry.rx).reduce((sum, { drops }) => sum + drops, 0);

describe("A reader that stops for 3 s", () => {
  beforeAll(async () => {
    const natsMonitorPort = freePort();
    monitor = new NatsMonitor(natsMonitorPort);
    kav = await LiveKav.start({ businessFile: SHORT_GREETING, natsMonitorPort });
    const [dialog, edge] = await Promise.all([
      busOfUser(kav.up, "dialog"),
      busOfUser(kav.up, "edge"),
    ]);
    buses = { dialog, edge };
  });

  afterAll(async () => {
    await Promise.all([buses.dialog.close(), buses.edge.close()]);
    await kav[Symbol.asyncDispose]();
  });

  it("a dialog: no queue grows beyond its bound, and none hides speech when it wakes", async () => {
    const calls = await greetedMany(kav, CALLS);
    const watches = watch(calls);
    for (const { call } of calls) call.press("9");
    await Promise.all(calls.map(({ call }) => call.untilHeardSpeech(LONG_MS)));
    const stopped = await stopReading(kav.service("dialog-1"));
    const wokenMs = kav.clock.now();
    const resumedMs = await Promise.all(calls.map(({ call }) => call.untilHeardSpeech(LONG_MS)));
    const said = await kav.speech(textOfKey(kav.business, "2"));
    const afterMs = await Promise.all(calls.map(async (each) => {
      const { call } = each;
      const pressedMs = call.nowMs - call.startedMs;
      call.press("2");
      await answerEnds(each);
      return hearingOf(call.heardTrack(), said, pressedMs).fromMs - pressedMs;
    }));
    const queues = largestOf(watches);
    console.log(
      `dialog stopped: ${told(stopped, queues)}; speaks again ` +
        `${(Math.max(...resumedMs) - wokenMs).toFixed(0)} ms after it woke, answers a key ` +
        `after ${Math.max(...afterMs).toFixed(0)} ms`,
    );
    await end(calls, watches);
    assertLessOrEqual(queues.tx, WINDOW_FRAMES, "tx");
    assertLessOrEqual(queues.send, SEND_FRAMES, "send");
    assertLessOrEqual(queues.rx, RX_FRAMES, "rx");
    assertLess(stopped.bytes, CALLS * DIALOG_BYTES_PER_S * STOP_MS / 1_000, "bytes for it");
    assertGreater(stopped.messages, 0);
    assertLess(stopped.pendingBytes, PENDING_BYTES, "pending");
    assertLess(Math.max(...afterMs), PROMPT_MS, "the answer to a key");
    assertEquals(calls.flatMap(({ telemetry }) => telemetry.tx).filter(({ drops }) => drops), []);
  });

  it("recognition: its inbox stays bounded, and what was said meanwhile is heard", async () => {
    const calls = await greetedMany(kav, CALLS);
    const watches = watch(calls);
    const [first] = calls as [BenchCall, ...BenchCall[]];
    const question = await kav.speech(QUESTION);
    const said = await kav.speech(textOfKey(kav.business, "2"));
    const stopped = await stopReading(kav.service("stt-1"), () => {
      if (recognition) void first.call.play(question);
    });
    const wokenMs = first.call.nowMs - first.call.startedMs;
    if (!recognition) first.call.press("2");
    await answerEnds(first);
    const { fromMs } = hearingOf(first.call.heardTrack(), said, wokenMs);
    const queues = largestOf(watches);
    console.log(
      `recognition stopped: ${told(stopped, queues)}; what was said meanwhile is answered ` +
        `${(fromMs - wokenMs).toFixed(0)} ms after it woke`,
    );
    await end(calls, watches);
    const lostThere = await kav.sample("stt-1", "kav_stt_drops_total");
    const lostHere = await kav.sample("edge-1", "kav_rx_drops_total");
    assertLessOrEqual(queues.inbox, INBOX_FRAMES, "inbox");
    assertLessOrEqual(queues.rx, RX_FRAMES, "rx");
    assertLess(stopped.bytes, CALLS * STT_BYTES_PER_S * STOP_MS / 1_000, "bytes for it");
    assertLess(stopped.pendingBytes, PENDING_BYTES, "pending");
    assertEquals([lostThere + lostHere, dropsIn(calls)], [0, 0], "drops");
  });

  it("recognition: what its inbox has no room for is dropped, oldest first, and told", async () => {
    const placed = await greeted(kav);
    const watches = watch([placed]);
    const { call } = placed;
    const excess = 100;
    // All at once, and far ahead of the caller.
    const payload = new Uint8Array((INBOX_FRAMES + excess) * FRAME_BYTES).fill(MULAW_SILENCE);
    const message = { kind: "rx", epoch: 0, utterance: 0, seq: 1e6, streamMs: 2e7 } as const;
    buses.edge.publish(callSubject(call.callSid, "rx.audio"), encodeAudio({ ...message, payload }));
    await eventually(() => dropsIn([placed]) > 0, "drops in telemetry");
    await kav.clock.sleepUntil(kav.clock.now() + 1_500);
    const dropped = await kav.sample("stt-1", "kav_stt_drops_total");
    const { inbox } = largestOf(watches);
    console.log(`${INBOX_FRAMES + excess} frames at once: dropped ${dropped}, inbox ${inbox}`);
    await end([placed], watches);
    assertEquals([dropped, dropsIn([placed])], [excess, excess]);
    assert(inbox > INBOX_FRAMES / 2 && inbox <= INBOX_FRAMES, `inbox ${inbox}`);
  });

  it("Twilio: the edge stops at what may be unconfirmed, and the answer goes on whole", async () => {
    const placed = await greeted(kav);
    const watches = watch([placed]);
    const { call } = placed;
    const answer = hearsKey(kav, placed, "1", 2);
    await call.untilHeardSpeech(LONG_MS);
    call.stopReading();
    await kav.clock.sleepUntil(kav.clock.now() + STOP_MS);
    call.resumeReading();
    const { holesMs } = await answer;
    const queues = largestOf(watches);
    console.log(
      `Twilio stopped reading: holes ${holesMs} ms, largest send ${queues.send}, tx ${queues.tx}`,
    );
    await end([placed], watches);
    assert(queues.send > SEND_FRAMES / 2 && queues.send <= SEND_FRAMES, `send ${queues.send}`);
    assertLessOrEqual(queues.tx, WINDOW_FRAMES, "tx");
    assertNothingLost(placed);
  });
});
