import { EventEmitter } from "node:events";
import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { ignoreLateErrors } from "./nats_sockets.ts";

describe("ignoreLateErrors()", () => {
  it("leaves an error caught after all listeners were removed", () => {
    const bare = new EventEmitter();
    bare.removeAllListeners();
    assertThrows(() => bare.emit("error", new Error("read ECONNRESET")), Error, "ECONNRESET");
    const socket = ignoreLateErrors(new EventEmitter());
    socket.emit("error", new Error("read ECONNRESET"));
    socket.removeAllListeners();
    socket.emit("error", new Error("read ECONNRESET"));
  });

  it("removes listeners as before", () => {
    const socket = ignoreLateErrors(new EventEmitter());
    const heard: string[] = [];
    socket.on("data", () => heard.push("data"));
    socket.on("error", () => heard.push("error"));
    socket.emit("data");
    socket.emit("error", new Error("x"));
    socket.removeAllListeners();
    socket.emit("data");
    socket.emit("error", new Error("x"));
    assertEquals(heard, ["data", "error"]);
  });
});
