import { encodeAudio } from "shared/bus/audio_codec.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { callSubject } from "shared/bus/subjects.ts";
import { silentFrame } from "shared/media/frame.ts";
import { decodeMulawInto } from "shared/media/mulaw.ts";
import { FvadFactory } from "shared/speech/fvad/fvad.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { OwnLoudness } from "services/ws-edge/tx/own_loudness.ts";
import { PacedSender, type SenderEvents } from "services/ws-edge/tx/paced_sender.ts";
import { TxQueue } from "services/ws-edge/tx/queue.ts";
import { TxStats } from "services/ws-edge/tx/tx_stats.ts";
import { TxWriter } from "services/ws-edge/tx/writer.ts";
import { OutboundEncoder } from "services/ws-edge/twilio/outbound.ts";

/** What one frame of 20 ms costs in the parts that hold state: bus, detector, sender. */
const frame = silentFrame();
const encoder = new OutboundEncoder("MZ0123456789abcdef0123456789abcdef");
const audio = { kind: "tx", epoch: 0, utterance: 1, seq: 0, streamMs: 0, payload: frame } as const;
const encoded = encodeAudio(audio);

const bus = new MemoryBus({ clock: new FakeClock() });
const subject = callSubject("CAbench", "rx.audio");
bus.subscribe(subject, () => {});
Deno.bench("bus in memory: publish and deliver", async () => {
  bus.publish(subject, encoded);
  await Promise.resolve();
});

const samples = new Int16Array(frame.length);
const vad = (await FvadFactory.load()).create();
Deno.bench("stt: mu-law to samples, VAD", () => {
  decodeMulawInto(frame, samples);
  vad.isVoiced(samples);
});

const nothing = () => {};
const events: SenderEvents = {
  frameSent: nothing,
  drained: nothing,
  began: nothing,
  markPlayed: nothing,
  markCleared: nothing,
  finished: nothing,
  flooded: nothing,
};
/** Sent, to be echoed before the next frame. */
const marks: string[] = [];
const queue = new TxQueue(120, { dropped: nothing, lost: nothing });
const sender = new PacedSender({
  queue,
  stats: new TxStats(),
  loudness: new OwnLoudness(),
  events,
  leadFrames: 2,
  sendBound: 144,
  writer: new TxWriter(
    {
      readyState: WebSocket.OPEN,
      send: (text) => {
        if (text.includes('"mark"')) marks.push(JSON.parse(text).mark.name);
      },
    },
    encoder,
  ),
});
let seq = 0;
Deno.bench("tx: queue, paced sender, writer (socket left out)", () => {
  for (let mark = marks.pop(); mark; mark = marks.pop()) sender.echoed(mark);
  queue.receive({ ...audio, loudness: 0, seq });
  sender.tick(seq++ * 20);
});
