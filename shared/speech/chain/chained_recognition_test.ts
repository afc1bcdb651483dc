import { assert, assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { settle } from "shared/testing/fake_clock.ts";
import type { ScriptedRecognizerOptions } from "shared/testing/scripted_recognizer.ts";
import { at, ChainKit, failureOf, type KitCall } from "shared/testing/chain_kit.ts";

let kit: ChainKit;
let call: KitCall;
function begin(a: Omit<ScriptedRecognizerOptions, "clock"> = {}, b: typeof a = {}): void {
  kit = new ChainKit({ a, b });
  call = kit.recognize();
}
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
const seqs = (engine: "a" | "b") => kit[engine]().written.map(({ seq }) => seq);

describe("ChainedRecognition, when an engine fails,", () => {
  beforeEach(() => begin());

  it("gives the next one in the same turn what no final covers, and goes on with it", async () => {
    await call.say(0, 50);
    kit.a().final("one", 20);
    kit.a().fail(failureOf("broken"));
    assertEquals(seqs("b"), range(21, 50));
    await call.say(51, 53);
    kit.b().final("two");
    assertEquals(seqs("b"), range(21, 53));
    assertEquals(kit.b().written.map(({ byte }) => byte), range(21, 53));
    assertEquals(call.told, ["final one 20", "error a: broken: so. Look", "final two 53"]);
    assert(kit.a().closed);
  });

  it("gives the next one at most the last 3 s of silence", async () => {
    await call.say(0, 400);
    kit.a().fail(failureOf("broken"));
    assertEquals(seqs("b"), range(251, 400));
  });

  it("gives the next one all of the speech in progress, and what was before it, and announces it", async () => {
    await call.say(0, 299);
    call.recognition.speechStarted(at(296));
    await call.say(300, 599);
    kit.a().fail(failureOf("broken"));
    assertEquals(seqs("b"), range(280, 599));
    assertEquals(kit.b().voice, [{ kind: "started", ...at(296), writtenSeq: 299 }]);
  });

  it("keeps at most 30 s of speech", async () => {
    call.recognition.speechStarted(at(0));
    await call.say(0, 1_999);
    kit.a().fail(failureOf("broken"));
    assertEquals(seqs("b"), range(500, 1_999));
    assertEquals(kit.b().voice, [{ kind: "started", ...at(500), writtenSeq: -1 }]);
  });

  it("tells the next one of speech that ended and has no answer", async () => {
    await call.say(0, 9);
    call.recognition.speechStarted(at(6));
    await call.say(10, 39);
    call.recognition.speechEnded(at(30));
    await call.say(40, 49);
    kit.a().fail(failureOf("broken"));
    assertEquals(kit.b().voice, [
      { kind: "started", ...at(6), writtenSeq: 9 },
      { kind: "ended", ...at(30), writtenSeq: 39 },
    ]);
    assertEquals(seqs("b"), range(0, 49));
  });

  it("lets speech that goes on behind a final begin with the first frame of the rest", async () => {
    call.recognition.speechStarted(at(0));
    await call.say(0, 49);
    kit.a().final("first half", 30);
    kit.a().fail(failureOf("broken"));
    assertEquals(kit.b().voice, [{ kind: "started", ...at(31), writtenSeq: -1 }]);
    assertEquals(seqs("b"), range(31, 49));
  });

  it("does not tell of speech that is answered but for the last frames, nor of speech long over", async () => {
    call.recognition.speechStarted(at(0));
    await call.say(0, 30);
    call.recognition.speechEnded(at(25));
    kit.a().final("hello", 20);
    call.recognition.speechStarted(at(31));
    await call.say(31, 60);
    call.recognition.speechEnded(at(55));
    await call.say(61, 215);
    kit.a().fail(failureOf("broken"));
    assertEquals(kit.b().voice, []);
    assertEquals(seqs("b"), range(66, 215));
  });

  it("takes nothing more from it", async () => {
    await call.say(0, 5);
    const a = kit.a();
    a.fail(failureOf("broken"));
    a.final("late");
    a.error(new Error("late"));
    a.fail(failureOf("broken"));
    await settle();
    assertEquals([call.told, kit.started], [["error a: broken: so. Look"], ["a", "b"]]);
  });

  it("also leaves one that throws at a frame, which the next one gets", async () => {
    await call.say(0, 5);
    kit.a().failure = new Error("oops");
    await call.say(6, 8);
    assertEquals(seqs("b"), range(0, 8));
    assertEquals([call.told, kit.a().closed], [["error oops"], true]);
  });

  it("takes a failure that it tells twice for one", async () => {
    await call.say(0, 5);
    const a = kit.a();
    a.write = () => {
      a.fail(failureOf("broken"));
      throw new Error("oops");
    };
    await call.say(6, 8);
    assertEquals([seqs("b"), kit.b().closed], [range(0, 8), false]);
    assertEquals([call.told, kit.started], [["error a: broken: so. Look"], ["a", "b"]]);
  });

  it("tells the next one of a short speech right behind a final", async () => {
    await call.say(0, 20);
    kit.a().final("hello", 20);
    call.recognition.speechStarted(at(22));
    await call.say(21, 30);
    call.recognition.speechEnded(at(26));
    kit.a().final("hello", 20);
    kit.a().fail(failureOf("broken"));
    assertEquals(kit.b().voice.map(({ kind }) => kind), ["started", "ended"]);
  });
});

describe("ChainedRecognition, while the next engine is not ready,", () => {
  beforeEach(() => begin({}, { openMs: 300, leaseMs: 100 }));

  it("is not ready itself, and gives live frames behind those it has kept", async () => {
    await call.say(0, 20);
    kit.a().fail(failureOf("broken"));
    await call.say(21, 30);
    assert(!call.recognition.ready);
    assertEquals([seqs("b"), call.waiting], [[], range(21, 30)]);
    await kit.clock.advance(300);
    assertEquals([seqs("b"), call.waiting], [range(0, 30), []]);
  });

  it("lets nothing overtake, also when the engine is ready before it says so", async () => {
    await call.say(0, 20);
    kit.a().fail(failureOf("broken"));
    Object.defineProperty(kit.b(), "ready", { get: () => true });
    await call.say(21, 22);
    assertEquals([seqs("b"), call.waiting], [[], [21, 22]]);
    await kit.clock.advance(300);
    assertEquals(seqs("b"), range(0, 22));
  });

  it("lets no frame overtake the speech that begins with it", () => {
    const a = kit.a();
    a.setReady(false);
    call.recognition.speechStarted(at(0));
    Object.defineProperty(a, "ready", { get: () => true });
    assert(!call.recognition.ready);
    a.setReady(true);
    assert(call.recognition.ready);
    assertEquals(a.voice.length, 1);
  });

  it("tells the engine the end of all speech whose beginning it was told", async () => {
    await call.say(0, 9);
    call.recognition.speechStarted(at(6));
    await call.say(10, 25);
    call.recognition.speechEnded(at(15));
    kit.a().fail(failureOf("broken"));
    await kit.clock.advance(300);
    assertEquals(seqs("b"), range(0, 9));
    kit.b().final("hello", 9);
    await kit.clock.advance(100);
    assertEquals(kit.b().voice.map(({ kind }) => kind), ["started", "ended"]);
    assertEquals(seqs("b"), range(0, 25));
  });

  it("waits at an announced onset as long as the engine does", async () => {
    await call.say(0, 9);
    call.recognition.speechStarted(at(10));
    await call.say(10, 20);
    kit.a().fail(failureOf("broken"));
    await kit.clock.advance(300);
    assertEquals(seqs("b"), range(0, 9));
    assert(!call.recognition.ready);
    await call.say(21, 22);
    await kit.clock.advance(100);
    assertEquals(seqs("b"), range(0, 22));
  });

  it("forgets all of it when closed", async () => {
    await call.say(0, 20);
    kit.a().fail(failureOf("broken"));
    call.recognition.close();
    await kit.clock.advance(300);
    assertEquals([kit.b().closed, kit.clock.sleeping, call.told], [true, 0, []]);
    assert(!call.recognition.ready);
  });
});

describe("ChainedRecognition, when no engine is left,", () => {
  let isDown: boolean;
  beforeEach(() => {
    isDown = false;
    const failure = () => isDown ? failureOf("unreachable") : undefined;
    begin({ failure }, { languages: [] });
    isDown = true;
  });
  const failNow = () => kit.a().fail(failureOf("unreachable"));

  it("stays ready and answers each speech by a rejection, not from inside the call", async () => {
    await call.say(0, 20);
    failNow();
    await settle();
    call.told.length = 0;
    call.recognition.speechStarted(at(21));
    await call.say(21, 60);
    assert(call.recognition.ready);
    call.recognition.speechEnded(at(50));
    assertEquals(call.told, []);
    await settle();
    assertEquals(call.told, ["rejected 50"]);
  });

  it("takes the frames that waited for the engine", async () => {
    kit.a().setReady(false);
    await call.say(0, 20);
    assertEquals(call.waiting, range(0, 20));
    failNow();
    assertEquals(call.waiting, []);
  });

  it("rejects at once what had ended and waited for an answer", async () => {
    call.recognition.speechStarted(at(0));
    await call.say(0, 40);
    call.recognition.speechEnded(at(30));
    failNow();
    await settle();
    assertEquals(call.told, ["error a: unreachable: so. Look", "rejected 30"]);
  });

  it("goes on with the speech in progress when its breaker allows, at most once a second", async () => {
    call.recognition.speechStarted(at(0));
    await call.say(0, 40);
    failNow();
    isDown = false;
    await kit.clock.advance(9_980);
    await call.say(41, 45);
    assertEquals(kit.started, ["a"]);
    await kit.clock.advance(900);
    await call.say(46, 47);
    assertEquals(kit.started, ["a"]);
    await kit.clock.advance(100);
    await call.say(48, 50);
    assertEquals([kit.started, seqs("a")], [["a", "a"], range(0, 50)]);
    assertEquals(kit.a().voice, [{ kind: "started", ...at(0), writtenSeq: -1 }]);
  });

  it("asks again when speech begins, and does not tell the engine what was rejected", async () => {
    call.recognition.speechStarted(at(0));
    await call.say(0, 40);
    failNow();
    call.recognition.speechEnded(at(30));
    await kit.clock.advance(10_000);
    await call.say(41, 41);
    isDown = false;
    await kit.clock.advance(20_000);
    call.recognition.speechStarted(at(42));
    assertEquals(kit.started, ["a", "a"]);
    await call.say(42, 44);
    assertEquals(seqs("a"), range(31, 44));
    assertEquals(kit.a().voice, [{ kind: "started", ...at(42), writtenSeq: 41 }]);
  });
});
