import { assert, assertEquals } from "@std/assert";
import { beforeEach, describe, it } from "@std/testing/bdd";
import { FakeClock, settle } from "shared/testing/fake_clock.ts";
import { MemoryNetwork } from "./memory_network.ts";
import type { MemoryServerSocket } from "./memory_sockets.ts";

describe("MemoryNetwork", () => {
  let clock: FakeClock;
  let network: MemoryNetwork;
  let server: MemoryServerSocket;
  let told: string[];
  const open = async (latencyMs = 0) => {
    network = new MemoryNetwork({ clock, latencyMs });
    network.handle = (request) => {
      const { socket, response } = network.upgrade(request);
      server = socket;
      server.onmessage = ({ data }) => told.push(`server ${data}`);
      server.onclose = ({ code }) => told.push(`server closed ${code}`);
      return response;
    };
    const opened = await network.openWebSocket({
      url: "ws://127.0.0.1:1/stream",
      headers: {},
      timeoutMs: 1_000,
      handlers: {
        onText: (text) => told.push(`client ${text}`),
        onBinary: () => {},
        onEnd: (end) => told.push(`client ended ${end.kind}`),
      },
    });
    assert(opened.ok);
    return opened.socket;
  };

  beforeEach(() => {
    clock = new FakeClock();
    told = [];
  });

  it("delivers both ways, in order, never inside the sender's call", async () => {
    const client = await open();
    client.send("1");
    client.send("2");
    server.send("3");
    assertEquals(told, []);
    await settle();
    assertEquals(told, ["server 1", "server 2", "client 3"]);
  });

  it("takes its latency for each way", async () => {
    const client = await open(30);
    client.send("1");
    await clock.advance(29);
    assertEquals(told, []);
    await clock.advance(1);
    assertEquals([told, clock.sleeping], [["server 1"], 0]);
  });

  it("closes from either side, once at each", async () => {
    const client = await open();
    server.close(1000, "done");
    server.send("late");
    await settle();
    assertEquals([told, client.send("late")], [
      ["client ended closed", "server closed 1000"],
      false,
    ]);
    told = [];
    const other = await open();
    other.close(1000);
    await settle();
    assertEquals(told, ["server closed 1000", "client ended closed"]);
  });

  it("breaks without a close: what was on its way to the client is lost", async () => {
    const client = await open(30);
    server.send("lost");
    client.break();
    await clock.advance(100);
    assertEquals([told, clock.sleeping], [["client ended broken", "server closed 1006"], 0]);
  });

  it("says with which status a handshake was refused", async () => {
    network = new MemoryNetwork({ clock });
    network.handle = () => new Response("no", { status: 403 });
    const handlers = { onText: () => {}, onBinary: () => {}, onEnd: () => {} };
    const url = "ws://127.0.0.1:1/stream";
    const opened = await network.openWebSocket({ url, headers: {}, handlers, timeoutMs: 1_000 });
    assertEquals(opened, { ok: false, status: 403, problem: "HTTP 403" });
  });
});
