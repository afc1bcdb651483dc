import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { z } from "zod";
import { decodeJson, encodeJson } from "./codec.ts";

const point = z.object({ x: z.int(), at: z.object({ name: z.string() }) });

describe("decodeJson()", () => {
  it("gives back what encodeJson() was given", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const encoded = encodeJson(value);
      assertEquals(decodeJson(z.unknown(), encoded), {
        ok: true,
        value: JSON.parse(JSON.stringify(value)),
      });
    }));
  });

  it("keeps any text, Hebrew and emoji included", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
      assertEquals(decodeJson(z.string(), encodeJson(text)), { ok: true, value: text });
    }));
    assertEquals(decodeJson(z.string(), encodeJson("קו 📞")), { ok: true, value: "קו 📞" });
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => {
      assert(!decodeJson(point, bytes).ok);
    }));
  });

  it("says when it is not JSON, or not UTF-8", () => {
    for (
      const bytes of [
        new Uint8Array(),
        encodeText("{"),
        encodeText("'"),
        Uint8Array.of(34, 0xff, 34),
      ]
    ) {
      assertEquals(decodeJson(z.unknown(), bytes), { ok: false, problem: "not JSON" });
    }
  });

  it("names the first field that is wrong", () => {
    const problem = (value: unknown) => {
      const result = decodeJson(point, encodeJson(value));
      return result.ok ? "none" : result.problem.split(":")[0];
    };
    assertEquals(problem({ x: 1, at: { name: "n" } }), "none");
    assertEquals(problem({ x: 1, at: { name: 2 } }), "at.name");
    assertEquals(problem({ x: 1.5, at: {} }), "x");
    assertEquals(problem(null), "(root)");
  });
});

function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
