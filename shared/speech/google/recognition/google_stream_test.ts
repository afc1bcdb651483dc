import { assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { EventEmitter } from "node:events";
import { GoogleStream } from "./google_stream.ts";
import { type RecognizeAnswer, streamingConfig } from "./speech_request.ts";

class FakeRaw extends EventEmitter {
  readonly written: unknown[] = [];
  readonly taken: (() => void)[] = [];
  calls: string[] = [];

  write(request: unknown, taken?: () => void): boolean {
    this.written.push(request);
    if (taken) this.taken.push(taken);
    return true;
  }
  end = () => void this.calls.push("end");
  cancel = () => void this.calls.push("cancel");
}

const config = streamingConfig({
  language: "he-IL",
  model: "default",
  useEnhanced: false,
  phrases: [],
});
const audio = new Uint8Array(320);

let raw: FakeRaw;
let told: string[];
let over: number;
let stream: GoogleStream;

beforeEach(() => {
  raw = new FakeRaw();
  told = [];
  over = 0;
  stream = new GoogleStream(raw, config, {
    onResponse: ({ results }) => told.push(results.map(({ text }) => text).join()),
    onEnd: (failure) => told.push(failure?.code ?? "silent end"),
  }, () => over++);
});

const turn = () => Promise.resolve();
const answer = (transcript: string): RecognizeAnswer => ({
  results: [{ alternatives: [{ transcript }] }],
});

describe("GoogleStream", () => {
  it("writes its config first, and counts what the transport has not taken", () => {
    stream.write(audio);
    assertEquals(raw.written, [{ streamingConfig: config }, { audioContent: audio }]);
    assertEquals(stream.pendingWrites, 2);
    raw.taken.forEach((taken) => taken());
    assertEquals(stream.pendingWrites, 0);
  });

  it("ends once, and not from inside what tells it, whatever comes afterwards", async () => {
    raw.emit("data", answer("one"));
    raw.emit("error", Object.assign(new Error("x"), { code: 11, details: "too long" }));
    raw.emit("end");
    raw.emit("data", answer("late"));
    assertEquals(told, ["one"]);
    await turn();
    raw.emit("error", new Error("again"));
    raw.emit("close");
    await turn();
    assertEquals([told, over], [["one", "OUT_OF_RANGE (11)"], 1]);
  });

  it("ends without a failure where none is told", async () => {
    raw.emit("end");
    raw.emit("close");
    await turn();
    assertEquals([told, over], [["silent end"], 1]);
  });

  it("takes an error inside of an answer for its end", async () => {
    raw.emit("data", { error: { code: 3, message: "bad" } });
    await turn();
    assertEquals([told, raw.calls], [["INVALID_ARGUMENT (3)"], ["cancel"]]);
  });

  it("tells nothing after a cancel, not even an end that was on its way", async () => {
    raw.emit("end");
    stream.cancel();
    await turn();
    assertEquals([told, over, raw.calls], [[], 1, []]);
  });

  it("cancels once, and survives the error that follows", async () => {
    stream.cancel();
    stream.cancel();
    raw.emit("data", answer("late"));
    raw.emit("error", new Error("Cancelled on client"));
    await turn();
    assertEquals([told, over, raw.calls], [[], 1, ["cancel"]]);
  });

  it("writes nothing after finish, or after its end", async () => {
    stream.finish();
    stream.finish();
    stream.write(audio);
    raw.emit("end");
    await turn();
    stream.write(audio);
    assertEquals([raw.written.length, raw.calls, stream.pendingWrites], [1, ["end"], 0]);
  });
});
