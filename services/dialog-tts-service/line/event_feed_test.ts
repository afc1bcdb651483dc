import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { RxEvent } from "shared/bus/messages.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { EventFeed } from "./event_feed.ts";

function dtmf(event: number): RxEvent {
  return { event, kind: "dtmf", digit: "1", stream_ms: 0 };
}

describe("EventFeed", () => {
  let clock: FakeClock;
  let delivered: string[];
  let asked: string[];
  let feed: EventFeed;

  beforeEach(() => {
    clock = new FakeClock();
    delivered = [];
    asked = [];
    feed = new EventFeed({
      clock,
      isFirstWorker: true,
      deliver: ({ event }) => delivered.push(`${event}@${clock.now()}`),
      askAgain: () => asked.push(`after ${feed.last}@${clock.now()}`),
    });
  });

  it("asks at once for what is missing, and not again when it comes", async () => {
    feed.take(dtmf(1));
    feed.take(dtmf(3));
    assertEquals(asked, ["after 1@0"]);
    await clock.advance(50);
    feed.take(dtmf(2));
    feed.take(dtmf(3));
    await clock.advance(1_000);
    assertEquals(delivered, ["1@0", "2@50", "3@50"]);
    assertEquals([asked.length, clock.sleeping], [1, 0]);
  });

  it("asks once more after 200 ms, and goes on without it after 400 ms", async () => {
    feed.take(dtmf(2));
    await clock.advance(1_000);
    assertEquals(asked, ["after 0@0", "after 0@200"]);
    assertEquals(delivered, ["2@400"]);
    feed.take(dtmf(4));
    assertEquals(asked.at(-1), "after 2@1000");
    feed.stop();
    await clock.advance(0);
    assertEquals(clock.sleeping, 0);
  });
});
