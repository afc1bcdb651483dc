import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { settle } from "shared/testing/fake_clock.ts";
import { SphinxKit, understanding } from "shared/testing/sphinx_kit.ts";

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("PocketSphinxRecognizer.recognize()", () => {
  it("takes a decoder at the onset, and gives it 300 ms from before", async () => {
    const kit = await SphinxKit.open();
    const call = kit.call();
    await call.write(40);
    assertEquals(kit.port.done, ["open"]);
    call.start();
    await call.write(5);
    assertEquals(kit.port.requests[1], { do: "begin", phrases: ["yes", "no"] });
    assertEquals(kit.port.fed, range(25, 44));
  });

  it("sends the audio in batches, and the rest at the end", async () => {
    const kit = await SphinxKit.open();
    const call = kit.call();
    call.start();
    await call.write(6);
    assertEquals(kit.port.done, ["open", "begin", "feed", "feed", "feed"]);
    await call.endAfterHangover();
    await call.write(10);
    assertEquals(kit.port.fed, range(0, 24));
    assertEquals(kit.port.done.at(-1), "end");
  });

  it("gives the result 380 ms after the last voiced frame, at that frame", async () => {
    const kit = await SphinxKit.open();
    kit.port.answer = understanding("yes", 10);
    const call = kit.call();
    call.start();
    await call.write(20);
    await call.endAfterHangover();
    await call.write(9);
    assertEquals(call.heard, ["partial yes @9"]);
    await call.write(1);
    assertEquals(call.heard, ["partial yes @9", "final yes @19"]);
  });

  it("rejects what is not understood", async () => {
    const kit = await SphinxKit.open();
    const call = kit.call();
    await call.speak();
    assertEquals(call.heard, ["rejected @19"]);
  });

  it("keeps the utterance open when speech goes on within the 380 ms", async () => {
    const kit = await SphinxKit.open();
    kit.port.answer = understanding("yes");
    const call = kit.call();
    call.start();
    await call.write(20);
    await call.endAfterHangover();
    await call.write(6);
    call.start();
    await call.write(30);
    assertEquals([call.heard, kit.port.done.includes("end")], [[], false]);
    await call.endAfterHangover();
    await call.write(10);
    assertEquals(call.heard, ["final yes @64"]);
    assertEquals(kit.port.done.filter((did) => did === "begin").length, 1);
  });

  it("ends by time when no frames come any more", async () => {
    const kit = await SphinxKit.open();
    const call = kit.call();
    call.start();
    await call.write(20);
    await call.endAfterHangover();
    await kit.clock.advance(299);
    assertEquals(call.heard, []);
    await kit.clock.advance(1);
    assertEquals(call.heard, ["rejected @19"]);
    assertEquals(kit.clock.sleeping, 0);
  });

  it("gives the decoder back with the result, and takes one anew for the next utterance", async () => {
    const kit = await SphinxKit.open();
    const [first, second] = [kit.call(), kit.call()];
    for (const call of [first, second, first]) {
      await call.speak();
    }
    assertEquals([first.heard.length, second.heard.length], [2, 1]);
  });

  it("is not ready while no decoder is free, and goes on when one is", async () => {
    const kit = await SphinxKit.open();
    const [first, second] = [kit.call(), kit.call()];
    await second.write(20);
    first.start();
    await first.write(20);
    second.start();
    assertEquals(second.ready, false);
    await first.endAfterHangover();
    await first.write(10);
    assertEquals(first.heard, ["rejected @19"]);
    assertEquals([second.ready, second.heard], [true, ["ready"]]);
    await second.write(1);
    assertEquals(kit.port.fed, range(5, 20));
  });

  it("is not ready while 500 ms of audio are on their way to a slow decoder", async () => {
    const kit = await SphinxKit.open();
    const call = kit.call();
    call.start();
    kit.port.hold();
    await call.write(25);
    assertEquals(call.ready, false);
    kit.port.resume();
    assertEquals([call.ready, call.heard.includes("ready")], [true, true]);
    await call.write(25);
  });

  it("keeps new speech waiting while the last utterance is being finished", async () => {
    const kit = await SphinxKit.open();
    kit.port.answer = understanding("yes");
    const call = kit.call();
    call.start();
    await call.write(20);
    await call.endAfterHangover();
    await call.write(9);
    kit.port.hold();
    await call.write(1);
    await call.write(3);
    assertEquals(call.ready, true);
    call.start();
    assertEquals(call.ready, false);
    kit.port.resume();
    assertEquals(call.heard, ["final yes @19", "ready"]);
    await call.write(20);
    await call.endAfterHangover();
    await call.write(10);
    assertEquals(call.heard.at(-1), "final yes @61");
  });

  it("ends an utterance of 20 s, and hears the rest as the next", async () => {
    const kit = await SphinxKit.open();
    const call = kit.call();
    call.start();
    await call.write(1_000);
    assertEquals(call.heard, ["rejected @999", "ready"]);
    await call.write(1);
    await call.endAfterHangover();
    await call.write(10);
    assertEquals(call.heard.at(-1), "rejected @1000");
  });

  it("gives up its decoder when closed in the middle, and tells nothing more", async () => {
    const kit = await SphinxKit.open();
    const [first, second] = [kit.call(), kit.call()];
    first.start();
    await first.write(20);
    await first.endAfterHangover();
    second.start();
    first.recognition.close();
    await settle();
    assertEquals(first.heard, []);
    assertEquals(kit.port.done.filter((did) => did !== "feed"), [
      "open",
      "begin",
      "abandon",
      "begin",
    ]);
    assertEquals(second.heard, ["ready"]);
    second.recognition.close();
    await settle();
    assertEquals(kit.clock.sleeping, 0);
  });

  it("leaves the line when closed while it waits", async () => {
    const kit = await SphinxKit.open();
    const [first, second] = [kit.call(), kit.call()];
    first.start();
    second.start();
    second.recognition.close();
    first.recognition.close();
    await settle();
    assertEquals(second.heard, []);
    const third = kit.call();
    third.start();
    assertEquals(third.ready, true);
  });

  it("reports a decoder that crashed, and hears the speech that goes on with another", async () => {
    const kit = await SphinxKit.open(2);
    const call = kit.call();
    call.start();
    await call.write(10);
    kit.ports.find((port) => port.done.includes("begin"))!.crash("boom");
    assertEquals(call.heard, ["error Cannot decode: the Worker crashed: boom", "ready"]);
    assertEquals(kit.warnings, [
      "PocketSphinx decoder replaced: Cannot decode: the Worker crashed: boom",
    ]);
    await call.write(10);
    await call.endAfterHangover();
    await call.write(10);
    assertEquals(call.heard.at(-1), "rejected @19");
  });

  it("rejects speech whose decoder crashed before the result", async () => {
    const kit = await SphinxKit.open();
    const call = kit.call();
    call.start();
    await call.write(20);
    await call.endAfterHangover();
    kit.port.crash("boom");
    assertEquals(call.heard, ["error Cannot decode: the Worker crashed: boom", "rejected @19"]);
  });
});
