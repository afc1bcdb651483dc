import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { encodeJson } from "shared/bus/codec.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { heartbeatSubject } from "shared/bus/subjects.ts";
import { beat, type Beating } from "shared/runtime/worker/heartbeat.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LossyBus } from "shared/testing/lossy_bus.ts";
import { WorkerWatch } from "./worker_watch.ts";

/** A watch on a bus of its own over the workers' one. */
class Rig implements Disposable {
  readonly clock = new FakeClock();
  readonly memory = new MemoryBus({ clock: this.clock });
  readonly bus = new LossyBus(this.memory, this.clock);
  readonly bad: string[] = [];
  readonly lost: { atMs: number; call: string; reason: string }[] = [];
  readonly watch = new WorkerWatch({
    bus: this.bus,
    clock: this.clock,
    onBadMessage: (subject, problem) => this.bad.push(`${subject}: ${problem}`),
  });
  readonly #beating: Beating[] = [];

  /** A worker whose heart beats; it has the calls in the set given. */
  worker(instance: string, calls = new Set<string>()): Beating {
    const beating = beat(this.memory, this.clock, "stt-service", instance, () => ({
      calls: [...calls],
      capacity: 10,
      draining: false,
    }));
    this.#beating.push(beating);
    return beating;
  }

  watchCall(instance: string, call: string) {
    return this.watch.watch("stt", instance, call, (reason) => {
      this.lost.push({ atMs: this.clock.now(), call, reason });
    });
  }

  /** The server stands still: nothing is delivered, and a flush hangs. Returns what ends that. */
  suspendServer(): () => void {
    const released = Promise.withResolvers<void>();
    const flush = this.bus.flush.bind(this.bus);
    this.bus.drop = () => true;
    this.bus.flush = () => released.promise.then(flush);
    const deliver = this.cutOff();
    return () => {
      this.bus.heal();
      this.bus.flush = flush;
      deliver();
      released.resolve();
    };
  }

  /** No heartbeat reaches the watch, whose bus says that it is connected. */
  cutOff(): () => void {
    const publish = this.memory.publish;
    this.memory.publish = () => true;
    return () => this.memory.publish = publish;
  }

