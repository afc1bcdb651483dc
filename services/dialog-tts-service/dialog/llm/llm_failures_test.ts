import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { afterEach, beforeAll, beforeEach, describe, it } from "@std/testing/bdd";
import type { Answer, AnswerStep } from "shared/testing/openai_server/answers.ts";
import { SAMPLE_BUSINESS } from "shared/testing/sample_business.ts";
import { FIRST_TOKEN_MS, LlmRig, SCRIPTED } from "../../testing/llm_rig.ts";

const SCRIPT = [...SCRIPTED, "hangup"];
const AGAIN = ["Please say that again.", "none"];
const CUT: AnswerStep = { cut: "end" };
const status = (code: number, body?: unknown): Answer => ({ status: code, body });

const AT_ONCE: readonly (readonly [what: string, answer: Answer, reason: string])[] = [
  ["a bad key", status(401), "credentials"],
  ["a key that may not", status(403), "credentials"],
  ["an unknown model", status(404), "unknown_model"],
  ["an empty purse", status(429), "quota"],
  ["a request it refuses", status(400), "refused"],
  ["a server that fails", status(500), "server"],
  ["an error that is no JSON", status(502, "<html>Bad gateway</html>"), "server"],
  ["a page instead of a stream", status(200, "<html>Welcome</html>"), "empty"],
  ["events that are no JSON", [{ raw: "data: {nonsense\n\n" }], "garbage"],
  ["chunks of another kind", [{ raw: 'data: {"a":1}\n\ndata: null\n\ndata: [1]\n\n' }], "empty"],
  ["bytes that are no events", [{ raw: "\u0000\uffff nonsense" }, CUT], "empty"],
  ["an empty answer", [], "empty"],
  ["an answer of blanks", [{ text: " \n" }], "empty"],
  ["a stream that ends at once", [CUT], "empty"],
  ["a connection that breaks at once", [{ cut: "break" }], "unreachable"],
  ["a stream that ends before the first piece", [{ text: "We open" }, CUT], "cut_off"],
  ["a stream that breaks before the first piece", [{ text: "We" }, { cut: "break" }], "cut_off"],
  ["an error chunk", [{ error: "overloaded" }], "server"],
  ["its own filter", [{ text: "We open" }, { finish: "content_filter" }], "refused"],
];

const IN_THE_MIDDLE: readonly (readonly [what: string, steps: readonly AnswerStep[]])[] = [
  ["a stream that ends", [CUT]],
  ["a connection that breaks", [{ cut: "break" }]],
  ["an error chunk", [{ error: "overloaded" }]],
  ["nonsense", [{ raw: "data: {nonsense\n\n" }]],
  ["its own filter", [{ finish: "content_filter" }]],
];

describe("LlmDialog, when the model fails", () => {
  let rig: LlmRig;
  beforeAll(() => new LlmRig().model.open());
  beforeEach(() => {
    rig = new LlmRig();
  });
  afterEach(() => {
    assertEquals([rig.clock.sleeping, rig.server.open], [0, 0], "nothing is left behind");
  });

  for (const [what, answer, reason] of AT_ONCE) {
    it(`answers as scripted at once at ${what}`, async () => {
      const asked = await rig.asked("hello", answer);
      assertEquals(asked.said, SCRIPT);
      const { interruptible, understood, question } = asked.reply!;
      assertEquals([interruptible, understood, question], [false, false, "hours"]);
      assertEquals(await rig.metric(`kav_llm_failures_total{reason="${reason}"}`), 1);
      assertEquals(rig.warnings.length, 1);
    });
  }

  for (const [what, steps] of IN_THE_MIDDLE) {
    it(`lets whole pieces stand at ${what}, drops the tail, and asks the caller`, async () => {
      const asked = await rig.asked("hello", [{ text: "We open at nine. And we cl" }, ...steps]);
      assertEquals(asked.said, ["We open at nine.", ...AGAIN]);
      assertEquals(rig.scriptedInputs, []);
    });
  }

  it("answers as scripted when nobody is at the address", async () => {
    const refused = () => Promise.reject(new TypeError("connection refused"));
    rig = new LlmRig(SAMPLE_BUSINESS, refused);
    assertEquals((await rig.asked("hello")).said, SCRIPT);
    assertMatch(rig.warnings[0]!, /^llm unreachable: .*LLM_BASE_URL/);
  });

  it("takes an answer for whole that was finished, whatever comes then", async () => {
    for (const end of [CUT, { cut: "break" }, { raw: "data: {nonsense\n\n" }] as const) {
      const asked = await rig.asked("hello", [{ text: "Yes." }, { finish: "stop" }, end]);
      assertEquals(asked.said, ["Yes.", "none"]);
    }
    const hanging = await rig.asked("hello", [{ text: "Yes." }, { finish: "stop" }, {
      hang: true,
    }]);
    await rig.advance(2 * FIRST_TOKEN_MS);
    assertEquals([...hanging.said, ...rig.warnings], ["Yes.", "none"]);
  });

  it("says the script behind the filler when the model fails late", async () => {
    const asked = await rig.asked("hello", { status: 500, afterMs: FIRST_TOKEN_MS + 100 });
    await rig.advance(FIRST_TOKEN_MS);
    assertEquals(asked.said, ["One moment."]);
    await rig.advance(100);
    assertEquals(asked.said, ["One moment.", ...SCRIPT]);
  });

  it("rejects when the scripted dialog does, and asks again where words were said", async () => {
    rig.scripted = () => Promise.reject(new Error("no script"));
    assertEquals(String((await rig.asked("hello", status(500))).error), "Error: no script");
    const late = await rig.asked("hello", { status: 500, afterMs: FIRST_TOKEN_MS });
    await rig.advance(FIRST_TOKEN_MS);
    assertEquals(late.said, ["One moment.", ...AGAIN]);
  });

  it("tells people what to do, and nothing of what callers or the endpoint say", async () => {
    const body = { error: { message: "bad: my name is Ann", code: "invalid_api_key" } };
    await rig.asked("my name is Ann", status(401, body), { status: 404 });
    await rig.asked("hello");
    assertEquals(rig.warnings, [
      "llm credentials: the language model failed: credentials (401 invalid_api_key). " +
      "Look whether LLM_API_KEY is right, and may use LLM_MODEL",
      "llm unknown_model: the language model failed: unknown_model (404 e404). " +
      "Look whether LLM_MODEL is a model of this endpoint, and LLM_BASE_URL ends as /v1",
    ]);
    assertNotMatch(rig.warnings.join(), /Ann/);
  });

  it("asks again at the next question after failures that come fast", async () => {
    for (let n = 0; n < 5; n++) await rig.asked("hello", status(503));
    assertEquals((await rig.asked("hello", [{ text: "Yes." }])).said, ["Yes.", "none"]);
  });
});
