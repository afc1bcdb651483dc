import { assertEquals, assertRejects } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { settle } from "shared/testing/fake_clock.ts";
import { SharedRendering } from "./shared_rendering.ts";

/** An engine that says what the test tells it, when it tells it. */
class HandEngine {
  starts = 0;
  aborted = false;
  readonly #pieces: (Uint8Array | Error | "end")[] = [];
  #news = Promise.withResolvers<void>();

  tell(what: Uint8Array | Error | "end"): Promise<void> {
    this.#pieces.push(what);
    this.#news.resolve();
    return settle();
  }

  async *synthesize(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    this.starts++;
    signal.addEventListener("abort", () => {
      this.aborted = true;
      this.#news.resolve();
    });
    while (!signal.aborted) {
      const what = this.#pieces.shift();
      if (what === "end") return;
      if (what instanceof Error) throw what;
      if (what) yield what;
      else {
        await this.#news.promise;
        this.#news = Promise.withResolvers();
      }
    }
  }
}

const piece = (byte: number, bytes = 2) => new Uint8Array(bytes).fill(byte);

let engine: HandEngine;
let kept: (Uint8Array | undefined)[];
let rendering: SharedRendering;
beforeEach(() => {
  engine = new HandEngine();
  kept = [];
  rendering = new SharedRendering(
    (signal) => engine.synthesize(signal),
    (audio) => kept.push(audio),
  );
});

/** What a listener has heard so far. */
class Listener {
  readonly heard: number[] = [];
  readonly abort = new AbortController();
  readonly done: Promise<"ended" | unknown>;

  constructor() {
    this.done = this.#listen().then(() => "ended", (error) => error);
  }

  async #listen() {
    for await (const audio of rendering.listen(this.abort.signal)) {
      this.heard.push(...audio.subarray(0, 2));
    }
  }
}

describe("SharedRendering", () => {
  it("lets all hear everything from one request, whenever they came", async () => {
    const first = new Listener();
    await engine.tell(piece(1));
    const second = new Listener();
    await engine.tell(piece(2));
    assertEquals([first.heard, second.heard], [[1, 1, 2, 2], [1, 1, 2, 2]]);
    await engine.tell("end");
    assertEquals([await first.done, await second.done], ["ended", "ended"]);
    assertEquals([engine.starts, kept, rendering.ended], [
      1,
      [new Uint8Array([1, 1, 2, 2])],
      true,
    ]);
  });

  it("goes on for the others when one leaves, and ends its listening at once", async () => {
    const first = new Listener();
    const second = new Listener();
    await engine.tell(piece(1));
    first.abort.abort();
    assertEquals(await first.done, "ended");
    await engine.tell(piece(2));
    await engine.tell("end");
    await second.done;
    assertEquals([first.heard, second.heard], [[1, 1], [1, 1, 2, 2]]);
    assertEquals([engine.aborted, kept.length, kept[0]?.length], [false, 1, 4]);
  });

  it("aborts the engine when the last one has left, and keeps nothing", async () => {
    const first = new Listener();
    const second = new Listener();
    await engine.tell(piece(1));
    first.abort.abort();
    second.abort.abort();
    await settle();
    assertEquals([engine.aborted, rendering.ended, kept], [true, true, [undefined]]);
  });

  it("is left by a listener that just stops listening", async () => {
    const listening = (async () => {
      for await (const _ of rendering.listen(new AbortController().signal)) break;
    })();
    await engine.tell(piece(1));
    await listening;
    await settle();
    assertEquals([engine.aborted, kept], [true, [undefined]]);
  });

  it("tells all of a failure, after what was made before it, and keeps nothing", async () => {
    const first = new Listener();
    const second = new Listener();
    await engine.tell(piece(1));
    const failure = new Error("broken");
    await engine.tell(failure);
    assertEquals([await first.done, await second.done], [failure, failure]);
    assertEquals([first.heard, kept], [[1, 1], [undefined]]);
  });

  it("breaks off what never ends", async () => {
    const listener = new Listener();
    for (let i = 0; i < 3; i++) await engine.tell(piece(1, 1_000_000));
    await assertRejects(
      () => listener.done.then((error) => Promise.reject(error)),
      Error,
      "at most 2000000 bytes",
    );
    assertEquals(kept, [undefined]);
  });

  it("says nothing to one that had left before", async () => {
    const abort = AbortSignal.abort();
    assertEquals(await Array.fromAsync(rendering.listen(abort)), []);
    assertEquals(engine.starts, 0);
  });
});
