import { assertEquals, assertStrictEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { patternsOverlap } from "./subject_rules.ts";
import { nextMember, type Subscriber, SubscriptionTable } from "./subscription_table.ts";

const nothing = () => {};

describe("SubscriptionTable.receivers()", () => {
  it("is never out of date, however subscriptions come and go", () => {
    const step = fc.record({
      pattern: fc.constantFrom("a.b", "a.*", "a.>", "*.b", ">", "a.c", "b.b"),
      remove: fc.boolean(),
      subject: fc.constantFrom("a.b", "a.c", "b.b", "a.b.c"),
    });
    fc.assert(fc.property(fc.array(step), (steps) => {
      const table = new SubscriptionTable();
      const current: Subscriber[] = [];
      for (const { pattern, remove, subject } of steps) {
        const index = current.findIndex((each) => each.pattern === pattern);
        if (remove && index >= 0) table.remove(current.splice(index, 1)[0]!);
        else current.push(table.add(pattern, nothing, undefined));
        assertEquals(
          table.receivers(subject).singles,
          current.filter((each) => patternsOverlap(each.pattern, subject)),
        );
      }
    }));
  });

  it("keeps the receivers of a call while other calls come and go", () => {
    const table = new SubscriptionTable();
    table.add("kav.call.CA1.tx.*", nothing, undefined);
    const before = table.receivers("kav.call.CA1.tx.audio");
    table.remove(table.add("kav.call.CA2.tx.*", nothing, undefined));
    table.remove(table.add("kav.call.CA2.rx.audio", nothing, undefined));
    assertStrictEquals(table.receivers("kav.call.CA1.tx.audio"), before);
  });

  it("puts members of one queue name in one group, whatever their patterns", () => {
    const table = new SubscriptionTable();
    const a = table.add("offer.*", nothing, "workers");
    const b = table.add("offer.stt", nothing, "workers");
    const c = table.add("offer.stt", nothing, "others");
    const groups = table.receivers("offer.stt").groups.map((group) => group.members);
    assertEquals(groups, [[a, b], [c]]);
  });
});

describe("nextMember()", () => {
  it("lets the members take turns and passes over those that have left", () => {
    const table = new SubscriptionTable();
    const [a, b, c] = [1, 2, 3].map(() => table.add("offer", nothing, "workers"));
    const [group] = table.receivers("offer").groups;
    assertEquals([1, 2, 3, 4].map(() => nextMember(group!)), [a, b, c, a]);
    table.remove(b!);
    assertEquals([1, 2, 3].map(() => nextMember(group!)), [c, a, c]);
    table.remove(a!);
    table.remove(c!);
    assertEquals(nextMember(group!), undefined);
  });
});
