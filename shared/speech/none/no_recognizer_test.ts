import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { NoRecognizer } from "./no_recognizer.ts";

describe("NoRecognizer", () => {
  it("is always ready and takes everything without an answer", async () => {
    const recognizer = new NoRecognizer();
    await recognizer.open();
    const recognition = recognizer.recognize();
    const at = { seq: 0, streamMs: 0 };
    recognition.speechStarted(at);
    recognition.write(new Uint8Array(160), at);
    recognition.speechEnded(at);
    assert(recognition.ready);
    assertEquals(recognizer.name, "none");
    recognition.close();
    await recognizer.close();
  });
});
