import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { LineLog } from "shared/runtime/line_log.ts";
import { Metrics } from "shared/runtime/metrics.ts";
import { business, type BusinessTool } from "shared/store/business.ts";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import type { ToolAnswer } from "../dialog.ts";
import { HttpTools } from "./http_tools.ts";
import type { PostedAnswer, PostedRequest, PostToTool } from "./tool_poster.ts";

const SECRET = "sixteen or more characters";
const PUBLIC = "93.184.215.14";
const PARAMETERS = {
  type: "object",
  properties: { order: { type: "string", pattern: "^\\d+$" } },
  required: ["order"],
};

const tool = (changes: Partial<BusinessTool> = {}): BusinessTool => ({
  ...business.shape.tools.parse([{
    name: "find_order",
    description: "Finds an order",
    url: "https://tools.example.com/orders?a=b",
    secret: SECRET,
    parameters: PARAMETERS,
    timeout_ms: 2_000,
  }])[0]!,
  ...changes,
});

const json = (value: unknown, status = 200): PostedAnswer => ({
  status,
  body: new TextEncoder().encode(JSON.stringify(value)),
});
const text = (body: string): PostedAnswer => ({
  status: 200,
  body: new TextEncoder().encode(body),
});

let clock: FakeClock;
let metrics: Metrics;
let logged: string[];
let sent: PostedRequest[];
/** Of sends that hang: whether they were ended. */
let ended: number;

beforeEach(() => {
  [clock, metrics, logged, sent, ended] = [new FakeClock(), new Metrics(), [], [], 0];
});

const hangs: PostToTool = (_request, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      ended++;
      reject(new Error("ended"));
    });
  });

function tools(
  answer: PostedAnswer | PostToTool,
  { addresses = [PUBLIC], allowPrivate = false, resolve }: {
    readonly addresses?: readonly string[];
    readonly allowPrivate?: boolean;
    readonly resolve?: (name: string) => Promise<readonly string[]>;
  } = {},
): HttpTools {
  return new HttpTools({
    clock,
    metrics,
    unixNow: () => 1_700_000_000_999,
    allowPrivate,
    resolve: resolve ?? (() => Promise.resolve(addresses)),
    post: (request, signal) => {
      sent.push(request);
      return typeof answer === "function" ? answer(request, signal) : Promise.resolve(answer);
    },
    log: new LineLog({ write: (line) => logged.push(line), clock }),
  });
}

const context = (call = "CA1") => ({
  call,
  businessId: "shop",
  entries: new Map([["entry_1", "4711"]]),
});
const ARGS = { order: "12" };

function use(
  of: HttpTools,
  { args = ARGS, used = tool(), call = "CA1", signal = new AbortController().signal }: {
    readonly args?: unknown;
    readonly used?: BusinessTool;
    readonly call?: string;
    readonly signal?: AbortSignal;
  } = {},
): Promise<ToolAnswer> {
  return of.use(used, args, context(call), signal);
}

const problemOf = (answer: ToolAnswer) => "problem" in answer ? answer.problem : "";

