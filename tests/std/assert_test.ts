import * as assertions from "./assert.ts";
import { AssertionError } from "./assert.ts";
import { describe, it } from "./bdd.ts";

/** What holds and what fails, per assertion: each line is one case. */
const CASES: Record<string, { holds: (() => void)[]; fails: (() => void)[] }> = {
  assert: {
    holds: [() => assertions.assert(1)],
    fails: [() => assertions.assert(0), () => assertions.assert("")],
  },
  assertFalse: {
    holds: [() => assertions.assertFalse(0)],
    fails: [() => assertions.assertFalse(1)],
  },
  assertEquals: {
    holds: [
      () => assertions.assertEquals({ a: [1, new Map([[1, 2]])] }, { a: [1, new Map([[1, 2]])] }),
      () => assertions.assertEquals(new Uint8Array([1]), new Uint8Array([1])),
      () => assertions.assertEquals(NaN, NaN),
    ],
    fails: [
      () => assertions.assertEquals<unknown>({ a: 1 }, { a: "1" }),
      () => assertions.assertEquals<unknown>({ a: 1 }, { a: 1, b: undefined }),
      () => assertions.assertEquals<unknown>(new Uint8Array([1]), [1]),
    ],
  },
  assertNotEquals: {
    holds: [() => assertions.assertNotEquals([1], [2])],
    fails: [() => assertions.assertNotEquals([1], [1])],
  },
  assertStrictEquals: {
    holds: [() => assertions.assertStrictEquals("a", "a")],
    fails: [() => assertions.assertStrictEquals([1], [1])],
  },
  assertNotStrictEquals: {
    holds: [() => assertions.assertNotStrictEquals([1], [1])],
    fails: [() => assertions.assertNotStrictEquals(1, 1)],
  },
  assertExists: {
    holds: [() => assertions.assertExists(0), () => assertions.assertExists("")],
    fails: [() => assertions.assertExists(null), () => assertions.assertExists(undefined)],
  },
  assertAlmostEquals: {
    holds: [
      () => assertions.assertAlmostEquals(0.1 + 0.2, 0.3),
      () => assertions.assertAlmostEquals(20.02, 20, 0.03),
      () => assertions.assertAlmostEquals(Infinity, Infinity),
    ],
    fails: [
      () => assertions.assertAlmostEquals(20.04, 20, 0.03),
      () => assertions.assertAlmostEquals(NaN, 20, 0.03),
    ],
  },
  assertGreater: {
    holds: [() => assertions.assertGreater(2, 1)],
    fails: [() => assertions.assertGreater(1, 1), () => assertions.assertGreater(NaN, 1)],
  },
  assertGreaterOrEqual: {
    holds: [() => assertions.assertGreaterOrEqual(1, 1)],
    fails: [() => assertions.assertGreaterOrEqual(0, 1)],
  },
  assertLess: {
    holds: [() => assertions.assertLess(1, 2)],
    fails: [() => assertions.assertLess(1, 1), () => assertions.assertLess(NaN, 1)],
  },
  assertLessOrEqual: {
    holds: [() => assertions.assertLessOrEqual(1, 1)],
    fails: [() => assertions.assertLessOrEqual(2, 1)],
  },
  assertInstanceOf: {
    holds: [() => assertions.assertInstanceOf(new TypeError(), Error)],
    fails: [() => assertions.assertInstanceOf({}, Error)],
  },
  assertMatch: {
    holds: [() => assertions.assertMatch("fps=50", /fps=\d+/)],
    fails: [() => assertions.assertMatch("fps=-", /fps=\d+/)],
  },
  assertNotMatch: {
    holds: [() => assertions.assertNotMatch("fps=-", /fps=\d+/)],
    fails: [() => assertions.assertNotMatch("fps=50", /fps=\d+/)],
  },
  assertStringIncludes: {
    holds: [() => assertions.assertStringIncludes("abc", "b")],
    fails: [() => assertions.assertStringIncludes("abc", "d")],
  },
  assertArrayIncludes: {
    holds: [() => assertions.assertArrayIncludes([{ a: 1 }, { a: 2 }], [{ a: 2 }])],
    fails: [() => assertions.assertArrayIncludes([1, 2], [2, 3])],
  },
  assertObjectMatch: {
    holds: [
      () => assertions.assertObjectMatch({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 1 } }),
      () => assertions.assertObjectMatch({ a: [{ b: 1, c: 2 }] }, { a: [{ b: 1 }] }),
    ],
    fails: [
      () => assertions.assertObjectMatch({ a: { b: 1 } }, { a: { b: 2 } }),
      () => assertions.assertObjectMatch({ a: 1 }, { b: undefined }),
      () => assertions.assertObjectMatch({ a: [1, 2] }, { a: [1] }),
      () => assertions.assertObjectMatch({ a: new Date(1) }, { a: new Date(2) }),
    ],
  },
  assertThrows: {
    holds: [
      () => assertions.assertThrows(() => raise(new RangeError("too far"))),
      () => assertions.assertThrows(() => raise(new RangeError("too far")), Error, "far"),
    ],
    fails: [
      () => assertions.assertThrows(() => {}),
      () => assertions.assertThrows(() => raise(new RangeError("too far")), TypeError),
      () => assertions.assertThrows(() => raise(new RangeError("too far")), RangeError, "near"),
      () => assertions.assertThrows(() => raise("no error"), Error),
    ],
  },
  fail: { holds: [], fails: [() => assertions.fail("why")] },
  unreachable: { holds: [], fails: [() => assertions.unreachable()] },
};

