import process from "node:process";
import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { LineLog } from "./line_log.ts";
import { runUntilSignal, SAME_SIGNAL_MS, STOP_TIMEOUT_MS, type StopSignal } from "./run.ts";
import type { Service } from "./service.ts";

const DRAIN_MS = 30_000;

let clock: FakeClock;
let events: string[];
let signal: ((name: StopSignal) => void) | undefined;

beforeEach(() => {
  clock = new FakeClock();
  events = [];
  signal = undefined;
});

/** A service that needs so long to drain and stop; it may fail at either. */
function service(
  name: string,
  { drainMs = 0, stopMs = 0, failAt = "" }: { drainMs?: number; stopMs?: number; failAt?: string } =
    {},
): Service {
  const act = async (what: string, ms: number) => {
    events.push(`${what} ${name}`);
    await clock.sleepUntil(clock.now() + ms);
    if (failAt === what) throw new Error(`${name} cannot ${what}`);
    events.push(`${what} ${name} done at ${clock.now()}`);
  };
  return {
    name,
    ready: () => true,
    drain: () => act("drain", drainMs),
    stop: () => act("stop", stopMs),
  };
}

async function run(services: Service[]): Promise<{ code: () => number | undefined }> {
  let code: number | undefined;
  const log = new LineLog({ write: () => {}, clock });
  runUntilSignal(services, {
    log,
    drainTimeoutMs: DRAIN_MS,
    clock,
    onSignal: (listener) => {
      signal = listener;
      return () => signal = undefined;
    },
  }).then((result) => code = result);
  await settle();
  return { code: () => code };
}

describe("runUntilSignal()", () => {
  it("does nothing until a signal comes", async () => {
    const running = await run([service("edge")]);
    await clock.advance(3_600_000);
    assertEquals([running.code(), events], [undefined, []]);
  });

  it("drains all at once, then stops the last started first, and gives 0", async () => {
    const running = await run([
      service("edge", { drainMs: 500 }),
      service("stt", { drainMs: 200 }),
    ]);
    signal?.("SIGTERM");
    await clock.advance(500);
    assertEquals(events, [
      "drain edge",
      "drain stt",
      "drain stt done at 200",
      "drain edge done at 500",
      "stop stt",
      "stop stt done at 500",
      "stop edge",
      "stop edge done at 500",
    ]);
    assertEquals(running.code(), 0);
    assertEquals([signal, clock.sleeping], [undefined, 0]);
  });

  it("stops when the drain takes too long, and gives 1", async () => {
    const running = await run([service("edge", { drainMs: DRAIN_MS + 1 })]);
    signal?.("SIGINT");
    await clock.advance(DRAIN_MS - 1);
    assertEquals(events, ["drain edge"]);
    await clock.advance(1);
    assertEquals(events.slice(1), ["stop edge", `stop edge done at ${DRAIN_MS}`]);
    assertEquals(running.code(), 1);
  });

  for (const [name, code] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
    it(`stops at once at a second signal, and gives ${code} for ${name}`, async () => {
      const running = await run([service("edge", { drainMs: 5_000 })]);
      signal?.("SIGTERM");
      await clock.advance(SAME_SIGNAL_MS);
      signal?.(name);
      await settle();
      assertEquals(events, ["drain edge", "stop edge", `stop edge done at ${SAME_SIGNAL_MS}`]);
      assertEquals(running.code(), code);
    });
  }

  it("takes a Ctrl-C that comes again through npx and deno task for one", async () => {
    const running = await run([service("edge", { drainMs: 5_000 })]);
    signal?.("SIGINT");
    signal?.("SIGINT");
    await clock.advance(SAME_SIGNAL_MS - 1);
    signal?.("SIGINT");
    await clock.advance(5_000);
    assertEquals(running.code(), 0);
  });

  it("goes on when one service fails to drain or to stop, and gives 1", async () => {
    for (const failAt of ["drain", "stop"]) {
      events = [];
      const running = await run([service("edge"), service("stt", { failAt })]);
      signal?.("SIGTERM");
      await clock.advance(1);
      assertEquals(events.filter((event) => event.startsWith("stop edge done")).length, 1);
      assertEquals(running.code(), 1, failAt);
    }
  });

  it("does not wait longer for a stop than STOP_TIMEOUT_MS", async () => {
    const running = await run([service("edge", { stopMs: STOP_TIMEOUT_MS + 1 })]);
    signal?.("SIGTERM");
    await clock.advance(STOP_TIMEOUT_MS - 1);
    assertEquals(running.code(), undefined);
    await clock.advance(1);
    assertEquals(running.code(), 1);
  });

  it("hears the real SIGTERM", async () => {
    // A signal listener alone does not keep a process running.
    const keepAlive = setInterval(() => {}, 1_000);
    const log = new LineLog({ write: () => {}, clock });
    const code = runUntilSignal([service("edge")], { log, drainTimeoutMs: DRAIN_MS, clock });
    process.kill(process.pid, "SIGTERM");
    assertEquals(await code, 0);
    clearInterval(keepAlive);
    assertEquals(events.includes("drain edge"), true);
  });
});
