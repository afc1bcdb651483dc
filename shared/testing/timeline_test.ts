import { describe, it } from "@std/testing/bdd";
import { assertEquals } from "@std/assert";
import { FakeClock } from "./fake_clock.ts";
import { Timeline } from "./timeline.ts";

type Event =
  | { readonly kind: "mark"; readonly name: string }
  | { readonly kind: "clear" };

describe("Timeline", () => {
  it("stamps each event with the clock's time and keeps their order", async () => {
    const clock = new FakeClock(100);
    const timeline = new Timeline<Event>(clock);
    timeline.add({ kind: "mark", name: "a" });
    await clock.advance(20);
    timeline.add({ kind: "clear" });
    assertEquals(timeline.entries, [
      { kind: "mark", name: "a", atMs: 100 },
      { kind: "clear", atMs: 120 },
    ]);
  });

  it("of() and last() pick one kind", () => {
    const timeline = new Timeline<Event>(new FakeClock());
    timeline.add({ kind: "mark", name: "a" });
    timeline.add({ kind: "clear" });
    timeline.add({ kind: "mark", name: "b" });
    assertEquals(timeline.of("mark").map((mark) => mark.name), ["a", "b"]);
    assertEquals(timeline.last("mark")?.name, "b");
    assertEquals(new Timeline<Event>(new FakeClock()).last("clear"), undefined);
  });
});
