import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { exists, messagesOf } from "./testing.ts";

const fires = (path: string, source: string) => messagesOf("one-sender", path, source).length > 0;

describe("kav/one-sender", () => {
  for (
    const path of [
      "services/ws-edge/tx/paced_sender.ts",
      "services/ws-edge/rx/reader.ts",
      "shared/runtime/service.ts",
      "shared/bus/memory_bus.ts",
      "deploy/demo.ts",
    ]
  ) {
    it(`fires in ${path}, which exists`, () => {
      assertEquals([exists(path), fires(path, "socket.send(text);")], [true, true]);
    });
  }

  it("is silent in the one sender, which exists", () => {
    const path = "services/ws-edge/tx/writer.ts";
    assertEquals([exists(path), fires(path, "this.#socket.send(text);")], [true, false]);
  });

  it("is silent where the far side is played", () => {
    for (
      const path of [
        "shared/testing/fake_twilio/call.ts",
        "services/ws-edge/tx/writer_test.ts",
        "tests/end_to_end/demo_test.ts",
      ]
    ) assertEquals(fires(path, "socket.send(text);"), false, path);
  });

  for (
    const source of [
      "this.#socket.send(text);",
      "socket?.send(text);",
      "socket['send'](text);",
      "const send = socket.send.bind(socket);",
      "const { send } = socket;",
      "frames.forEach(socket.send, socket);",
    ]
  ) {
    it(`fires at ${source}`, () =>
      assertEquals(fires("services/ws-edge/call_session.ts", source), true));
  }

  for (
    const source of [
      "send(text);",
      "queue.sendAll();",
      "const o = { send: 1 };",
      "class A { send() {} }",
    ]
  ) {
    it(`is silent at ${source}`, () =>
      assertEquals(fires("services/ws-edge/call_session.ts", source), false));
  }
});
