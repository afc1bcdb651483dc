import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { NatsBus } from "shared/bus/nats_bus.ts";
import { SystemClock } from "shared/clock/system_clock.ts";
import { beat } from "shared/runtime/worker/heartbeat.ts";
import { NatsServer } from "shared/testing/nats_server.ts";
import { WorkerWatch } from "services/ws-edge/worker_watch.ts";

const clock = new SystemClock();
const pause = (ms: number) => clock.sleepUntil(clock.now() + ms);
const CALLS = ["CA1", "CA2"];

const connect = (server: NatsServer, name: string) =>
  NatsBus.connect({
    servers: [server.url],
    name,
    inboxPrefix: `_INBOX_${name}`,
    clock,
    onEvent: () => {},
    onError: (error) => {
      throw error;
    },
  });

describe("WorkerWatch over nats-server", () => {
  it("blames nobody for its stalls and its absence, and finds who is gone within 1.7 s", async () => {
    await using server = await NatsServer.start();
    const [edge, worker] = await Promise.all([connect(server, "edge"), connect(server, "stt")]);
    const beating = beat(worker, clock, "stt-service", "w1", () => ({
      calls: CALLS,
      capacity: 9,
      draining: false,
    }));
    const watch = new WorkerWatch({ bus: edge, clock, onBadMessage: () => {} });
    const lost: string[] = [];
    for (const call of CALLS) {
      watch.watch("stt", "w1", call, (reason) => lost.push(`${call} ${reason}`));
    }
    for (const stallMs of [250, 1_000, 1_250, 1_500, 3_000]) {
      await pause(300 + Math.random() * 250);
      server.suspend();
      await pause(stallMs);
      server.resume();
      await pause(200);
      assertEquals(lost, [], `after ${stallMs} ms`);
    }
    await pause(2_000);
    await server.kill();
    await pause(3_000);
    await server.startAgain();
    await pause(2_500);
    assertEquals([lost, edge.connected, worker.connected], [[], true, true]);

    beating.stop();
    const stoppedMs = clock.now();
    while (lost.length < 2 && clock.now() - stoppedMs < 5_000) await pause(20);
    const tookMs = clock.now() - stoppedMs;
    watch.stop();
    await Promise.all([edge.close(), worker.close()]);
    assertEquals(lost, ["CA1 silent", "CA2 silent"]);
    assert(tookMs > 900 && tookMs < 1_700, `found after ${tookMs} ms`);
  });
});
