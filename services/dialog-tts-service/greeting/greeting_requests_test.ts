import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { MemoryBus } from "shared/bus/memory_bus.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { LossyBus } from "shared/testing/lossy_bus.ts";
import { GreetingRequests } from "./greeting_requests.ts";

describe("GreetingRequests.ask()", () => {
  let clock: FakeClock;
  let bus: LossyBus;
  let published: string[];
  let warned: string[];
  let requests: GreetingRequests;

  beforeEach(() => {
    clock = new FakeClock(1_000);
    const memory = new MemoryBus({ clock });
    bus = new LossyBus(memory, clock);
    published = [];
    warned = [];
    memory.subscribe("kav.prompt.changed.*", ({ subject, data }) => {
      published.push(`${subject} ${new TextDecoder().decode(data)}`);
    });
    const warnLimited = (_: string, message: string) => void warned.push(message);
    requests = new GreetingRequests({ bus, clock, log: { warnLimited } });
  });

  const ask = (business_id: string) => requests.ask({ business_id, version: 3 });

  it("publishes one event for all calls of a business within 5 s", async () => {
    await Promise.all(Array.from({ length: 500 }, () => ask("shop")));
    await clock.advance(4_999);
    await ask("shop");
    assertEquals(published, ['kav.prompt.changed.shop {"business_id":"shop","version":3}']);
    await clock.advance(1);
    await ask("shop");
    await clock.advance(0);
    assertEquals(published.length, 2);
  });

  it("publishes one event for each business", async () => {
    for (const business of ["a", "b", "a", "b"]) await ask(business);
    await clock.advance(0);
    assertEquals(published.map((event) => event.split(" ")[0]), [
      "kav.prompt.changed.a",
      "kav.prompt.changed.b",
    ]);
  });

  it("says that the bus is away, and leaves nothing behind", async () => {
    bus.setConnected(false);
    await ask("shop");
    await ask("shop");
    assertEquals([warned, published, clock.sleeping], [["no greeting asked for"], [], 0]);
  });
});
