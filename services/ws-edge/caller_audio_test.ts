import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { EdgeBench, eventually } from "./testing/edge_bench.ts";
import type { SttLine } from "./testing/worker_line.ts";

const isMedia = (text: string) => text.startsWith('{"event":"media"');

/** Steps of the stream time from frame to frame that are not 20 ms. */
function jumps({ frames }: SttLine): number[] {
  return frames.flatMap(({ streamMs }, i) => {
    const step = i === 0 ? 20 : streamMs - frames[i - 1]!.streamMs;
    return step === 20 ? [] : [step];
  });
}

const isGapless = (line: SttLine) => line.frames.every(({ seq }, i) => seq === i);

describe("Caller's audio on the bus", () => {
  it("is cut anew into 20 ms, whatever payloads of 1 to 8,000 bytes it comes in", async () => {
    await using bench = new EdgeBench();
    const sizes = [1, 159, 160, 161, 8_000, 1, 1, 4_001, 80, 79, 320, 7_999, 33];
    const sent = Uint8Array.from({ length: sizes.reduce((a, b) => a + b) }, (_, i) => i * 31);
    let next = 0;
    let at = 0;
    const call = await bench.talk({
      tamper: (text) => {
        if (!isMedia(text)) return text;
        const size = sizes[next++];
        if (size === undefined) return undefined;
        const message = JSON.parse(text);
        message.media.payload = sent.subarray(at, at += size).toBase64();
        return JSON.stringify(message);
      },
    });
    const line = bench.stt.line(call);
    const whole = Math.floor(sent.length / FRAME_BYTES);
    await eventually(() => next > sizes.length && line.frames.length >= whole, "all frames");
    assertEquals([line.frames.length, isGapless(line)], [whole, true]);
    assertEquals(line.audio, sent.subarray(0, whole * FRAME_BYTES));
    assertEquals(await bench.badInput("bad_payload"), 0);
  });

  it("goes on after messages that never came: they are counted, and nothing is filled", async () => {
    await using bench = new EdgeBench();
    let chunks = 0;
    const call = await bench.talk({
      tamper: (text) => isMedia(text) && ++chunks >= 10 && chunks <= 12 ? undefined : text,
    });
    await bench.flows([call], 20);
    const line = bench.stt.line(call);
    assertEquals([isGapless(line), jumps(line)], [true, [80]]);
    assertEquals(line.frames[9]!.streamMs, 12 * 20);
    assertEquals(await bench.sample("kav_rx_sequence_gaps_total"), 3);
  });

  it("follows jumps of the timestamp, forth and back, and fills nothing", async () => {
    await using bench = new EdgeBench();
    const call = await bench.talk();
    const line = bench.stt.line(call);
    call.jumpTimestamp(500);
    await bench.flows([call]);
    call.jumpTimestamp(-200);
    await bench.flows([call]);
    assertEquals([isGapless(line), jumps(line)], [true, [520, -180]]);
    assertEquals(await bench.sample("kav_rx_timestamp_jumps_total"), 2);
    assertEquals(await bench.sample("kav_rx_sequence_gaps_total"), 0);
    const { stream_ms } = bench.dialog.line(call).credits.at(-1)!;
    await bench.dialog.line(call).speak(1, 5);
    await eventually(() => bench.dialog.line(call).credits.at(-1)!.stream_ms > stream_ms, "credit");
  });

  it("waits for a recognizer that comes after 2 s, and then is all there, in order", async () => {
    await using bench = new EdgeBench({ workers: ["dialog"] });
    const sent: string[] = [];
    const call = await bench.place({
      tamper: (text) => {
        if (isMedia(text)) sent.push(JSON.parse(text).media.payload);
        return text;
      },
    });
    call.play(Uint8Array.from({ length: 110 * FRAME_BYTES }, (_, i) => i / FRAME_BYTES)).catch(
      () => {},
    );
    await eventually(() => sent.length >= 100, "2 s of the caller");
    bench.stt.join();
    await eventually(() => bench.stt.find(call.callSid), "the recognizer");
    const line = bench.stt.line(call);
    await eventually(() => line.frames.length >= 120, "the first frames");
    assertEquals([isGapless(line), jumps(line)], [true, []]);
    assertEquals(
      line.frames.map(({ payload }) => payload.toBase64()),
      sent.slice(0, line.frames.length),
    );
    assertEquals(await bench.sample("kav_rx_drops_total"), 0);
  });
});
