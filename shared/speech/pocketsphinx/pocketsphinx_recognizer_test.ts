import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { usualReply } from "shared/testing/scripted_decoder.ts";
import { SphinxKit } from "shared/testing/sphinx_kit.ts";

describe("PocketSphinxRecognizer", () => {
  it("open() opens once; close() ends all Workers", async () => {
    const kit = await SphinxKit.open(3);
    await kit.recognizer.open();
    assertEquals(kit.ports.length, 3);
    await kit.recognizer.close();
    assertEquals(kit.ports.map((port) => port.terminated), [true, true, true]);
  });

  it("warns once of phrases that cannot be heard", async () => {
    const kit = await SphinxKit.open();
    const leftOut = [{ phrase: "rent a tandemette", unknownWords: ["tandemette"] }];
    kit.port.answer = (request) =>
      request.do === "begin" ? { did: "begin", leftOut } : usualReply(request);
    for (let i = 0; i < 2; i++) {
      const call = kit.call();
      call.start();
      await call.write(1);
      call.recognition.close();
    }
    assertEquals(kit.warnings, [
      'PocketSphinx cannot hear phrases with words outside of its dictionary: "rent a tandemette" (tandemette)',
    ]);
  });

  it("does not listen to a language that it has not, and warns once", async () => {
    const kit = await SphinxKit.open();
    for (let i = 0; i < 2; i++) {
      const call = kit.call({ language: "he-IL" });
      call.start();
      await call.write(20);
      assertEquals(call.ready, true);
    }
    assertEquals(kit.port.done, ["open"]);
    assertEquals(kit.warnings, [
      "PocketSphinx does not listen: it has the language en, received he-IL",
    ]);
  });
});
