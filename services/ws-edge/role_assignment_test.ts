import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import type { Role } from "shared/bus/subjects.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LossyBus } from "shared/testing/lossy_bus.ts";
import { RoleAssignment } from "./role_assignment.ts";
import { RecordedLog } from "./testing/fixtures.ts";
import { ScriptedWorker } from "./testing/scripted_worker.ts";
import { WorkerLine } from "./testing/worker_line.ts";
import { WorkerWatch } from "./worker_watch.ts";

const CALL = "CA1";

/** One role of one call, and workers of it. */
class Rig implements Disposable {
  readonly clock = new FakeClock();
  readonly memory = new MemoryBus({ clock: this.clock });
  /** The edge's. */
  readonly bus = new LossyBus(this.memory, this.clock);
  readonly log = new RecordedLog();
  /** What was told, as short texts. */
  readonly told: string[] = [];
  readonly assignment: RoleAssignment;
  readonly #workers: ScriptedWorker<WorkerLine>[] = [];
  readonly #watch = new WorkerWatch({ bus: this.bus, clock: this.clock, onBadMessage: () => {} });
  readonly #abort = new AbortController();

  constructor(role: Role = "dialog", successorMs = 10_000) {
    const tell = (what: string) => (epoch?: number) => {
      this.told.push(epoch === undefined ? what : `${what} ${epoch}`);
    };
    this.assignment = new RoleAssignment({
      bus: this.bus,
      clock: this.clock,
      workers: this.#watch,
      role,
      call: CALL,
      leg: 1,
      log: this.log,
      successorMs,
      describe: () => ({
        call: CALL,
        leg: 1,
        business: "demo",
        window: 9,
        next_utterance: 1,
        next_seq: 0,
        utterances: [],
        heard: [],
      }),
      onOffer: () => {},
      onTaken: tell("taken"),
      onLost: tell("lost"),
      onForsaken: tell("forsaken"),
      onExhausted: tell("exhausted"),
      onEndedMeanwhile: tell("ended meanwhile"),
    });
  }

