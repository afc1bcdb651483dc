import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { MAX_RENDERED_BYTES } from "shared/media/frame.ts";
import { audioProblem, readGreeting, storedGreeting } from "./greeting_entry.ts";

const ENTRY = {
  businessId: "shop",
  ttsHash: "h",
  audio: Uint8Array.from({ length: 320 }, (_, i) => i & 0xff),
  updatedAt: "2026-01-01T00:00:00Z",
};
const STORED = storedGreeting(ENTRY);

function problemOf(fields: Partial<typeof STORED>): string {
  const read = readGreeting("shop", { ...STORED, ...fields });
  return read.ok ? "" : read.problem;
}

describe("audioProblem()", () => {
  it("is none for 1 frame to 60 s of whole frames", () => {
    for (const bytes of [160, 320, MAX_RENDERED_BYTES]) {
      assertEquals(audioProblem(new Uint8Array(bytes)), undefined);
    }
    for (const bytes of [0, 1, 159, 161, MAX_RENDERED_BYTES + 1, MAX_RENDERED_BYTES + 160]) {
      assertStringIncludes(audioProblem(new Uint8Array(bytes)) ?? "", `received ${bytes} bytes`);
    }
  });
});

describe("readGreeting()", () => {
  it("gives back what `storedGreeting` has made", () => {
    assertEquals(readGreeting("shop", STORED), { ok: true, entry: ENTRY });
    const longest = { ...ENTRY, audio: new Uint8Array(MAX_RENDERED_BYTES) };
    assertEquals(readGreeting("shop", storedGreeting(longest)), { ok: true, entry: longest });
  });

  it("reads an entry without a hash of its audio, and none with a wrong one", () => {
    const { audio_hash: _, ...without } = STORED;
    assertEquals(readGreeting("shop", without), { ok: true, entry: ENTRY });
    assertStringIncludes(problemOf({ audio_hash: "" }), "audio_hash");
    const other = storedGreeting({ ...ENTRY, audio: new Uint8Array(320) });
    assertStringIncludes(problemOf({ audio_hash: other.audio_hash }), "audio_hash");
    assertStringIncludes(problemOf({ audio_b64: other.audio_b64 }), "audio_hash");
  });

  it("refuses an entry of another business", () => {
    assertStringIncludes(problemOf({ business_id: "other" }), "business_id");
  });

  for (const field of ["business_id", "tts_hash", "audio_b64", "updated_at"] as const) {
    it(`refuses an entry without ${field}`, () => {
      const { [field]: _, ...rest } = STORED;
      const read = readGreeting("shop", rest);
      assert(!read.ok);
      assertStringIncludes(read.problem, field);
      assertStringIncludes(problemOf({ [field]: "" }), field);
    });
  }

  it("refuses audio that is no base64, or no whole frames", () => {
    assertEquals(problemOf({ audio_b64: "no base64!" }), "audio_b64: not base64");
    const bytes = (length: number) => ({ audio_b64: new Uint8Array(length).toBase64() });
    assertStringIncludes(problemOf(bytes(161)), "received 161 bytes");
  });

  it("does not decode a text that is longer than 60 s would be", () => {
    const audio_b64 = "!".repeat(640_001);
    assertStringIncludes(problemOf({ audio_b64 }), "60 s at most, received 640001 characters");
    assertEquals(problemOf({ audio_b64: audio_b64.slice(1) }), "audio_b64: not base64");
  });
});
