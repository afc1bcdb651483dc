import { assertEquals, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { NatsEvent } from "shared/bus/nats_options.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { LineLog } from "../line_log.ts";
import { Metrics } from "../metrics.ts";
import { BusWatch } from "./bus_watch.ts";

const SERVER = "127.0.0.1:4222";
const REFUSED: NatsEvent = {
  kind: "refused",
  operation: "subscribe",
  subject: "kav.offer.stt",
  message: "...",
};

let log: string[];
let metrics: Metrics;
let watch: BusWatch;

beforeEach(() => {
  log = [];
  metrics = new Metrics();
  const clock = new FakeClock();
  watch = new BusWatch({
    log: new LineLog({ write: (line) => log.push(line), clock }),
    metrics,
    user: "dialog",
  });
});

async function sample(name: string): Promise<number> {
  const line = (await metrics.text()).split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}

describe("BusWatch.onEvent()", () => {
  it("counts connections lost and regained, and shows whether there is one", async () => {
    assertEquals(await sample("kav_bus_connected"), 0);
    watch.onEvent({ kind: "connecting", attempt: 1, error: new Error("refused") });
    watch.onEvent({ kind: "connected", server: SERVER });
    assertEquals(await sample("kav_bus_connected"), 1);
    watch.onEvent({ kind: "disconnected", server: SERVER });
    assertEquals(await sample("kav_bus_connected"), 0);
    watch.onEvent({ kind: "reconnected", server: SERVER, awayMs: 812.7 });
    assertEquals(await sample("kav_bus_connected"), 1);
    assertEquals(await sample("kav_bus_disconnects_total"), 1);
    assertEquals(await sample("kav_bus_reconnects_total"), 1);
    assertStringIncludes(log.at(-1)!, "away_ms=813");
  });

  it("logs a refusal as an error with user, operation and subject, and keeps it", async () => {
    let first: string | undefined;
    watch.refused.then((refusal) => first = refusal);
    watch.onEvent(REFUSED);
    await settle();
    const line = log.at(-1)!;
    for (const part of [" error ", "user=dialog", "operation=subscribe", "kav.offer.stt"]) {
      assertStringIncludes(line, part);
    }
    assertEquals(
      watch.refusal,
      "nats-server refuses user dialog to subscribe to kav.offer.stt: it lacks the permission",
    );
    assertEquals(first, watch.refusal);
    assertEquals(await sample('kav_bus_refused_total{operation="subscribe"}'), 1);
  });

  it("logs refusals that repeat at most once in 2 s", () => {
    for (let n = 0; n < 10; n++) watch.onEvent(REFUSED);
    assertEquals(log.length, 2);
  });

  it("forgets a refusal with a new connection, which may have other permissions", () => {
    watch.onEvent(REFUSED);
    watch.onEvent({ kind: "disconnected", server: SERVER });
    watch.onEvent({ kind: "reconnected", server: SERVER, awayMs: 1 });
    assertEquals(watch.refusal, undefined);
  });

  it("counts what goes wrong in the client or a handler", async () => {
    watch.onEvent({ kind: "slow_consumer", message: "slow" });
    watch.onEvent({ kind: "error", error: new Error("broken") });
    watch.onError(new Error("thrown"), "kav.call.CA1.ack");
    assertEquals(await sample("kav_bus_errors_total"), 3);
    assertStringIncludes(log.at(-1)!, "subject=kav.call.CA1.ack");
  });
});
