import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { Drain, type DrainOptions } from "./drain.ts";
import { DrainPacer } from "./drain_pacer.ts";
import { Inbox } from "./inbox.ts";

/** A clock that a write can move. */
class SlowClock extends FakeClock {
  lostMs = 0;

  override now(): number {
    return super.now() + this.lostMs;
  }
}

describe("Drain.pump()", () => {
  let clock: SlowClock;
  let inbox: Inbox;
  let told: string[];
  let ready: boolean;
  let inWrite: (seq: number) => void;

  beforeEach(() => {
    clock = new SlowClock(1_000);
    inbox = new Inbox({ dropped: () => {}, lost: () => {} });
    told = [];
    ready = true;
    inWrite = () => {};
  });

  function drain(more: Partial<DrainOptions> = {}): Drain {
    return new Drain({
      clock,
      inbox,
      pacer: new DrainPacer(false),
      recognition: {
        get ready() {
          return ready;
        },
        write: (_, { seq }) => inWrite(seq),
        speechStarted: () => {},
        speechEnded: () => {},
        close: () => {},
      },
      hear: ({ seq }) => told.push(`hear ${seq}`),
      onWritten: (tookMs) => told.push(`wrote in ${tookMs}`),
      onError: (error) => told.push(String(error)),
      ...more,
    });
  }

  const push = (...seqs: number[]) =>
    seqs.forEach((seq) =>
      inbox.push({ seq, streamMs: seq * 20, loudness: 0, payload: new Uint8Array(160).fill(seq) })
    );

  it("hears each frame, writes it, and names what the write took", () => {
    inWrite = () => clock.lostMs += 3;
    push(0);
    drain().pump();
    assertEquals(told, ["hear 0", "wrote in 3"]);
  });

  it("holds a frame whose hearing takes readiness away, and hears it only once", () => {
    push(0);
    const held = drain({
      hear: ({ seq }) => {
        told.push(`hear ${seq}`);
        ready = false;
      },
    });
    held.pump();
    held.pump();
    assertEquals([told, held.pending, inbox.length], [["hear 0"], 1, 0]);
    ready = true;
    held.pump();
    assertEquals([told, held.pending], [["hear 0", "wrote in 0"], 0]);
  });

  it("writes nothing out of turn when it is called from within", () => {
    push(0, 1);
    const outer: Drain = drain({
      hear: ({ seq }) => {
        told.push(`hear ${seq}`);
        outer.pump();
      },
    });
    outer.pump();
    assertEquals(told, ["hear 0", "wrote in 0"]);
    outer.stop();
  });

  it("goes on with the next frame when a write throws", async () => {
    inWrite = (seq) => {
      if (seq === 0) throw new Error("broken");
    };
    push(0, 1);
    drain().pump();
    await clock.advance(10);
    assertEquals(told, ["hear 0", "Error: broken", "hear 1", "wrote in 0"]);
  });

  it("does nothing more once stopped, from within too", async () => {
    push(0, 1);
    const stopped: Drain = drain({
      hear: ({ seq }) => {
        told.push(`hear ${seq}`);
        stopped.stop();
      },
    });
    stopped.pump();
    await clock.advance(100);
    stopped.pump();
    assertEquals([told, stopped.pending, clock.sleeping], [["hear 0"], 0, 0]);
  });
});
