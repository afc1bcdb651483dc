import { assertAlmostEquals, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FRAME_BYTES, MULAW_SILENCE } from "shared/media/frame.ts";
import { decodeMulaw, encodeMulaw } from "shared/media/mulaw.ts";
import { withEcho } from "./line_echo.ts";

const ECHO = { db: -20, delayMs: 100 };
const played = encodeMulaw(new Int16Array(FRAME_BYTES).fill(10_000));

describe("withEcho()", () => {
  it("gives back a tenth of what was played to a caller who is silent", () => {
    const [sample] = decodeMulaw(withEcho(undefined, played, ECHO));
    assertAlmostEquals(sample!, 1_000, 40);
  });

  it("adds it to what the caller says, and does not overflow", () => {
    const said = encodeMulaw(new Int16Array(FRAME_BYTES).fill(32_000));
    const [sample] = decodeMulaw(withEcho(said, played, { ...ECHO, db: 0 }));
    assertAlmostEquals(sample!, 32_000, 600);
  });

  it("adds nothing where nothing was played", () => {
    const silence = new Uint8Array(FRAME_BYTES).fill(MULAW_SILENCE);
    assertEquals(decodeMulaw(withEcho(undefined, silence, ECHO)), new Int16Array(FRAME_BYTES));
  });
});
