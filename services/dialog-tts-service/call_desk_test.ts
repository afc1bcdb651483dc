import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import type { BusinessTool } from "shared/store/business.ts";
import type { ToolUse } from "shared/store/stores.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { sampleBusiness } from "shared/testing/sample_business.ts";
import { Desk } from "./call_desk.ts";
import type { ToolAnswer } from "./dialog/dialog.ts";
import type { ToolContext } from "./dialog/tools/http_tools.ts";

const LOOKUP: BusinessTool = {
  name: "lookup",
  description: "Looks an order up",
  url: "https://shop.example/lookup",
  parameters: { type: "object" },
  timeout_ms: 5_000,
};
const OK: ToolAnswer = { outcome: "ok", value: { state: "on its way" } };

describe("Desk", () => {
  let clock: FakeClock;
  let answer: () => Promise<ToolAnswer>;
  let used: { tool: BusinessTool; args: unknown; context: ToolContext; signal: AbortSignal }[];
  let uses: ToolUse[];
  let notes: string[];
  let desk: Desk;
  const { signal } = new AbortController();

  beforeEach(() => {
    clock = new FakeClock();
    answer = () => Promise.resolve(OK);
    used = [];
    uses = [];
    notes = [];
    desk = new Desk({
      call: "CA1",
      business: sampleBusiness({ tools: [LOOKUP] }),
      tools: {
        use: (tool, args, context, signal) => {
          used.push({ tool, args, context, signal });
          return answer();
        },
      },
      record: { note: (text) => notes.push(text), useTool: (use) => uses.push(use) },
      clock,
    });
  });

  it("uses the business's tool for this call, with the arguments and the signal it is given", async () => {
    const args = { order: "{{entry_1}}" };
    assertEquals(await desk.useTool("lookup", args, signal), OK);
    const [{ tool, args: given, context, signal: until } = undefined!] = used;
    assertEquals([tool, given, until === signal], [LOOKUP, args, true]);
    assertEquals([context.call, context.businessId], ["CA1", "shop"]);
  });

  it("gives tools what the caller has entered by then, beside the arguments", async () => {
    const entries = () => [...used.at(-1)!.context.entries];
    await desk.useTool("lookup", {}, signal);
    assertEquals(entries(), []);
    desk.keepEntry("entry_1", "4711");
    desk.keepEntry("entry_2", "99");
    await desk.useTool("lookup", { order: "{{entry_1}}" }, signal);
    assertEquals(entries(), [["entry_1", "4711"], ["entry_2", "99"]]);
    assertEquals(used.at(-1)!.args, { order: "{{entry_1}}" });
  });

  it("records of each use its name, how long it took and how it ended, and nothing else", async () => {
    answer = async () => {
      await clock.sleepUntil(clock.now() + 230.4);
      return { outcome: "timeout", problem: "the tool took too long" };
    };
    desk.keepEntry("entry_1", "4711");
    const using = desk.useTool("lookup", { order: "{{entry_1}}" }, signal);
    await clock.advance(200);
    assertEquals(uses, []);
    await clock.advance(100);
    assertEquals((await using).outcome, "timeout");
    assertEquals(uses, [{ name: "lookup", ms: 230, outcome: "timeout" }]);
  });

  it("refuses a tool that the business does not have, and records that", async () => {
    assertEquals(await desk.useTool("open_safe", {}, signal), {
      outcome: "refused",
      problem: "there is no tool open_safe",
    });
    assertEquals([used, uses], [[], [{ name: "open_safe", ms: 0, outcome: "refused" }]]);
  });

  it("leaves notes in the record", () => {
    desk.note("Please call back.");
    assertEquals(notes, ["Please call back."]);
  });
});
