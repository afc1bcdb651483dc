import { assertEquals, assertRejects } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { SynthesisError } from "../synthesizer.ts";
import type { FlitePort } from "./flite_client.ts";
import type { FliteReply, FliteRequest } from "./flite_protocol.ts";
import { FliteQueue, MAX_WAITING } from "./flite_queue.ts";

/** A thread that loads at once and renders each text, as many bytes as it has letters, when told. */
class ManualPort implements FlitePort {
  onmessage: FlitePort["onmessage"] = null;
  onerror: FlitePort["onerror"] = null;
  readonly rendered: string[] = [];
  terminated = false;
  #waiting: string | undefined;

  postMessage(request: FliteRequest): void {
    if (request.do === "load") {
      queueMicrotask(() =>
        this.onmessage?.(new MessageEvent("message", { data: { did: "load" } }))
      );
    } else if (request.do === "time") {
      const data: FliteReply = { did: "time", endsMs: request.words.map((_, i) => i) };
      queueMicrotask(() => this.onmessage?.(new MessageEvent("message", { data })));
    } else {
      this.rendered.push(request.text);
      this.#waiting = request.text;
    }
  }

  async finish(): Promise<void> {
    const audio = new ArrayBuffer(this.#waiting!.length);
    this.onmessage?.(new MessageEvent("message", { data: { did: "render", audio } }));
    await settle();
  }

  async crash(): Promise<void> {
    this.onerror?.(new ErrorEvent("error", { message: "boom", cancelable: true }));
    await settle();
  }

  terminate(): void {
    this.terminated = true;
  }
}

describe("FliteQueue.time()", () => {
  it("is answered in its turn", async () => {
    const port = new ManualPort();
    const queue = new FliteQueue({
      module: {} as WebAssembly.Module,
      clock: new FakeClock(),
      spawn: () => port,
      onReplaced: () => {},
    });
    const signal = new AbortController().signal;
    const done: string[] = [];
    queue.render("a", "kal", signal).then(() => done.push("rendered"));
    queue.time(["a", "b"], "kal", signal).then((ends) => done.push(`timed ${ends}`));
    await settle();
    assertEquals(done, []);
    await port.finish();
    await settle();
    assertEquals(done, ["rendered", "timed 0,1"]);
    queue.close();
  });
});

describe("FliteQueue.render()", () => {
  const { signal } = new AbortController();
  let ports: ManualPort[];
  let replaced: unknown[];
  let queue: FliteQueue;

  beforeEach(async () => {
    ports = [];
    replaced = [];
    queue = new FliteQueue({
      module: {} as WebAssembly.Module,
      clock: new FakeClock(),
      spawn: () => {
        const port = new ManualPort();
        ports.push(port);
        return port;
      },
      onReplaced: (cause) => replaced.push(cause),
    });
    await queue.ready;
  });

  it("renders one sentence at a time, in the order asked", async () => {
    const done: string[] = [];
    for (const text of ["a", "bb", "ccc"]) {
      queue.render(text, "kal", signal).then((audio) => done.push(`${text} ${audio?.length}`));
    }
    await settle();
    assertEquals(ports[0]!.rendered, ["a"]);
    await ports[0]!.finish();
    assertEquals(ports[0]!.rendered, ["a", "bb"]);
    await ports[0]!.finish();
    await ports[0]!.finish();
    assertEquals(done, ["a 1", "bb 2", "ccc 3"]);
  });

  it("never renders what was aborted while it waited", async () => {
    const abort = new AbortController();
    const first = queue.render("a", "kal", signal);
    const dropped = queue.render("bb", "kal", abort.signal);
    const third = queue.render("ccc", "kal", signal);
    await settle();
    abort.abort();
    assertEquals(await dropped, undefined);
    await ports[0]!.finish();
    await ports[0]!.finish();
    assertEquals([(await first)?.length, (await third)?.length], [1, 3]);
    assertEquals(ports[0]!.rendered, ["a", "ccc"]);
  });

  it("never renders what was aborted while the Worker was loading", async () => {
    const abort = new AbortController();
    const dropped = queue.render("a", "kal", abort.signal);
    abort.abort();
    assertEquals(await dropped, undefined);
    await settle();
    assertEquals(ports[0]!.rendered, []);
  });

  it("gives up at once what is aborted while rendered, and goes on with the next", async () => {
    const abort = new AbortController();
    const dropped = queue.render("a", "kal", abort.signal);
    const next = queue.render("bb", "kal", signal);
    await settle();
    abort.abort();
    assertEquals(await dropped, undefined);
    assertEquals(ports[0]!.rendered, ["a"]);
    await ports[0]!.finish();
    await ports[0]!.finish();
    assertEquals((await next)?.length, 2);
  });

  it("fails the sentence of a crashed Worker and renders the next in a new one", async () => {
    const lost = queue.render("a", "kal", signal);
    const next = queue.render("bb", "kal", signal);
    const refused = assertRejects(() => lost, SynthesisError, "flite failed");
    await settle();
    await ports[0]!.crash();
    await refused;
    assertEquals(ports.map(({ terminated }) => terminated), [true, false]);
    assertEquals(replaced.map(String), ["Error: Cannot go on: the Worker crashed: boom"]);
    await ports[1]!.finish();
    assertEquals((await next)?.length, 2);
    assertEquals(ports[1]!.rendered, ["bb"]);
  });

  it(`refuses the sentence after ${MAX_WAITING} waiting ones`, async () => {
    const accepted = Array.from(
      { length: MAX_WAITING + 1 },
      () => queue.render("a", "kal", signal).catch(() => {}),
    );
    await assertRejects(() => queue.render("a", "kal", signal), SynthesisError, "at most 256");
    await settle();
    queue.close();
    await Promise.all(accepted);
  });

  it("fails everything that waits when it is closed, and starts no new Worker", async () => {
    const jobs = ["a", "bb"].map((text) => queue.render(text, "kal", signal));
    const refused = jobs.map((job) => assertRejects(() => job, SynthesisError));
    await settle();
    queue.close();
    await Promise.all(refused);
    assertEquals(ports.map(({ terminated }) => terminated), [true]);
    assertEquals(replaced, []);
  });
});
