import { assert, assertEquals } from "@std/assert";
import { afterEach, describe, it } from "@std/testing/bdd";
import { EngineFailure } from "shared/speech/engine_failure.ts";
import { SttKit, type SttKitOptions } from "./testing/stt_kit.ts";

const FAILURE = new EngineFailure({
  engine: "google-stt",
  kind: "unreachable",
  code: "UNAVAILABLE (14)",
  details: "No connection established",
  advice: "Check the network.",
});

let kit: SttKit;

/** A service that has taken the call. */
async function taken(options?: SttKitOptions): Promise<void> {
  kit = await SttKit.start(options);
  await kit.taken();
}

afterEach(async () => {
  assertEquals(await kit.stop(), 0, "nothing stays behind");
});

describe("SttCall end", () => {
  /** The call ends, everything is freed. */
  async function assertLeft(reason: string): Promise<void> {
    await kit.clock.advance(0);
    const { written, closed } = kit.recognition;
    const before = written.length;
    assertEquals([closed, kit.vads.open], [true, 0]);
    kit.publish(5);
    await kit.clock.advance(1_000);
    assertEquals(written.length, before);
    assertEquals(kit.clock.sleeping, 1, "the heartbeat");
    assertEquals([kit.beats.at(-1)?.calls, await kit.metric("kav_stt_calls")], [[], 0]);
    assert(kit.log.some((line) => line.includes(`reason=${reason}`)), kit.log.join(""));
  }

  it("comes with the edge's ended, in the middle of a backlog", async () => {
    await taken({ recognizer: { leaseMs: 500 } });
    assertEquals(kit.clock.sleeping, 3, "heartbeat, watch, acks");
    kit.publish(100, 0x10);
    await kit.clock.advance(100);
    kit.event({ kind: "ended", reason: "caller_hung_up" });
    await assertLeft("caller_hung_up");
  });

  it("comes with frames for a newer epoch", async () => {
    await taken();
    await kit.silence(5);
    kit.epoch = 1;
    await kit.silence(1);
    await assertLeft("superseded");
  });

  it("comes when the edge has assigned a newer epoch, not this or an older one", async () => {
    kit = await SttKit.start();
    kit.epoch = 5;
    await kit.taken();
    kit.event({ kind: "assigned", stt_epoch: 4 });
    kit.event({ kind: "assigned", stt_epoch: 5 });
    await kit.silence(5);
    assertEquals(kit.recognition.closed, false);
    kit.event({ kind: "assigned", stt_epoch: 6 });
    await assertLeft("superseded");
  });

  it("comes after 10 s of nothing, in which the bus was there", async () => {
    await taken();
    await kit.clock.advance(8_000);
    kit.sttBus.setConnected(false);
    await kit.clock.advance(20_000);
    kit.sttBus.setConnected(true);
    await kit.clock.advance(9_000);
    await kit.silence(1);
    await kit.clock.advance(9_900);
    assertEquals(kit.recognition.closed, false);
    await kit.clock.advance(1_200);
    await assertLeft("edge_silent");
  });

  it("comes when the recognizer gives the call up, so that another instance may take it", async () => {
    await taken();
    await kit.speaks(5);
    kit.recognition.fail(FAILURE);
    await assertLeft("recognizer_failed");
    assertEquals(await kit.metric("kav_stt_engine_errors_total"), 1);
    assert(kit.log.some((line) => line.includes("UNAVAILABLE (14)")), kit.log.join(""));
    kit.epoch = 1;
    assertEquals(await kit.offer({ not: ["stt-1"] }), {
      took: false,
      instance: "stt-1",
      reason: "excluded",
    });
  });

  it("comes at once when the recognizer gives the call up while it begins", async () => {
    kit = await SttKit.start();
    const { recognizer } = kit;
    const { recognize } = recognizer;
    recognizer.recognize = (options, sink) => {
      const recognition = recognize.call(recognizer, options, sink);
      recognition.fail(FAILURE);
      return recognition;
    };
    await kit.taken();
    await assertLeft("recognizer_failed");
  });

  it("keeps what the engine still says from going out", async () => {
    await taken();
    await kit.speaks(20);
    const { recognition } = kit;
    kit.event({ kind: "ended", reason: "hangup" });
    await kit.clock.advance(0);
    const told = kit.speech.length;
    recognition.partial("too late");
    recognition.final("too late");
    recognition.error(new Error("too late"));
    await kit.clock.advance(1_000);
    assertEquals([kit.speech.length, await kit.metric("kav_stt_engine_errors_total")], [told, 0]);
  });
});