  run(): void {
    this.assignment.run(this.#abort.signal);
  }

  end(): void {
    this.#abort.abort();
  }

  worker(instance: string, role: Role = "dialog"): ScriptedWorker<WorkerLine> {
    const worker = new ScriptedWorker({
      bus: this.memory,
      clock: this.clock,
      role,
      instance,
      open: (bus, offer) => new WorkerLine(bus, offer),
    });
    this.#workers.push(worker);
    worker.join();
    return worker;
  }

  [Symbol.dispose](): void {
    this.end();
    this.#watch.stop();
    for (const worker of this.#workers) worker.hang();
  }
}

describe("RoleAssignment.run()", () => {
  it("offers the call of a worker that fell silent to a living one, within 1.5 s", async () => {
    using rig = new Rig();
    const first = rig.worker("d1");
    rig.run();
    await rig.clock.advance(1_000);
    const second = rig.worker("d2");
    await rig.clock.advance(1_000);
    assertEquals(rig.told, ["taken 256"]);
    first.hang();
    await rig.clock.advance(1_500);
    assertEquals(rig.told, ["taken 256", "lost", "taken 257"]);
    assertEquals(rig.assignment.epoch, 257);
    assertEquals(second.offers.map(({ epoch, not }) => [epoch, not]), [[257, ["d1"]]]);
    assertEquals(second.offeredBy, ["direct"]);
    assert(rig.log.lines.some((line) => line.includes("worker lost")), rig.log.lines.join("\n"));
  });

  it("offers the call again at the heartbeat that names it no more, and avoids that worker", async () => {
    using rig = new Rig();
    const first = rig.worker("d1");
    rig.run();
    await rig.clock.advance(1_000);
    const second = rig.worker("d2");
    first.lose(CALL);
    await rig.clock.advance(250);
    assertEquals(rig.told, ["taken 256", "lost", "taken 257"]);
    assertEquals(second.offers.map(({ not }) => not), [["d1"]]);
  });

  it("gives a call back to the only worker there is, once it was started anew", async () => {
    using rig = new Rig();
    const worker = rig.worker("d1");
    rig.run();
    await rig.clock.advance(1_000);
    worker.lose(CALL);
    await rig.clock.advance(600);
    assertEquals(rig.told, ["taken 256", "lost", "taken 257"]);
    assertEquals(worker.offers.map(({ epoch, not }) => [epoch, not]), [
      [256, []],
      [257, ["d1"]],
      [257, []],
    ]);
  });

  it("gives the call of a stalled worker back to it, if it comes back and nobody else does", async () => {
    using rig = new Rig();
    const worker = rig.worker("d1");
    rig.run();
    await rig.clock.advance(1_000);
    worker.hang();
    await rig.clock.advance(4_000);
    worker.answer = "take";
    worker.wake();
    await rig.clock.advance(1_000);
    assertEquals(rig.told.slice(0, 2), ["taken 256", "lost"]);
    assertEquals(rig.told.length, 3);
    assert(rig.assignment.epoch > 257);
  });

  it("names everybody who has failed the call", async () => {
    using rig = new Rig();
    rig.run();
    const names = ["d1", "d2", "d3", "d4"];
    const workers = [];
    for (const name of names) {
      workers.push(rig.worker(name));
      await rig.clock.advance(1_000);
      workers.at(-2)?.die();
      await rig.clock.advance(2_000);
    }
    assertEquals(workers[3]!.offers.at(-1)?.not, ["d1", "d2", "d3"]);
    assertEquals(rig.assignment.epoch, 259);
  });

  it("gives up after 10 s without a successor", async () => {
    using rig = new Rig();
    const worker = rig.worker("d1");
    rig.run();
    await rig.clock.advance(1_000);
    worker.die();
    await rig.clock.advance(11_000);
    assertEquals(rig.told, ["taken 256", "lost"]);
    await rig.clock.advance(500);
    assertEquals(rig.told, ["taken 256", "lost", "forsaken"]);
  });

  it("counts no time of an outage of the bus in these 10 s", async () => {
    using rig = new Rig();
    const worker = rig.worker("d1");
    rig.run();
    await rig.clock.advance(1_000);
    worker.die();
    await rig.clock.advance(6_000);
    rig.bus.setConnected(false);
    await rig.clock.advance(60_000);
    assertEquals(rig.told, ["taken 256", "lost"]);
    rig.bus.setConnected(true);
    rig.worker("d2");
    await rig.clock.advance(500);
    assertEquals(rig.told, ["taken 256", "lost", "taken 257"]);
    await rig.clock.advance(60_000);
    assertEquals(rig.told.length, 3);
  });

  it("never gives up where that is told, and takes whoever comes at last", async () => {
    using rig = new Rig("stt", Infinity);
    const worker = rig.worker("s1", "stt");
    rig.run();
    await rig.clock.advance(1_000);
    worker.die();
    await rig.clock.advance(300_000);
    rig.worker("s2", "stt");
    await rig.clock.advance(500);
    assertEquals(rig.told, ["taken 256", "lost", "taken 257"]);
  });

  it("is exhausted when the leg's 256 epochs are used up", async () => {
    using rig = new Rig();
    const workers = [rig.worker("d1"), rig.worker("d2")];
    rig.run();
    for (let i = 0; i < 300; i++) {
      await rig.clock.advance(600);
      for (const worker of workers) worker.lose(CALL);
    }
    const taken = rig.told.filter((what) => what.startsWith("taken"));
    assertEquals([taken.length, taken.at(-1)], [256, "taken 511"]);
    assertEquals(rig.told.slice(-2), ["lost", "exhausted"]);
  });

  it("ends with the call, in whatever state, and leaves no timer", async () => {
    for (const state of ["offering", "assigned", "searching"]) {
      using rig = new Rig();
      const worker = state === "offering" ? undefined : rig.worker("d1");
      rig.run();
      await rig.clock.advance(1_000);
      if (state === "searching") {
        worker?.die();
        await rig.clock.advance(3_000);
      }
      const told = { offering: 0, assigned: 1, searching: 2 }[state];
      assertEquals(rig.told.length, told);
      rig.end();
      rig[Symbol.dispose]();
      await rig.clock.advance(0);
      assertEquals(rig.clock.sleeping, 0, state);
      // Who may have taken it at that moment must hear of the end.
      const since = state === "assigned" ? [] : ["ended meanwhile"];
      assertEquals(rig.told.slice(told), since, state);
    }
  });
});
