import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { FRAME_BYTES } from "shared/media/frame.ts";
import { settle } from "shared/testing/fake_clock.ts";
import { CannedSpeech } from "./canned_speech.ts";
import { MAX_FRAMES_PER_MESSAGE, MessageAssembly } from "./message_assembly.ts";

const weigh = () => 1;

describe("MessageAssembly", () => {
  it("pulls no more than fits into a message until something is taken", async () => {
    const canned = new CannedSpeech(new Uint8Array(10 * FRAME_BYTES), "One.", weigh);
    let pulled = 0;
    const source = {
      next: () => {
        pulled++;
        return canned.next();
      },
    };
    const assembly = new MessageAssembly(source, new AbortController().signal, () => {});
    await settle();
    assertEquals([assembly.ready, pulled], [MAX_FRAMES_PER_MESSAGE, MAX_FRAMES_PER_MESSAGE]);
    assertEquals(assembly.take(2).length, 2);
    await settle();
    assertEquals([assembly.ready, pulled], [3, 5]);
  });

  it("ends when all is taken, not before", async () => {
    const canned = new CannedSpeech(new Uint8Array(2 * FRAME_BYTES), "One.", weigh);
    const assembly = new MessageAssembly(canned, new AbortController().signal, () => {});
    await settle();
    assertEquals([assembly.ready, assembly.ended], [2, false]);
    assembly.take(2);
    assertEquals(assembly.ended, true);
  });

  it("pulls nothing after an abort", async () => {
    const abort = new AbortController();
    let pulled = 0;
    const source = {
      next: () => {
        pulled++;
        return Promise.resolve({ done: false, frame: new Uint8Array(160), piece: 0 } as const);
      },
    };
    const assembly = new MessageAssembly(source, abort.signal, () => {});
    await settle();
    abort.abort();
    await settle();
    assembly.take(3);
    await settle();
    assertEquals([pulled, assembly.ended], [3, true]);
  });
});
