import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SystemClock } from "shared/clock/system_clock.ts";
import { FakeClock } from "shared/testing/fake_clock.ts";
import { FliteClient, type FlitePort } from "./flite_client.ts";
import type { FliteReply, FliteRequest } from "./flite_protocol.ts";

/** A thread that answers when the test says so. */
class ManualPort implements FlitePort {
  onmessage: FlitePort["onmessage"] = null;
  onerror: FlitePort["onerror"] = null;
  readonly requests: FliteRequest[] = [];
  terminated = false;

  postMessage(request: FliteRequest): void {
    this.requests.push(request);
  }

  terminate(): void {
    this.terminated = true;
  }

  reply(reply: FliteReply): void {
    this.onmessage?.(new MessageEvent("message", { data: reply }));
  }
}

function workerOf(source: string): FlitePort {
  return new Worker(`data:application/javascript,${encodeURIComponent(source)}`, {
    type: "module",
  });
}

describe("FliteClient.render()", () => {
  it("gives the audio of the reply", async () => {
    const port = new ManualPort();
    const client = new FliteClient(port, new FakeClock());
    const audio = client.render("hello", "kal", 100);
    port.reply({ did: "render", audio: Uint8Array.of(1, 2).buffer });
    assertEquals(await audio, Uint8Array.of(1, 2));
    assertEquals(port.requests, [{ do: "render", text: "hello", voice: "kal" }]);
  });

  it("rejects with the reason of a failed rendering", async () => {
    const port = new ManualPort();
    const audio = new FliteClient(port, new FakeClock()).render("hello", "kal", 100);
    port.reply({ did: "fail", reason: "no voice" });
    await assertRejects(() => audio, Error, "no voice");
  });

  it("rejects when no reply has come by its limit, and ever after", async () => {
    const clock = new FakeClock();
    const client = new FliteClient(new ManualPort(), clock);
    const audio = client.render("hello", "kal", 100);
    const refused = assertRejects(() => audio, Error, "at most 100 ms");
    await clock.advance(100);
    await refused;
    await assertRejects(() => client.render("again", "kal", 100), Error, "at most 100 ms");
  });

  it("leaves no timer behind", async () => {
    const clock = new FakeClock();
    const port = new ManualPort();
    const audio = new FliteClient(port, clock).render("hello", "kal", 100);
    port.reply({ did: "render", audio: new ArrayBuffer(1) });
    await audio;
    assertEquals(clock.sleeping, 0);
  });

  it("rejects when a real Worker crashes, and the process goes on", async () => {
    const client = new FliteClient(
      workerOf("onmessage = () => { throw new Error('boom') }"),
      new SystemClock(),
    );
    await assertRejects(() => client.render("hello", "kal", 10_000), Error, "boom");
    client.close();
  });
});

describe("FliteClient.close()", () => {
  it("ends the Worker and what is being asked of it", async () => {
    const port = new ManualPort();
    const client = new FliteClient(port, new FakeClock());
    const audio = client.render("hello", "kal", 100);
    const refused = assertRejects(() => audio, Error, "ended");
    client.close();
    await refused;
    assertEquals(port.terminated, true);
  });
});
