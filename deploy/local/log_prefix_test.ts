import { assertEquals, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { LogPrefix } from "./log_prefix.ts";

describe("LogPrefix.line()", () => {
  it("lines all parts up", () => {
    const prefix = new LogPrefix(["edge-1", "dialog-1"], false);
    assertEquals(prefix.line("edge-1", "[TX] fps=50"), "edge-1   | [TX] fps=50");
    assertEquals(prefix.line("dialog-1", "ready"), "dialog-1 | ready");
    assertEquals(prefix.line("stt-1", ""), "stt-1    | ");
  });

  it("colours the name alone, each part its own way, for a terminal", () => {
    const prefix = new LogPrefix(["a", "b"], true);
    const [a, b] = [prefix.line("a", "x"), prefix.line("b", "x")];
    // deno-lint-ignore no-control-regex -- colours are made of them
    const parts = /^\x1b\[(\d+)m(.+)\x1b\[0mx$/;
    assertEquals([parts.exec(a)?.[2], parts.exec(b)?.[2]], ["a | ", "b | "]);
    assertNotEquals(parts.exec(a)?.[1], parts.exec(b)?.[1]);
  });
});