describe("HttpTools.use()", () => {
  it("gives what the tool answers", async () => {
    const value = { say: "It is on its way.", items: [1, null] };
    assertEquals(await use(tools(json(value, 201))), { outcome: "ok", value });
    assertEquals(logged, []);
    assertStringIncludes(await metrics.text(), 'kav_tool_uses_total{outcome="ok"} 1');
  });

  it("sends to the checked addresses: who calls, which tool, with what", async () => {
    await use(tools(json(1)));
    const [{ url, addresses, body }] = sent as [PostedRequest];
    assertEquals([url.href, addresses], ["https://tools.example.com/orders?a=b", [PUBLIC]]);
    assertEquals(JSON.parse(body), {
      tool: "find_order",
      arguments: ARGS,
      call: "CA1",
      business: "shop",
    });
  });

  it("shows neither the secret nor what was entered, whatever becomes of it", async () => {
    const failing: PostToTool = () => Promise.reject(new Error(`no ${SECRET} at 10.0.0.1`));
    for (const answer of [json({}, 500), text(`{"${SECRET}"`), failing]) {
      const given = await use(tools(answer), { args: { order: "{{entry_1}}" } });
      assertEquals(given.outcome, "failed");
      assert(sent.every(({ body }) => body.includes("4711")));
      const seen = JSON.stringify([given, logged, sent.map(({ headers }) => headers)]);
      for (const hidden of [SECRET, "10.0.0.1"]) assert(!seen.includes(hidden), seen);
      assert(!JSON.stringify([given, logged]).includes("4711"));
    }
  });

  it("sends nothing that does not fit the schema: refused, with what is wrong", async () => {
    const of = tools(json(1));
    for (const args of [{}, { order: 12 }, { order: "x" }, null, [], { order: "{{entry_2}}" }]) {
      const answer = await use(of, { args });
      assertEquals([answer.outcome, sent.length, logged.length], ["refused", 0, 0]);
    }
    assertEquals(
      problemOf(await use(of, { args: { order: 12 } })),
      "Cannot use the tool: order: Invalid input: expected string, received number",
    );
  });

  const FAILURES: readonly [what: string, answer: PostedAnswer | PostToTool, problem: string][] = [
    ["a redirect", json({}, 302), "The tool answered with status 302"],
    ["an error", json({ say: "Hello" }, 500), "The tool answered with status 500"],
    [
      "half of its JSON",
      text('{"say":'),
      "The tool answered with something that is not JSON in UTF-8",
    ],
    ["nothing at all", text(""), "The tool answered with something that is not JSON in UTF-8"],
    ["too much", { status: 200, body: "too large" }, "The tool answered with more than 64 KiB"],
    [
      "no connection",
      () => Promise.reject(Object.assign(new Error("at 1.2.3.4"), { code: "ECONNREFUSED" })),
      "The tool cannot be reached: ECONNREFUSED",
    ],
  ];
  for (const [what, answer, problem] of FAILURES) {
    it(`has failed when there is ${what}, and says so in the log`, async () => {
      assertEquals(await use(tools(answer)), { outcome: "failed", problem });
      assertEquals(logged.length, 1);
      assertStringIncludes(logged[0]!, "tool=find_order");
    });
  }

  it("takes an answer without content as null", async () => {
    const answer = { status: 204, body: new Uint8Array() };
    assertEquals(await use(tools(answer)), { outcome: "ok", value: null });
  });

  it("refuses a name with one private address among its own, before any connection", async () => {
    const answer = await use(tools(json(1), { addresses: [PUBLIC, "169.254.169.254"] }));
    assertEquals(answer, {
      outcome: "refused",
      problem: "Cannot use the tool: its address is private",
    });
    assertEquals([sent.length, logged.length], [0, 1]);
  });

  it("refuses a private address, however it is written, and asks no name server", async () => {
    const resolve = () => Promise.reject(new Error("asked"));
    for (const url of ["http://2130706433/", "http://0x7f.1/", "http://[::1]:80/"]) {
      assertEquals(
        (await use(tools(json(1), { resolve }), { used: tool({ url }) })).outcome,
        "refused",
      );
    }
    assertEquals(sent.length, 0);
  });

  it("uses private addresses where that is allowed", async () => {
    const of = tools(json(1), { addresses: ["127.0.0.1"], allowPrivate: true });
    assertEquals([(await use(of)).outcome, sent[0]!.addresses], ["ok", ["127.0.0.1"]]);
  });

  it("has failed when the name has no address", async () => {
    for (const resolve of [() => Promise.reject(new Error("x")), () => Promise.resolve([])]) {
      const answer = await use(tools(json(1), { resolve }));
      assertEquals([answer.outcome, sent.length], ["failed", 0]);
    }
  });
});

describe("HttpTools.use() in time", () => {
  it("ends at the tool's limit, and closes the connection", async () => {
    const answer = use(tools(hangs));
    await clock.advance(1_999);
    assertEquals(ended, 0);
    await clock.advance(1);
    assertEquals(await answer, {
      outcome: "timeout",
      problem: "The tool has not answered within 2000 ms",
    });
    assertEquals([ended, clock.sleeping, logged.length], [1, 0, 1]);
  });

  it("ends at its limit when the name server hangs, and sends nothing after that", async () => {
    const { promise, resolve: found } = Promise.withResolvers<string[]>();
    const answer = use(tools(json(1), { resolve: () => promise }));
    await clock.advance(2_000);
    assertEquals((await answer).outcome, "timeout");
    found([PUBLIC]);
    await settle();
    assertEquals(sent.length, 0);
  });

  it("is abandoned with its signal, at once, and leaves nothing behind", async () => {
    const abort = new AbortController();
    const answer = use(tools(hangs), { signal: abort.signal });
    await settle();
    abort.abort();
    assertEquals((await answer).outcome, "abandoned");
    await settle();
    assertEquals([ended, clock.sleeping, logged.length], [1, 0, 0]);
    assertEquals((await use(tools(json(1)), { signal: abort.signal })).outcome, "abandoned");
  });
});

describe("HttpTools.use() of many", () => {
  const BUSY = "Cannot use the tool: too many are in use, try again";

  it("has four requests of one call at once, and takes the next when one has ended", async () => {
    const of = tools(hangs);
    const abort = new AbortController();
    const first = use(of, { signal: abort.signal });
    const more = Array.from({ length: 3 }, () => use(of));
    await settle();
    assertEquals(await use(of), { outcome: "refused", problem: BUSY });
    assertEquals(sent.length, 4);
    abort.abort();
    await first;
    const next = use(of);
    await settle();
    assertEquals([sent.length, problemOf(await use(of))], [5, BUSY]);
    await clock.advance(2_000);
    assertEquals((await Promise.all([...more, next])).map(({ outcome }) => outcome), [
      ..."timeout timeout timeout timeout".split(" "),
    ]);
  });

  it("has two hundred requests at once, of all calls", async () => {
    const of = tools(hangs);
    const all = Array.from({ length: 200 }, (_, i) => use(of, { call: `CA${i % 50}` }));
    await settle();
    assertEquals(problemOf(await use(of, { call: "CA99" })), BUSY);
    await clock.advance(2_000);
    assertEquals((await Promise.all(all)).length, 200);
    const again = use(of, { call: "CA99" });
    await settle();
    assertEquals(sent.length, 201);
    await clock.advance(2_000);
    await again;
  });
});
