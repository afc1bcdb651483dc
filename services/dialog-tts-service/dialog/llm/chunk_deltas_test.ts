import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { deltasOf } from "./chunk_deltas.ts";
import { ToolCalls } from "./tool_calls.ts";

const chunk = (delta: unknown, finish: unknown = null) => ({
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const call = (index: number | undefined, id?: string, name?: string, args?: string) => ({
  ...{ index, id },
  function: { name, arguments: args },
});

function callsOf(...chunks: unknown[][]): string[] {
  const calls = new ToolCalls();
  for (const delta of chunks.flatMap((parts) => deltasOf(chunk({ tool_calls: parts })))) {
    if (delta.kind === "call") calls.add(delta);
  }
  return calls.all().map(({ id, function: { name, arguments: args } }) => `${id} ${name} ${args}`);
}

describe("deltasOf()", () => {
  it("reads text, a refusal, and why it is over", () => {
    assertEquals(deltasOf(chunk({ role: "assistant", content: "" })), []);
    assertEquals(deltasOf(chunk({ content: "Yes", refusal: null })), [{
      kind: "text",
      text: "Yes",
    }]);
    assertEquals(deltasOf(chunk({ refusal: "No" })), [{ kind: "text", text: "No" }]);
    assertEquals(deltasOf(chunk({}, "stop")), [{ kind: "finish", reason: "stop" }]);
  });

  it("takes whatever is not of the protocol for nothing", () => {
    fc.assert(fc.property(fc.anything(), (value) => {
      deltasOf(value);
      deltasOf(chunk(value, value));
      deltasOf(chunk({ tool_calls: [value] }));
    }));
    assertEquals(deltasOf({ choices: [], usage: { total_tokens: 3 } }), []);
  });
});

describe("ToolCalls", () => {
  it("joins the parts of each call", () => {
    assertEquals(
      callsOf(
        [call(0, "a", "find", ""), call(1, "b", "book", "")],
        [call(0, undefined, undefined, '{"n"')],
        [call(1, undefined, undefined, "{}"), call(0, undefined, undefined, ":1}")],
      ),
      ['a find {"n":1}', "b book {}"],
    );
  });

  it("tells calls apart where an endpoint numbers all of them 0, or none", () => {
    assertEquals(callsOf([call(0, "a", "find", "{}")], [call(0, "b", "book", "[]")]), [
      "a find {}",
      "b book []",
    ]);
    assertEquals(callsOf([call(undefined, "a", "find", "{}"), call(undefined, "b", "book", "")]), [
      "a find {}",
      "b book ",
    ]);
  });

  it("keeps one call where its id is repeated, and names one that has none", () => {
    assertEquals(callsOf([call(0, "a", "find", "{")], [call(0, "a", "find", "}")]), ["a find {}"]);
    assertEquals(callsOf([call(0, "", "find", "{}")]), ["call_1 find {}"]);
  });
});
