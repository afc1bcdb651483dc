import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { Bus, DurableResult } from "shared/bus/bus.ts";
import { decodeJson } from "shared/bus/codec.ts";
import { KAV_STREAMS, PROMPTS } from "shared/bus/kav_streams.ts";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { promptChanged } from "shared/bus/messages.ts";
import { LineLog } from "shared/runtime/line_log.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { PromptAnnouncer } from "./prompt_announcer.ts";

let clock: FakeClock;
let bus: MemoryBus;
let reason: Extract<DurableResult, { ok: false }>["reason"] | undefined;
let announcer: PromptAnnouncer;
let logged: string[];
/** `business version`, as builders get them. */
let heard: string[];

beforeEach(async () => {
  clock = new FakeClock();
  bus = new MemoryBus({ clock, streams: KAV_STREAMS });
  reason = undefined;
  logged = [];
  heard = [];
  const failing: Pick<Bus, "publishDurable"> = {
    publishDurable: (...of) =>
      reason ? Promise.resolve({ ok: false, reason }) : bus.publishDurable(...of),
  };
  announcer = new PromptAnnouncer({
    bus: failing as Bus,
    clock,
    log: new LineLog({ write: (line) => logged.push(line), clock }),
  });
  await bus.consume(PROMPTS, (message) => {
    const decoded = decodeJson(promptChanged, message.data);
    if (decoded.ok) heard.push(`${message.subject} ${decoded.value.version}`);
    message.ack();
  });
});

describe("PromptAnnouncer.announce()", () => {
  it("tells the builders", async () => {
    announcer.announce({ business_id: "shop", version: 3 });
    await clock.advance(0);
    assertEquals(heard, ["kav.prompt.changed.shop 3"]);
  });

  for (const why of ["disconnected", "timeout", "no_stream"] as const) {
    it(`tries until the stream has it, however long (${why})`, async () => {
      reason = why;
      announcer.announce({ business_id: "shop", version: 3 });
      await clock.advance(600_000);
      assertEquals(heard, []);
      reason = undefined;
      await clock.advance(5_000);
      assertEquals(heard, ["kav.prompt.changed.shop 3"]);
    });
  }

  it("tells only the newest change of a business that waited", async () => {
    reason = "disconnected";
    for (const version of [1, 2, 3]) announcer.announce({ business_id: "shop", version });
    announcer.announce({ business_id: "other", version: 1 });
    await clock.advance(1_000);
    reason = undefined;
    await clock.advance(5_000);
    assertEquals(heard.toSorted(), ["kav.prompt.changed.other 1", "kav.prompt.changed.shop 3"]);
  });
});

describe("PromptAnnouncer.drain()", () => {
  it("tells what waits, and leaves no timer", async () => {
    announcer.announce({ business_id: "shop", version: 3 });
    assertEquals(await announcer.drain(clock.now() + 1_000), 0);
    await clock.advance(0);
    assertEquals([heard.length, clock.sleeping], [1, 0]);
  });

  it("gives up at its deadline, and says how much", async () => {
    reason = "disconnected";
    announcer.announce({ business_id: "shop", version: 3 });
    const drained = announcer.drain(clock.now() + 1_000);
    await clock.advance(1_000);
    assertEquals([await drained, clock.sleeping], [1, 0]);
    assertEquals(logged.at(-1)?.includes("not announced count=1"), true);
  });
});
