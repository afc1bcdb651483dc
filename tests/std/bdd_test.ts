import { assert, assertEquals, assertThrows } from "./assert.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from "./bdd.ts";

const order: string[] = [];
let rootHooks = 0;

beforeEach(() => {
  rootHooks++;
});

describe("describe()", () => {
  beforeAll(() => void order.push("beforeAll outer"));
  beforeEach(() => void order.push("beforeEach outer"));
  afterEach(() => void order.push("afterEach outer"));
  afterAll(() => void order.push("afterAll outer"));

  it("runs the hooks around its first case", () => void order.push("case 1"));

  describe("nested", () => {
    beforeAll(async () => {
      await Promise.resolve();
      order.push("beforeAll inner");
    });
    beforeEach(() => void order.push("beforeEach inner"));
    afterEach(() => void order.push("afterEach inner"));
    afterAll(() => void order.push("afterAll inner"));

    it("runs outer hooks around inner ones", () => void order.push("case 2"));
    it.ignore("runs no hook for an ignored case", () => void order.push("ignored"));
  });

  it("goes on after a nested group", async () => {
    await Promise.resolve();
    order.push("case 3");
  });
});

describe("hooks", () => {
  it("have run in order, beforeAll and afterAll once", () => {
    assertEquals(order, [
      "beforeAll outer",
      ...["beforeEach outer", "case 1", "afterEach outer"],
      "beforeAll inner",
      ...["beforeEach outer", "beforeEach inner", "case 2", "afterEach inner", "afterEach outer"],
      "afterAll inner",
      ...["beforeEach outer", "case 3", "afterEach outer"],
      "afterAll outer",
    ]);
  });

  it("of the file have run before every case, in groups and outside", () => {
    assertEquals(rootHooks, 5);
  });

  beforeEach(function (this: { shared?: string }) {
    this.shared = "set by beforeEach";
  });

  it("share `this` with their case", function (this: { shared?: string }) {
    assertEquals(this.shared, "set by beforeEach");
    this.shared = "changed by a case";
  });

  it("get a fresh `this` for each case", function (this: { shared?: string }) {
    assertEquals(this.shared, "set by beforeEach");
  });
});

it("it() outside of any group is a test of its own", (t) => {
  assertEquals(t.name, "it() outside of any group is a test of its own");
});

test("test() is it()", () => assertEquals(test, it));

it("it() takes options between name and function", { ignore: true }, () => {
  throw new Error("an ignored case ran");
});

it("it() refuses a missing function", () => {
  // @ts-expect-error -- a call that the types forbid
  assertThrows(() => it("no function"), TypeError, "a test needs a function");
});

describe("deno test", () => {
  it("counts and shows every failure of cases and hooks", async () => {
    const { code, text } = await run("failing_cases.ts");
    assertEquals(code, 1);
    assert(text.includes("0 passed (2 steps) | 3 failed (4 steps)"), text);
    for (const which of ["first", "second"]) {
      assert(text.includes(`error: Error: the reason of the ${which} failure`), text);
    }
    for (const which of ["broken hook", "body failure", "afterEach failure"]) {
      assert(text.includes(`Error: the reason of the ${which}`), text);
    }
    assertEquals(text.match(/outer afterEach ran/g)?.length, 4);
    assertEquals(text.match(/outer afterAll ran/g)?.length, 1);
    assert(!text.includes("a case ran after its beforeAll failed"), text);
  });

  it("runs just the marked cases and says that it did", async () => {
    const { code, text } = await run("marked_cases.ts");
    assertEquals(text.match(/ran: .*/g), ["ran: marked", "ran: in marked group"]);
    assert(text.includes('"only" option was used'), text);
    assertEquals(code, 1);
  });
});

async function run(fixture: string): Promise<{ code: number; text: string }> {
  const file = new URL(`./fixtures/${fixture}`, import.meta.url).pathname;
  const output = await new Deno.Command("deno", {
    args: ["test", "--no-config", "--no-prompt", file],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    text: decoder.decode(output.stdout) + decoder.decode(output.stderr),
  };
}
