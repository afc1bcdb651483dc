/** What one frame of 20 ms costs at each step of its way: with 1,000 calls, all of them have 20 us. */
import { decodeAudio, encodeAudio } from "shared/bus/audio_codec.ts";
import { DeadlinePacer } from "shared/media/deadline_pacer.ts";
import { FRAME_BYTES, FRAME_MS } from "shared/media/frame.ts";
import { Framer } from "shared/media/framer.ts";
import { meanPower } from "shared/media/loudness.ts";
import { MediaQueue } from "shared/media/media_queue.ts";
import { decodeMulaw, encodeMulaw } from "shared/media/mulaw.ts";
import { parseTwilioMessage } from "services/ws-edge/twilio/message.ts";
import { OutboundEncoder } from "services/ws-edge/twilio/outbound.ts";
import { OwnLoudness } from "services/ws-edge/tx/own_loudness.ts";

const frame = Uint8Array.from({ length: FRAME_BYTES }, (_, i) => (i * 37) % 256);
const samples = decodeMulaw(frame);
const outbound = new OutboundEncoder("MZ0123456789abcdef0123456789abcdef");
const inboundText = JSON.stringify({
  event: "media",
  sequenceNumber: "4",
  streamSid: "MZ0123456789abcdef0123456789abcdef",
  media: { track: "inbound", chunk: "3", timestamp: "60", payload: frame.toBase64() },
});
const audio = { kind: "tx", epoch: 1, utterance: 1, seq: 1, streamMs: 0, payload: frame } as const;
const audioBytes = encodeAudio(audio);

Deno.bench("parseTwilioMessage() of one media message", () => void parseTwilioMessage(inboundText));
Deno.bench("OutboundEncoder.media()", () => void outbound.media(frame));
Deno.bench("encodeAudio()", () => void encodeAudio(audio));
Deno.bench("decodeAudio()", () => void decodeAudio(audioBytes));
Deno.bench("decodeMulaw()", () => void decodeMulaw(frame));
Deno.bench("encodeMulaw()", () => void encodeMulaw(samples));

const framer = new Framer();
const chunk = new Uint8Array(FRAME_BYTES + 1);
Deno.bench("Framer.push() of chunks that are no whole frames", () => void framer.push(chunk));

const queue = new MediaQueue<{ seq: number }, { afterSeq: number }>(120);
let seq = 0;
Deno.bench("MediaQueue.push() into a full queue", () => void queue.push({ seq: seq++ }));

const pacer = new DeadlinePacer(2);
let nowMs = 0;
pacer.begin(nowMs);
Deno.bench("DeadlinePacer.depart()", () => void pacer.depart(nowMs += FRAME_MS));

Deno.bench("meanPower()", () => void meanPower(frame));
const loudness = new OwnLoudness();
let playsFromMs = 0;
Deno.bench("OwnLoudness.sent()", () => loudness.sent(frame, playsFromMs += FRAME_MS));
Deno.bench("OwnLoudness.at() while Kav sounds", () => void loudness.at(playsFromMs));