const REJECTIONS: Record<"holds" | "fails", (() => Promise<unknown>)[]> = {
  holds: [
    () => assertions.assertRejects(() => Promise.reject("no error")),
    () => assertions.assertRejects(() => Promise.reject(new RangeError("too far")), Error, "far"),
  ],
  fails: [
    () => assertions.assertRejects(() => Promise.resolve()),
    () => assertions.assertRejects(() => Promise.reject(new RangeError("far")), TypeError),
    () => assertions.assertRejects(() => Promise.reject(new RangeError("far")), Error, "near"),
    () => assertions.assertRejects(() => raise(new RangeError("thrown, not rejected"))),
  ],
};

for (const [name, { holds, fails }] of Object.entries(CASES)) {
  describe(`${name}()`, () => {
    holds.forEach((check, i) => it(`holds, case ${i + 1}`, check));
    fails.forEach((check, i) =>
      it(`fails with an AssertionError, case ${i + 1}`, () => {
        if (!(caught(check) instanceof AssertionError)) throw new Error(`no failure: ${check}`);
      })
    );
  });
}

describe("assertRejects()", () => {
  REJECTIONS.holds.forEach((check, i) => it(`holds, case ${i + 1}`, () => check().then(() => {})));
  REJECTIONS.fails.forEach((check, i) =>
    it(`fails with an AssertionError, case ${i + 1}`, async () => {
      const error = await check().then(() => undefined, (reason) => reason);
      if (!(error instanceof AssertionError)) throw new Error(`no failure: ${check}`);
    })
  );
});

describe("assertThrows() and assertRejects()", () => {
  it("give back what was thrown", async () => {
    const error = new RangeError("too far");
    assertions.assertStrictEquals(assertions.assertThrows(() => raise(error), RangeError), error);
    assertions.assertStrictEquals(
      await assertions.assertRejects(() => Promise.reject(error)),
      error,
    );
  });
});

describe("assertEquals()", () => {
  it("shows the difference and the message", () => {
    const error = caught(() => assertions.assertEquals([1, 2], [1, 3], "the frames"));
    assertions.assertInstanceOf(error, AssertionError);
    assertions.assertMatch(error.message, /-\s+3[\s\S]*: the frames$/);
  });
});

function raise(error: unknown): never {
  throw error;
}

function caught(check: () => void): unknown {
  try {
    check();
  } catch (error) {
    return error;
  }
}
