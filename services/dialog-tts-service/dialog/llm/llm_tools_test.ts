import { assertEquals, assertStringIncludes } from "@std/assert";
import { afterEach, beforeAll, beforeEach, describe, it } from "@std/testing/bdd";
import type { Business } from "shared/store/business.ts";
import { type Answer, streamed } from "shared/testing/openai_server/answers.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import type { ToolAnswer } from "../dialog.ts";
import { FIRST_TOKEN_MS, LlmRig } from "../../testing/llm_rig.ts";

const TOOLS: Business["tools"] = ["find_order", "book"].map((name) => ({
  name,
  description: "Does it",
  url: "https://tools.test/",
  parameters: { type: "object", properties: { number: { type: "string" } } },
  timeout_ms: 5_000,
}));
const business = sampleBusiness({ tools: TOOLS });
const FIND = { call: { name: "find_order", args: { number: "{{entry_1}}" } } };
const END = { call: { name: "end_call", args: {} } };

describe("LlmDialog, with tools", () => {
  let rig: LlmRig;
  beforeAll(() => new LlmRig().model.open());
  beforeEach(() => {
    rig = new LlmRig(business);
  });
  afterEach(() => {
    assertEquals([rig.clock.sleeping, rig.server.open], [0, 0], "nothing is left behind");
  });

  const results = () => rig.server.requests.at(-1)!.messages.filter(({ role }) => role === "tool");

  it("uses a tool of the business, speaking meanwhile, and goes on with what it answered", async () => {
    const tool = Promise.withResolvers<ToolAnswer>();
    rig.tool = () => tool.promise;
    const asked = await rig.asked(
      "where is it",
      [...streamed("Let me look"), FIND, { finish: "tool_calls", afterMs: 100 }],
      streamed("It is on its way."),
    );
    assertEquals([asked.said, rig.used], [["Let me look"], []]);
    await rig.advance(100);
    tool.resolve({ outcome: "ok", value: { state: "sent" } });
    await rig.settle();
    assertEquals(asked.said, ["Let me look", "It is on its way.", "none"]);
    assertEquals(rig.used.map(({ name, args }) => [name, args]), [
      ["find_order", { number: "{{entry_1}}" }],
    ]);
    const [call, result] = rig.server.requests[1]!.messages.slice(-2);
    assertEquals([call!.content, call!.tool_calls![0]!.function], [
      "Let me look",
      { name: "find_order", arguments: '{"number":"{{entry_1}}"}' },
    ]);
    assertEquals(result, { role: "tool", tool_call_id: "call_1", content: '{"state":"sent"}' });
  });

  it("says the filler once when tool and model together keep the caller waiting", async () => {
    rig.tool = async () => {
      await rig.clock.sleepUntil(rig.clock.now() + 1_000);
      return { outcome: "ok", value: 1 };
    };
    const late: Answer = [{ text: "Here it is.", afterMs: 1_400 }];
    const asked = await rig.asked("where is it", [{ ...FIND, afterMs: 1_000 }], late);
    await rig.advance(1_000 + FIRST_TOKEN_MS - 1);
    assertEquals(asked.reply, undefined);
    await rig.advance(1);
    assertEquals(asked.said, ["One moment."]);
    await rig.advance(2_000);
    assertEquals(asked.said, ["One moment.", "Here it is.", "none"]);
    assertEquals(await rig.metric("kav_llm_fillers_total"), 1);
  });

  it("lets a tool take its time: patience is for the model", async () => {
    rig.tool = async () => {
      await rig.clock.sleepUntil(rig.clock.now() + 20_000);
      return { outcome: "timeout", problem: "it did not answer" };
    };
    const asked = await rig.asked("where is it", [FIND], streamed("I cannot look it up now."));
    await rig.advance(20_000);
    assertEquals(asked.said, ["One moment.", "I cannot look it up now.", "none"]);
    assertEquals(results()[0]!.content, '{"error":"it did not answer"}');
  });

  it("ends with the signal while a tool is at work", async () => {
    rig.tool = () => new Promise(() => {});
    const asked = await rig.asked("where is it", [FIND]);
    assertEquals(rig.used[0]!.signal.aborted, false);
    asked.abort.abort();
    await rig.settle();
    assertEquals([rig.used[0]!.signal.aborted, asked.said], [true, []]);
  });

  it("cuts a long result", async () => {
    rig.tool = () => Promise.resolve({ outcome: "ok", value: "x".repeat(10_000) });
    await rig.asked("where is it", [FIND], streamed("Yes."));
    assertEquals(results()[0]!.content!.length, 4_000);
  });

  it("keeps a note, and needs no more words when some were said", async () => {
    const note = { call: { name: "leave_note", args: { text: " Call Ann back. " } } };
    const quiet = await rig.asked("call me", [...streamed("I noted that."), note], []);
    assertEquals(quiet.said, ["I noted that.", "none"]);
    const spoken = await rig.asked("call me", [note], streamed("Done."));
    assertEquals(spoken.said, ["Done.", "none"]);
    assertEquals(rig.notes, ["Call Ann back.", "Call Ann back."]);
  });

  it("ends the call after the model's goodbye, else the business's", async () => {
    const own = await rig.asked("bye", [...streamed("So long."), END]);
    assertEquals(own.said, ["So long.", "hangup"]);
    const silent = await rig.asked("bye", [END]);
    assertEquals(silent.said, ["Thank you and goodbye.", "hangup"]);
    assertEquals([own.reply!.interruptible, silent.reply!.interruptible], [true, false]);
    assertEquals(rig.server.requests.length, 2);
  });

  it("does what was called for before the end of the call, and nothing after it", async () => {
    const book = { call: { name: "book", args: "" } };
    const asked = await rig.asked("bye", [...streamed("Done, goodbye."), book, END, FIND]);
    assertEquals(asked.said, ["Done, goodbye.", "hangup"]);
    assertEquals(rig.used.map(({ name, args }) => [name, args]), [["book", {}]]);
  });

  it("transfers to a number of the business only", async () => {
    const to = (name: string) => ({ call: { name: "transfer_call", args: { to: name } } });
    const asked = await rig.asked("a person", [to("+15550666")], [to("default")]);
    assertEquals(asked.said, ["I connect you now.", "transfer"]);
    assertEquals(asked.reply!.text.then, { do: "transfer", to: "+15550100002" });
    assertStringIncludes(results()[0]!.content!, "must be one of default");
  });

  it("collects digits after its prompt", async () => {
    const args = { prompt: "Please enter your order number.", min_digits: 4, max_digits: 99 };
    const collect = { call: { name: "collect_digits", args } };
    const asked = await rig.asked("my order", [...streamed("Sure."), collect]);
    assertEquals(asked.said, ["Sure.", "Please enter your order number.", "collect"]);
    assertEquals(asked.reply!.text.then, {
      do: "collect",
      entry: { minDigits: 4, maxDigits: 32, terminator: "#", timeoutMs: 5_000, tool: null },
    });
  });

  it("tells the model what is wrong with a call", async () => {
    const wrong: Answer = [
      { call: { name: "self_destruct", args: {} } },
      { call: { name: "find_order", args: "{broken" } },
      { call: { name: "find_order", args: "[1]" } },
      { call: { name: "leave_note", args: {} } },
    ];
    assertEquals((await rig.asked("hello", wrong, streamed("Sorry."))).said, ["Sorry.", "none"]);
    assertEquals(results().map(({ tool_call_id, content }) => [tool_call_id, content]), [
      ["call_1", '{"error":"There is no tool of this name"}'],
      ["call_2", '{"error":"The arguments must be a JSON object"}'],
      ["call_3", '{"error":"The arguments must be a JSON object"}'],
      ["call_4", '{"error":"\\"text\\" must not be empty"}'],
    ]);
    assertEquals(rig.used, []);
  });

  it("ends after four rounds, the last without tools", async () => {
    rig.server.respond = ({ toolChoice }) =>
      toolChoice === "none" ? streamed("That is it.") : [FIND];
    assertEquals((await rig.asked("hello")).said, ["That is it.", "none"]);
    assertEquals(rig.server.requests.map(({ toolChoice }) => toolChoice), [
      ...[undefined, undefined, undefined],
      "none",
    ]);
    rig.server.respond = () => [FIND];
    assertEquals((await rig.asked("hello")).said.at(-1), "hangup", "the script answers");
  });

  it("uses eight tools at most", async () => {
    await rig.asked("hello", Array(10).fill(FIND), streamed("Enough."));
    assertEquals(rig.used.length, 8);
    assertEquals(results().slice(8).map(({ content }) => content), [
      '{"error":"Too many tools for one answer"}',
      '{"error":"Too many tools for one answer"}',
    ]);
    assertEquals(rig.server.requests[1]!.toolChoice, "none");
  });

  it("asks the caller again when the model fails behind a tool and its own words", async () => {
    const asked = await rig.asked("where is it", [...streamed("One look."), FIND], { status: 500 });
    assertEquals(asked.said, ["One look.", "Please say that again.", "none"]);
  });
});
