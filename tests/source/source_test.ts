import { assertEquals, assertGreater } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { read, sourceFiles } from "./repository.ts";

const MAX_LINES = 300;
/** Written in two parts, or this file would find itself. */
const LEFT_OPEN = new RegExp(
  ["TO" + "DO", "FIX" + "ME", "X" + "XX"].map((w) => `\\b${w}\\b`).join("|"),
);

const files = sourceFiles().map((path) => ({ path, text: read(path) }));

describe("source files", () => {
  it("are found at all", () => {
    assertGreater(files.length, 100);
  });

  it(`have at most ${MAX_LINES} lines`, () => {
    const long = files
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))
      .filter(({ lines }) => lines > MAX_LINES);
    assertEquals(long, []);
  });

  it("leave nothing open", () => {
    assertEquals(files.filter(({ text }) => LEFT_OPEN.test(text)).map(({ path }) => path), []);
  });

  it("marks no test to be run alone", () => {
    const marked = files.filter(({ path, text }) =>
      path.endsWith("_test.ts") && /\b(it|describe|test)\.only\(/.test(text)
    );
    assertEquals(marked.map(({ path }) => path), []);
  });

  it("send on a socket only in tx/writer", () => {
    const senders = files.filter(({ path, text }) =>
      /^(services|shared|deploy)\//.test(path) && !/_test\.ts$|\/testing\//.test(path) &&
      /\.\s*send\s*\(/.test(text)
    );
    assertEquals(senders.map(({ path }) => path), ["services/ws-edge/tx/writer.ts"]);
  });
});