  [Symbol.dispose](): void {
    this.watch.stop();
    for (const { stop } of this.#beating) stop();
  }
}

describe("WorkerWatch.watch()", () => {
  it("gives a worker up between 1.2 and 1.4 s after its last heartbeat, and tells once", async () => {
    using rig = new Rig();
    const { stop } = rig.worker("w1", new Set(["CA1"]));
    rig.watchCall("w1", "CA1");
    await rig.clock.advance(5_000);
    assertEquals(rig.lost, []);
    stop();
    await rig.clock.advance(10_000);
    assertEquals(rig.lost.length, 1);
    const [{ atMs, reason }] = rig.lost as [typeof rig.lost[0]];
    assertEquals(reason, "silent");
    assert(atMs >= 6_200 && atMs <= 6_400, `lost at ${atMs}`);
  });

  it("notices a worker that leaves the call, or was started anew, at its next heartbeat", async () => {
    using rig = new Rig();
    const calls = new Set(["CA1", "CA2"]);
    rig.worker("w1", calls);
    rig.watchCall("w1", "CA1");
    rig.watchCall("w1", "CA2");
    await rig.clock.advance(1_000);
    calls.delete("CA1");
    await rig.clock.advance(250);
    assertEquals(rig.lost, [{ atMs: 1_250, call: "CA1", reason: "left" }]);
  });

  it("waits for a heartbeat of 300 ms after the assignment", async () => {
    using rig = new Rig();
    rig.worker("w1");
    await rig.clock.advance(240);
    rig.watchCall("w1", "CA1");
    await rig.clock.advance(299);
    assertEquals(rig.lost, []);
    await rig.clock.advance(300);
    assertEquals(rig.lost, [{ atMs: 750, call: "CA1", reason: "left" }]);
  });

  it("tells nothing after its cancel", async () => {
    using rig = new Rig();
    rig.watchCall("w1", "CA1")();
    await rig.clock.advance(5_000);
    assertEquals(rig.lost, []);
  });

  it("stands still while the bus is away, and then gives 1.5 s", async () => {
    using rig = new Rig();
    const { stop } = rig.worker("w1", new Set(["CA1"]));
    rig.worker("w2", new Set(["CA2"]));
    rig.watchCall("w1", "CA1");
    rig.watchCall("w2", "CA2");
    await rig.clock.advance(1_000);
    rig.bus.setConnected(false);
    stop();
    await rig.clock.advance(5_000);
    rig.bus.setConnected(true);
    await rig.clock.advance(1_300);
    assertEquals(rig.lost, []);
    await rig.clock.advance(700);
    assertEquals(rig.lost.map(({ call }) => call), ["CA1"]);
  });

  for (const stallMs of [900, 1_150, 1_300, 4_000, 12_000]) {
    it(`blames nobody for a server that stands still for ${stallMs} ms`, async () => {
      using rig = new Rig();
      rig.worker("w1", new Set(["CA1"]));
      const { stop } = rig.worker("w2", new Set(["CA2"]));
      rig.watchCall("w1", "CA1");
      rig.watchCall("w2", "CA2");
      await rig.clock.advance(1_000);
      const resume = rig.suspendServer();
      stop();
      await rig.clock.advance(stallMs);
      assertEquals(rig.lost, []);
      resume();
      await rig.clock.advance(4_000);
      // Who died meanwhile is found all the same.
      assertEquals(rig.lost.map(({ call }) => call), ["CA2"]);
    });
  }

  for (const stallMs of [1_000, 1_300, 6_000]) {
    it(`blames nobody for a stall of this process of ${stallMs} ms`, async () => {
      using rig = new Rig();
      rig.worker("w1", new Set(["CA1"]));
      rig.watchCall("w1", "CA1");
      await rig.clock.advance(1_010);
      const deliver = rig.cutOff();
      await rig.clock.jump(stallMs);
      deliver();
      await rig.clock.advance(3_000);
      assertEquals(rig.lost, []);
    });
  }

  it("has one timer, however many calls", async () => {
    using rig = new Rig();
    for (let i = 0; i < 500; i++) rig.watchCall("w1", `CA${i}`);
    assertEquals(rig.clock.sleeping, 1);
    await rig.clock.advance(2_000);
    assertEquals(rig.lost.length, 500);
  });
});

describe("WorkerWatch.candidate()", () => {
  it("names a worker of the role that lives, by its heartbeat", async () => {
    using rig = new Rig();
    assertEquals(rig.watch.candidate("stt", new Set()), undefined);
    const { stop } = rig.worker("w1");
    await rig.clock.advance(0);
    assertEquals(rig.watch.candidate("stt", new Set()), "w1");
    assertEquals(rig.watch.candidate("dialog", new Set()), undefined);
    assertEquals(rig.watch.candidate("stt", new Set(["w1"])), undefined);
    stop();
    await rig.clock.advance(1_200);
    assertEquals(rig.watch.candidate("stt", new Set()), undefined);
  });

  it("drops and reports a heartbeat that is none, or of another's name; ignores other services", async () => {
    using rig = new Rig();
    const publish = (service: string, instance: string, message: unknown) =>
      rig.memory.publish(heartbeatSubject(service, instance), encodeJson(message));
    const good = { instance: "w2", calls: [], capacity: 3, draining: false };
    publish("stt-service", "w1", { instance: "w1" });
    publish("stt-service", "w1", good);
    publish("greeting-builder", "w2", good);
    await rig.clock.advance(0);
    assertEquals(rig.bad.length, 2);
    assert(rig.bad.every((text) => text.startsWith("heartbeat: ")), rig.bad.join());
    assertEquals(rig.watch.candidate("stt", new Set()), undefined);
  });
});
