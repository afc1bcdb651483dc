import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { joinBytes } from "./join_bytes.ts";

describe("joinBytes()", () => {
  it("copies the parts one behind the other, empty ones and none as well", () => {
    const part = Uint8Array.of(1, 2);
    const whole = joinBytes([part, new Uint8Array(), Uint8Array.of(3)]);
    part[0] = 9;
    assertEquals(whole, Uint8Array.of(1, 2, 3));
    assertEquals(joinBytes([]), new Uint8Array());
  });
});
