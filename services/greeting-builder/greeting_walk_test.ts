import { assertEquals, assertRejects } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import type { BuildResult } from "./greeting_builds.ts";
import { walkGreetings, type WalkOptions } from "./greeting_walk.ts";

const IDS = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];

describe("walkGreetings()", () => {
  let built: string[];
  let atOnce: number;
  let most: number;
  let logged: string[];
  let results: Readonly<Record<string, BuildResult>>;
  let goOn: () => boolean;

  beforeEach(() => {
    built = [];
    atOnce = most = 0;
    logged = [];
    results = {};
    goOn = () => true;
  });

  const walk = (businesses: WalkOptions["businesses"] = {
    list: () => Promise.resolve(IDS.map((id) => sampleBusiness({ id }))),
  }) =>
    walkGreetings({
      businesses,
      builds: {
        async build(id) {
          built.push(id);
          most = Math.max(most, ++atOnce);
          await Promise.resolve();
          atOnce--;
          return results[id] ?? { outcome: "fresh" };
        },
      },
      log: { error: (message, fields) => logged.push(`${message} ${fields?.business}`) },
      goOn,
    });

  it("looks at every business once, a few at a time", async () => {
    const result = await walk();
    assertEquals(result, { rendered: 0, fresh: 9, unknown: 0, failed: 0, unspeakable: 0 });
    assertEquals([built.toSorted(), most], [IDS, 4]);
  });

  it("goes on after one that cannot be built, counts it and names it", async () => {
    results = {
      a: { outcome: "failed", error: "no voice" },
      c: { outcome: "unspeakable", error: "too long" },
      d: { outcome: "rendered" },
    };
    const result = await walk();
    assertEquals(result, { rendered: 1, fresh: 6, unknown: 0, failed: 1, unspeakable: 1 });
    assertEquals(logged.toSorted(), ["greeting failed a", "greeting failed c"]);
  });

  it("ends early where it is not to go on", async () => {
    goOn = () => built.length < 5;
    await walk();
    assertEquals(built.length < IDS.length, true);
  });

  it("rejects when the businesses cannot be listed", async () => {
    const list = () => Promise.reject(new Error("away"));
    await assertRejects(() => walk({ list }), Error, "away");
  });
});
