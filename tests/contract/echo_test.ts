/** The edge says how loud Kav is, the recognition service what of the caller's leg is not Kav: with real speech. */
import { assert, assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { listen, say } from "./echo_line.ts";

const KAV = say(
  "Welcome to the Kav bicycle shop. We are open from Monday to Friday, from nine in the morning until six in " +
    "the evening. On Saturdays we open at ten, and we close at two in the afternoon.",
);
const ECHOES_MS = [0, 100, 300] as const;

describe("Kav's echo at -20 dB", () => {
  it("lasts ten seconds here", () => assertGreater(KAV.length / 8_000, 10));

  for (const echoMs of ECHOES_MS) {
    it(`is no speech, ${echoMs} ms late`, () => {
      assertEquals(listen({ kav: KAV, echoMs }), []);
    });

    it(`is speech to a detector that is not told of Kav, ${echoMs} ms late`, () => {
      assertGreater(listen({ kav: KAV, echoMs, bar: false }).length, 3);
    });
  }
});

describe("A caller who speaks while Kav does", () => {
  const texts = [
    "What are your opening hours?",
    "I have a question.",
    "How much is it?",
    "Yes please.",
    "Where are you?",
  ];
  for (const text of texts) {
    it(`is heard as without an echo, and soon enough to interrupt: ${text}`, () => {
      const samples = say(text);
      for (const fromMs of [1_000, 3_500, 6_010]) {
        const caller = { samples, fromMs };
        const [alone] = listen({ kav: KAV, caller, bar: false });
        for (const echoMs of ECHOES_MS) {
          const [heard] = listen({ kav: KAV, caller, echoMs });
          assert(alone && heard, `not heard: ${echoMs} ms late, from ${fromMs} ms on`);
          const { onsetMs, sustainedMs } = heard;
          assertAlmostEquals(onsetMs, alone.onsetMs, 60);
          assertAlmostEquals(sustainedMs ?? NaN, onsetMs + 200, 40);
        }
      }
    });
  }

  for (const ms of [100, 160]) {
    it(`does not interrupt with a sound of ${ms} ms, though the detector hears it for longer`, () => {
      const sound = say("you").subarray(2_200, 2_200 + ms * 8);
      // The room answers, 40 dB below.
      const samples = Int16Array.from([...sound, ...sound.map((sample) => sample / 100)]);
      for (const fromMs of [1_000, 3_510]) {
        for (const kav of [KAV, new Int16Array(KAV.length)]) {
          const heard = listen({ kav, caller: { samples, fromMs } });
          assertEquals(heard.map(({ sustainedMs }) => sustainedMs), [undefined]);
        }
      }
    });
  }
});
