import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { importDecision } from "./import_decision.ts";

const shop = (version: number, name = "Shop") => ({
  id: "shop",
  keypad: { "*": 1 },
  name,
  version,
});

describe("importDecision()", () => {
  for (
    const [what, inFile, stored, force, expected] of [
      ["creates what is not stored", shop(2), undefined, false, { do: "create" }],
      ["leaves what is the same", shop(1), shop(5), false, { do: "nothing" }],
      ["leaves what is the same, forced too", shop(1), shop(5), true, { do: "nothing" }],
      ["replaces an older one", shop(2, "New"), shop(1), false, { do: "replace", over: 1 }],
      ["replaces its own version", shop(2, "New"), shop(2), false, { do: "replace", over: 2 }],
      ["leaves a newer one alone", shop(2, "New"), shop(3), false, { do: "leave" }],
      ["replaces a newer one when forced", shop(2, "New"), shop(3), true, {
        do: "replace",
        over: 3,
      }],
    ] as const
  ) {
    it(what, () => assertEquals(importDecision(inFile, stored, force) as unknown, expected));
  }

  it("sees no difference in the order of fields", () => {
    const stored = { version: 4, name: "Shop", keypad: { "*": 1 }, id: "shop" };
    assertEquals(importDecision(shop(1), stored, false), { do: "nothing" });
  });

  it("asks the API about a secret that it does not see", () => {
    const withSecret = (version: number, secret: string | undefined, name = "find") => ({
      ...shop(version),
      tools: [{ name, ...secret !== undefined && { secret } }],
    });
    const [own, hidden] = ["a secret of the file", "********"];
    const decided = (of: ReturnType<typeof withSecret>, stored: typeof of, force = false) =>
      importDecision(of, stored, force).do;
    assertEquals(decided(withSecret(2, own), withSecret(2, hidden)), "replace");
    assertEquals(decided(withSecret(1, own), withSecret(2, hidden)), "nothing");
    assertEquals(decided(withSecret(1, own), withSecret(2, hidden), true), "replace");
    assertEquals(decided(withSecret(1, own), withSecret(2, undefined)), "leave");
    assertEquals(decided(withSecret(1, own, "other"), withSecret(2, hidden)), "leave");
    assertEquals(decided(withSecret(1, undefined), withSecret(2, undefined)), "nothing");
  });
});
