import { assert, assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { settle } from "shared/testing/fake_clock.ts";
import {
  ScriptedRecognizer,
  type ScriptedRecognizerOptions,
} from "shared/testing/scripted_recognizer.ts";
import { ChainKit, failureOf, KitCall } from "shared/testing/chain_kit.ts";
import { NoRecognizer } from "../none/no_recognizer.ts";
import type { RecognitionOptions, RecognitionSink, Recognizer } from "../recognizer.ts";
import { RecognizerChain } from "./recognizer_chain.ts";

let kit: ChainKit;
type Script = Omit<ScriptedRecognizerOptions, "clock">;
const make = (a: Script = {}, b: Script = {}) => kit = new ChainKit({ a, b });

describe("RecognizerChain.recognize()", () => {
  beforeEach(() => void make());

  it("gives the call to the first engine, and passes on all it says", async () => {
    const call = kit.recognize();
    await call.say(0, 3);
    const engine = kit.a();
    engine.partial("hello");
    engine.final("hello", 2);
    engine.rejected();
    engine.error(new Error("hiccup"));
    assertEquals(call.told, ["partial hello 3", "final hello 2", "rejected 3", "error hiccup"]);
    assertEquals(kit.started, ["a"]);
  });

  it("takes the business's engines in its order, and no others", () => {
    kit.recognize({ engines: ["b", "unknown", "a"] });
    kit.recognize({ engines: ["b"] });
    assertEquals(kit.started, ["b", "b"]);
  });

  it("passes over an engine that does not have the language", () => {
    make({ languages: ["en-US"] });
    kit.recognize();
    assertEquals(kit.started, ["b"]);
    assert(kit.chain.supports("he-IL"));
  });

  it("goes to the next engine when one cannot begin, and asks it no more while it rests", async () => {
    make({ failure: () => failureOf("unreachable") });
    const call = kit.recognize();
    await call.say(0, 1);
    assertEquals([kit.started, kit.b().written.length], [["b"], 2]);
    assertEquals(call.told, ["error a: unreachable: so. Look"]);
    const second = kit.recognize();
    await settle();
    assertEquals([kit.started, second.told], [["b", "b"], []]);
    assertEquals(kit.changes, ["a open"]);
  });

  it("passes over an engine that fails while it begins", async () => {
    let closed = 0;
    const deaf = { ...new NoRecognizer().recognize(), close: () => void closed++ };
    const failing: Recognizer = Object.assign(new NoRecognizer(), {
      recognize(_options: RecognitionOptions, sink: RecognitionSink) {
        sink.onFailed(failureOf("broken"));
        return deaf;
      },
    });
    const next = new ScriptedRecognizer({ clock: kit.clock });
    const engines = [{ key: "a", recognizer: failing }, { key: "b", recognizer: next }];
    const call = new KitCall(new RecognizerChain({ engines, clock: kit.clock }), {
      call: "CA1",
      language: "he-IL",
      phrases: [],
      hints: [],
    });
    await call.say(0, 1);
    assertEquals([closed, next.recognitions.length, next.of("CA1").written.length], [1, 1, 2]);
    assertEquals(call.told, ["error a: broken: so. Look"]);
  });

  it("keeps phrases and hints that an engine refuses from it, not other businesses", async () => {
    const refused = { phrases: ["fine"], hints: ["too long"] };
    const first = kit.recognize(refused);
    kit.a().fail(failureOf("refused"));
    kit.recognize(refused);
    kit.recognize({ phrases: ["fine"] });
    await settle();
    assertEquals(kit.started, ["a", "b", "b", "a"]);
    first.recognition.close();
  });

  it("takes an engine back when a probe of it has said something", async () => {
    let fails = true;
    make({ failure: () => fails ? failureOf("unreachable") : undefined });
    kit.recognize();
    fails = false;
    await kit.clock.advance(10_000);
    const probe = kit.recognize();
    kit.recognize();
    assertEquals(kit.started, ["b", "a", "b"]);
    await probe.say(0, 0);
    kit.a().partial("hello");
    kit.recognize();
    assertEquals([kit.started.at(-1), kit.changes], ["a", ["a open", "a closed"]]);
  });
});

describe("RecognizerChain.open()", () => {
  it("does not fail when an engine does", async () => {
    make({ failure: () => new Error("no library") });
    await kit.chain.open();
    assertEquals(kit.changes, ["a open"]);
    kit.recognize();
    assertEquals(kit.started, ["b"]);
    await kit.chain.close();
  });
});
